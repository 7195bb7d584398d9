package webhooks_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/examples/webhooks"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// token is in the path of each URL, and must be in no error.
const token = "T0ken"

// endpoint returns an endpoint at a server of the test.
func endpoint(t *testing.T, url string, change func(*webhooks.Config)) *webhooks.Endpoint {
	t.Helper()
	c := webhooks.Config{URL: url + "/" + token, Secrets: []webhooks.Secret{webhooks.NewSecret()}, Private: true}
	if change != nil {
		change(&c)
	}
	e, err := webhooks.New(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.Close)
	return e
}

// send sends a change and checks that the error quotes no token.
func send(t *testing.T, e *webhooks.Endpoint) error {
	t.Helper()
	err := e.Send(t.Context(), "acme", storage.Change{ID: storage.ChangeID{Revision: 7}, Type: storage.UserDeleted, UserID: 3})
	if err != nil && strings.Contains(err.Error(), token) {
		t.Errorf("the token is in %v", err)
	}
	return err
}

func serve(t *testing.T, h http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL
}

func TestStatuses(t *testing.T) {
	now := time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		status int
		after  string
		want   time.Duration
	}{
		{200, "", 0}, {202, "5", 0}, {204, "", 0}, {299, "", 0},
		{300, "", 0}, {400, "", 0}, {404, "", 0}, {410, "", 0}, {500, "", 0},
		{429, "7", 7 * time.Second}, {503, "Mon, 30 Nov 2026 12:01:00 GMT", time.Minute},
		{503, "Mon, 30 Nov 2026 11:00:00 GMT", 0}, {503, "soon", 0}, {503, "-1", 0}, {503, "99999999999999999999", 0},
	} {
		url := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", tt.after)
			w.WriteHeader(tt.status)
		})
		err := send(t, endpoint(t, url, func(c *webhooks.Config) { c.Clock = func() time.Time { return now } }))
		if tt.status < 300 {
			if err != nil {
				t.Errorf("%d: %v", tt.status, err)
			}
			continue
		}
		var status *webhooks.StatusError
		if !errors.As(err, &status) || status.Status != tt.status || status.RetryAfter() != tt.want ||
			errors.Is(err, webhooks.ErrGone) != (tt.status == 410) || errors.Is(err, roster.ErrStopDelivery) != (tt.status == 410) {
			t.Errorf("%d, Retry-After %q: %v", tt.status, tt.after, err)
		}
	}
}

func TestRedirectsAreNotFollowed(t *testing.T) {
	followed := false
	other := serve(t, func(http.ResponseWriter, *http.Request) { followed = true })
	for _, status := range []int{301, 302, 303, 307, 308} {
		url := serve(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, other, status) })
		var got *webhooks.StatusError
		if err := send(t, endpoint(t, url, nil)); !errors.As(err, &got) || got.Status != status || followed {
			t.Errorf("%d: %v, followed %t", status, err, followed)
		}
	}
}

// TestAnswersAreBounded has receivers that hang, that answer without an end, and that answer what
// is no HTTP.
func TestAnswersAreBounded(t *testing.T) {
	const timeout = 300 * time.Millisecond
	short := func(c *webhooks.Config) { c.Timeout = timeout }
	raw := func(answer func(net.Conn)) string {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = l.Close() })
		go func() {
			for {
				c, err := l.Accept()
				if err != nil {
					return
				}
				go func() {
					defer func() { _ = c.Close() }()
					if _, err := http.ReadRequest(bufio.NewReader(c)); err == nil { // the client refuses an answer before
						answer(c)
					}
				}()
			}
		}()
		return "http://" + l.Addr().String()
	}
	endless := func(begin, text string) func(net.Conn) {
		return func(c net.Conn) {
			_, err := io.WriteString(c, begin)
			for err == nil {
				_, err = io.WriteString(c, text)
			}
		}
	}
	for what, tt := range map[string]struct {
		url string
		ok  bool
	}{
		"never answers":      {url: raw(func(c net.Conn) { _, _ = io.Copy(io.Discard, c) })},
		"closes":             {url: raw(func(net.Conn) {})},
		"answers garbage":    {url: raw(func(c net.Conn) { _, _ = io.WriteString(c, "\x00\xff garbage\r\n\r\n") })},
		"has endless header": {url: raw(endless("HTTP/1.1 200 OK\r\n", "X-More: and more\r\n"))},
		"is only interim":    {url: raw(endless("", "HTTP/1.1 103 Early Hints\r\n\r\n"))},
		"has endless body":   {raw(endless("HTTP/1.1 200 OK\r\n\r\n", strings.Repeat("more", 1000))), true},
		"stops in the body":  {raw(func(c net.Conn) { endless("HTTP/1.1 200 OK\r\n\r\n", "")(c) }), true},
	} {
		began := time.Now()
		err := send(t, endpoint(t, tt.url, short))
		if took := time.Since(began); (err == nil) != tt.ok || took > 10*timeout {
			t.Errorf("a receiver that %s: %v after %s", what, err, took)
		}
	}
}

