package webhooks

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
)

// secretPrefix is how the text of a secret begins.
const secretPrefix = "whsec_"

// The specification bounds the bytes of a secret.
const (
	minSecret = 24
	maxSecret = 64
)

// ErrSecret is returned for a text that is no secret.
var ErrSecret = errors.New("webhooks: not a secret: it is whsec_ and the base64 of 24 to 64 bytes")

// Secret is a key that sender and receiver share. It prints as "redacted". The zero Secret is not
// valid.
type Secret struct{ reveal func() []byte }

// NewSecret returns a new secret of 32 random bytes, from crypto/rand.
func NewSecret() Secret {
	key := make([]byte, 32)
	rand.Read(key) // it never fails
	return Secret{func() []byte { return key }}
}

// ParseSecret returns the secret with the given text. The text is whsec_ and the base64 of 24 to 64
// bytes, the form that Secret.Reveal returns. Errors: ErrSecret for any other text.
func ParseSecret(text string) (Secret, error) {
	encoded, ok := strings.CutPrefix(text, secretPrefix)
	key, err := base64.StdEncoding.Strict().DecodeString(encoded)
	if !ok || err != nil || len(key) < minSecret || len(key) > maxSecret {
		return Secret{}, ErrSecret
	}
	return Secret{func() []byte { return key }}, nil
}

// Reveal returns the text of the secret, for the receiver. Do not log it.
func (s Secret) Reveal() string { return secretPrefix + base64.StdEncoding.EncodeToString(s.key()) }

func (s Secret) key() []byte {
	if s.reveal == nil {
		return nil
	}
	return s.reveal()
}

// Format writes "redacted" for every verb.
func (Secret) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte("redacted")) }

// MarshalText returns "redacted".
func (Secret) MarshalText() ([]byte, error) { return []byte("redacted"), nil }
