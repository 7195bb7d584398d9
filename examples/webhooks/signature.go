package webhooks

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// The headers of the specification.
const (
	HeaderID        = "webhook-id"
	HeaderTimestamp = "webhook-timestamp"
	HeaderSignature = "webhook-signature"
)

// Tolerance is how far the time of an attempt may be from the receiver's time.
const Tolerance = 5 * time.Minute

// ErrSignature is returned by Verify for a request that no secret has signed, and for one whose
// time is too far away.
var ErrSignature = errors.New("webhooks: the request is not signed")

// signatureVersion begins each signature that is made with a shared secret.
const signatureVersion = "v1,"

// Sign returns the value of the header webhook-signature for a request with the given body. id is
// the request's webhook-id, and sent is the time in its webhook-timestamp. The value has one
// signature for each secret, in the same order, separated by spaces. Without secrets the value is
// "". Sign does not refuse a zero Secret: it signs with an empty key.
func Sign(id string, sent time.Time, body []byte, secrets ...Secret) string {
	list := make([]string, len(secrets))
	for i, s := range secrets {
		list[i] = signatureVersion + base64.StdEncoding.EncodeToString(mac(s, id, strconv.FormatInt(sent.Unix(), 10), body))
	}
	return strings.Join(list, " ")
}

// mac returns the HMAC-SHA256, by the secret s, of id, timestamp and body with full stops between
// them.
func mac(s Secret, id, timestamp string, body []byte) []byte {
	h := hmac.New(sha256.New, s.key())
	_, _ = fmt.Fprintf(h, "%s.%s.", id, timestamp)
	_, _ = h.Write(body)
	return h.Sum(nil)
}

// Verify returns nil if one of the secrets has signed the request, which arrived at the time now.
// The request must have a webhook-id, and a webhook-timestamp at most Tolerance before or after
// now. One good signature is enough. Verify ignores zero secrets. It compares signatures in
// constant time. It does not detect a request that is sent again within Tolerance. Errors:
// ErrSignature, wrapped.
func Verify(header http.Header, body []byte, now time.Time, secrets ...Secret) error {
	id, timestamp := header.Get(HeaderID), header.Get(HeaderTimestamp)
	seconds, err := strconv.ParseInt(timestamp, 10, 64)
	if id == "" || err != nil {
		return fmt.Errorf("%w: %s or %s is missing or no number", ErrSignature, HeaderID, HeaderTimestamp)
	}
	if at := time.Unix(seconds, 0); at.Before(now.Add(-Tolerance)) || at.After(now.Add(Tolerance)) {
		return fmt.Errorf("%w: its time is more than %s away", ErrSignature, Tolerance)
	}
	for _, s := range secrets {
		if s.reveal == nil {
			continue // an empty key would accept a signature of any sender
		}
		want := mac(s, id, timestamp, body)
		for text := range strings.FieldsSeq(header.Get(HeaderSignature)) {
			encoded, ok := strings.CutPrefix(text, signatureVersion)
			got, err := base64.StdEncoding.DecodeString(encoded)
			if ok && err == nil && hmac.Equal(got, want) {
				return nil
			}
		}
	}
	return fmt.Errorf("%w by a known secret", ErrSignature)
}