// TestPrivateAddressesAreRefused checks that no connection is made, neither by number nor by name.
func TestPrivateAddressesAreRefused(t *testing.T) {
	asked := false
	s := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked = true }))
	defer s.Close()
	_, port, err := net.SplitHostPort(s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	e := endpoint(t, "https://localhost:"+port, func(c *webhooks.Config) { c.Private = false })
	if err := send(t, e); !errors.Is(err, webhooks.ErrAddress) || asked {
		t.Errorf("by name: %v, asked %t", err, asked)
	}
	for _, host := range []string{
		"127.0.0.1", "10.1.2.3", "169.254.169.254", "[::1]", "[fe80::1]", "[fd00::1]", "[::ffff:10.0.0.1]", "[64:ff9b::a00:1]",
	} {
		_, err := webhooks.New(webhooks.Config{URL: "https://" + host, Secrets: []webhooks.Secret{webhooks.NewSecret()}})
		if !errors.Is(err, webhooks.ErrAddress) {
			t.Errorf("%s: %v", host, err)
		}
	}
	// Numbers that the resolver reads and netip does not: the address of the connection decides.
	for _, host := range []string{"2130706433", "0x7f000001", "127.1"} {
		e := endpoint(t, "https://"+host+":"+port, func(c *webhooks.Config) { c.Private = false })
		if err := send(t, e); err == nil || asked {
			t.Errorf("%s: %v, asked %t", host, err, asked)
		}
	}
}

func TestNewRefuses(t *testing.T) {
	secrets := []webhooks.Secret{webhooks.NewSecret()}
	for what, c := range map[string]webhooks.Config{
		"no URL":         {Secrets: secrets},
		"a path":         {URL: "/" + token, Secrets: secrets},
		"a file":         {URL: "file:///" + token, Secrets: secrets},
		"no host":        {URL: "https:///" + token, Secrets: secrets},
		"http":           {URL: "http://example.com/" + token, Secrets: secrets},
		"a user":         {URL: "https://" + token + "@example.com", Secrets: secrets},
		"a fragment":     {URL: "https://example.com/#" + token, Secrets: secrets},
		"what is no URL": {URL: "https://example.com/%zz" + token, Secrets: secrets},
		"no secret":      {URL: "https://example.com"},
		"a zero secret":  {URL: "https://example.com", Secrets: []webhooks.Secret{{}}},
		"no time":        {URL: "https://example.com", Secrets: secrets, Timeout: -1},
	} {
		if _, err := webhooks.New(c); err == nil || strings.Contains(err.Error(), token) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// TestRequest sends every change of an account, and checks what the receiver gets: a signed event
// with an id of its own, without the password and its hash.
func TestRequest(t *testing.T) {
	const phrase = "a long enough phrase"
	secret, now := webhooks.NewSecret(), time.Now()
	var got []webhooks.Event
	ids := map[string]bool{}
	var bodies strings.Builder
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		r.Body = io.NopCloser(io.TeeReader(r.Body, &bodies))
		id, e, err := webhooks.Receive(r, now, secret)
		if err != nil || r.Method != http.MethodPost || r.Header.Get("Content-Type") != "application/json" || r.URL.Path != "/"+token {
			http.Error(w, fmt.Sprint(err), http.StatusBadRequest)
			return
		}
		got, ids[id] = append(got, e), true
	})
	e := endpoint(t, url, func(c *webhooks.Config) {
		c.Secrets, c.Clock = []webhooks.Secret{webhooks.NewSecret(), secret}, func() time.Time { return now }
	})
	store := memstore.New()
	host := roster.New(store).As("acme", roster.SystemActor())
	if _, err := host.CreateAccount(t.Context(), user.Account{Currency: "USD"}); err != nil {
		t.Fatal(err)
	}
	if _, err := host.Create(t.Context(), roster.CreateParams{
		User: user.User{Identity: user.Identity{Login: "ann"}}, Password: roster.PasswordOf(phrase),
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := host.ResetPassword(t.Context(), 1, roster.PasswordChange{New: roster.PasswordOf(phrase + " more")}); err != nil {
		t.Fatal(err)
	}
	changes, err := host.Changes(t.Context(), storage.ChangeQuery{})
	if err != nil || len(changes) < 3 {
		t.Fatal(len(changes), err)
	}
	for _, c := range changes {
		for range 2 { // the second is a duplicate
			if err := e.Send(t.Context(), "acme", c); err != nil {
				t.Fatal(err)
			}
		}
	}
	if len(got) != 2*len(changes) || len(ids) != len(changes) {
		t.Errorf("%d events, %d ids, of %d changes sent twice", len(got), len(ids), len(changes))
	}
	for i, e := range got {
		if c := changes[i/2]; e.Type != c.Type || !e.Timestamp.Equal(c.At) || e.Data.Account != "acme" || e.Data.Change.ID != c.ID {
			t.Errorf("change %v comes as %+v", c.ID, e)
		}
	}
	var hash string
	if err := store.View(t.Context(), "acme", func(ctx context.Context, r storage.Reader) error {
		s, err := r.Secret(ctx, 1)
		hash = s.Hash()
		return err
	}); err != nil || hash == "" {
		t.Fatal(err)
	}
	for _, secret := range []string{phrase, hash} {
		if strings.Contains(bodies.String(), secret) {
			t.Errorf("%q is in %s", secret, &bodies)
		}
	}
}

func TestReceiveRefuses(t *testing.T) {
	secret, now := webhooks.NewSecret(), time.Now()
	for what, body := range map[string]string{
		"what is no event": "[]", "an empty body": "", "null": "null", "another object": "{}", "a long body": `"` + strings.Repeat("a", 1<<20) + `"`,
	} {
		r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
		r.Header = signed("chg_1", now, []byte(body), secret)
		if _, _, err := webhooks.Receive(r, now, secret); err == nil || errors.Is(err, webhooks.ErrSignature) {
			t.Errorf("%s: %v", what, err)
		}
	}
}
