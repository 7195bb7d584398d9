package webhooks

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"time"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// DefaultTimeout is how long an attempt may take.
const DefaultTimeout = 15 * time.Second

// The bounds of an answer. What is longer is not read, and the connection is closed.
const (
	maxAnswerHeader = 16 << 10
	maxAnswerBody   = 64 << 10
)

// ErrGone is returned for the status 410: the receiver wants no more requests. A delivery ends with
// it (roster.ErrStopDelivery).
var ErrGone = errors.New("webhooks: the endpoint is gone")

// StatusError is the error for an answer whose status is not 200 to 299. For the status 410,
// errors.Is finds ErrGone and roster.ErrStopDelivery.
type StatusError struct {
	Status int
	After  time.Duration // of the header Retry-After; 0 without one
}

// Error returns a text with the status.
func (e *StatusError) Error() string {
	return fmt.Sprintf("webhooks: the endpoint answered with status %d", e.Status)
}

// Is reports whether target is ErrGone or roster.ErrStopDelivery, and the status 410.
func (e *StatusError) Is(target error) bool {
	return e.Status == http.StatusGone && (target == ErrGone || target == roster.ErrStopDelivery)
}

// RetryAfter returns After, for roster.Deliver.
func (e *StatusError) RetryAfter() time.Duration { return e.After }

// Config says where changes are sent.
type Config struct {
	URL     string        // https, without a user and a fragment
	Secrets []Secret      // one at least; the first is the newest
	Private bool          // allows http, and addresses that are not public
	Timeout time.Duration // of an attempt; 0 is DefaultTimeout
	Clock   func() time.Time
}

// Endpoint sends changes to one URL. It is safe for concurrent use.
type Endpoint struct {
	config Config
	client *http.Client
}

// New returns an endpoint that sends changes as c describes. It does not connect yet. A Timeout of
// 0 means DefaultTimeout, and a nil Clock means time.Now.
//
// Errors:
//   - an error that does not contain the URL, if the URL is not an absolute http or https URL, has
//     a user or a fragment, or is http without c.Private
//   - ErrAddress if the host of the URL is an IP address that is not public, and c.Private is not
//     set
//   - ErrSecret if c has no secret, or one of its secrets is the zero Secret
//   - an error for a negative timeout
func New(c Config) (*Endpoint, error) {
	if err := checkURL(c.URL, c.Private); err != nil {
		return nil, err
	}
	for _, s := range c.Secrets {
		if s.reveal == nil {
			return nil, ErrSecret
		}
	}
	switch {
	case len(c.Secrets) == 0:
		return nil, ErrSecret
	case c.Timeout < 0:
		return nil, errors.New("webhooks: the timeout is negative")
	case c.Timeout == 0:
		c.Timeout = DefaultTimeout
	}
	if c.Clock == nil {
		c.Clock = time.Now
	}
	dialer := &net.Dialer{}
	if !c.Private {
		dialer.ControlContext = onlyPublic
	}
	return &Endpoint{c, &http.Client{
		Transport: &http.Transport{ // without Proxy: a proxy would choose the address
			DialContext: dialer.DialContext, ForceAttemptHTTP2: true, DisableCompression: true,
			MaxResponseHeaderBytes: maxAnswerHeader, IdleConnTimeout: time.Minute,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}, nil
}

// checkURL returns an error if text is not a valid URL of an endpoint. The URL must be absolute,
// have the scheme https, and have no user and no fragment. If its host is an IP address, the
// address must be public. If private is true, the scheme http and other addresses are accepted too.
// Errors: ErrAddress for an address that is not public; an error that does not contain the URL for
// any other fault.
func checkURL(text string, private bool) error {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Hostname() == "" || u.Scheme != "https" && u.Scheme != "http":
		return errors.New("webhooks: the URL is not an absolute http or https URL")
	case u.Scheme == "http" && !private:
		return errors.New("webhooks: the URL is not https")
	case u.User != nil || u.Fragment != "":
		return errors.New("webhooks: the URL has a user or a fragment")
	}
	if a, err := netip.ParseAddr(u.Hostname()); err == nil && !private && !public(a) {
		return fmt.Errorf("%w: %s", ErrAddress, a)
	}
	return nil
}

// Send posts the change c of the account to the endpoint. It makes one attempt, which takes at most
// Config.Timeout. It returns nil for a status from 200 to 299, and ignores the body of the answer.
// It does not follow redirects.
//
// Errors: *StatusError for any other status (410 is also ErrGone); ErrAddress if the address is not
// public and Config.Private is not set; those of the connection, of the context and of encoding the
// change. No error contains a secret, the path of the URL or the body of the answer.
func (e *Endpoint) Send(ctx context.Context, account user.AccountID, c storage.Change) error {
	body, err := json.Marshal(EventOf(account, c))
	if err != nil {
		return fmt.Errorf("webhooks: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, e.config.Timeout)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, e.config.URL, bytes.NewReader(body))
	if err != nil {
		return errors.New("webhooks: the URL is not valid")
	}
	id, now := ID(account, c.ID), e.config.Clock()
	r.Header = http.Header{
		"Content-Type": {"application/json"}, "User-Agent": {"roster-webhooks"},
		http.CanonicalHeaderKey(HeaderID):        {id},
		http.CanonicalHeaderKey(HeaderTimestamp): {strconv.FormatInt(now.Unix(), 10)},
		http.CanonicalHeaderKey(HeaderSignature): {Sign(id, now, body, e.config.Secrets...)},
	}
	answer, err := e.client.Do(r)
	if err != nil {
		if wrapped := new(url.Error); errors.As(err, &wrapped) {
			err = wrapped.Err // without the URL, which may hold a token
		}
		return fmt.Errorf("webhooks: %w", err)
	}
	_, _ = io.CopyN(io.Discard, answer.Body, maxAnswerBody) // so that the connection can be used again
	_ = answer.Body.Close()
	if answer.StatusCode < 200 || answer.StatusCode > 299 {
		return &StatusError{answer.StatusCode, retryAfter(answer.Header.Get("Retry-After"), now)}
	}
	return nil
}

// retryAfter returns how long a sender must wait after the time now. The parameter text is the
// value of a header Retry-After: a number of seconds below 2^31, or a date. retryAfter returns 0
// for a date before now, and for any other text.
func retryAfter(text string, now time.Time) time.Duration {
	if seconds, err := strconv.ParseUint(text, 10, 31); err == nil {
		return time.Duration(seconds) * time.Second
	}
	if at, err := http.ParseTime(text); err == nil {
		return max(0, at.Sub(now))
	}
	return 0
}

// Handler returns a handler that sends the changes of the account, for roster.Deliver. Let
// roster.DeliverOptions.Timeout be the Timeout of the endpoint.
func (e *Endpoint) Handler(account user.AccountID) roster.ChangeHandler {
	return func(ctx context.Context, c storage.Change) error { return e.Send(ctx, account, c) }
}

// Close closes the connections that no attempt uses.
func (e *Endpoint) Close() { e.client.CloseIdleConnections() }
