package user

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/ca74b63c/roster/validate"
)

// Secret is what proves a user's password. It is stored apart from the user, so that no copy of a
// user, no change and no log can hold it. Printed, logged or encoded as text or JSON it is
// "redacted", and where fmt asks no method (the unexported field of a struct, %p) it is an address.
// The zero Secret is that of a user without a password.
type Secret struct {
	reveal func() secret // a function shows nobody what it returns; nil: the zero secret
}

// secret is what a Secret holds.
type secret struct {
	hash     string
	previous List[string]
	changed  time.Time
}

// SecretOf returns the secret of a password's PHC string, of the time at which it was set, and of
// the hashes of earlier ones, newest first, as many as the policy remembers.
func SecretOf(hash string, changed time.Time, previous ...string) Secret {
	if hash == "" && changed.IsZero() && len(previous) == 0 {
		return Secret{}
	}
	held := secret{hash, ListOf(previous...), changed}
	return Secret{func() secret { return held }}
}

func (s Secret) held() secret {
	if s.reveal == nil {
		return secret{}
	}
	return s.reveal()
}

// Hash returns the PHC string of the password; empty: the user has none.
func (s Secret) Hash() string { return s.held().hash }

// Previous returns the hashes of earlier passwords, newest first.
func (s Secret) Previous() List[string] { return s.held().previous }

// Changed returns when the password was set.
func (s Secret) Changed() time.Time { return s.held().changed }

// Equal reports whether both hold the same hashes and time.
func (s Secret) Equal(t Secret) bool {
	a, b := s.held(), t.held()
	return a.hash == b.hash && a.previous.Equal(b.previous) && a.changed.Equal(b.changed)
}

// Last returns the hashes of the n passwords that the user had last, newest first, the present one
// included: with which a new one is compared where none may be used again (Voximplant 535).
func (s Secret) Last(n int) []string {
	held := s.held()
	last := held.previous.Slice()
	if held.hash != "" {
		last = append([]string{held.hash}, last...)
	}
	return last[:max(0, min(n, len(last)))]
}

// Next returns the secret after a change of password. Of the earlier ones it keeps as many as make
// remember with the new one.
func (s Secret) Next(hash string, now time.Time, remember int) Secret {
	return SecretOf(hash, now, s.Last(remember-1)...)
}

// Rehashed returns the secret of the same password under another scheme or cost: no change of it.
func (s Secret) Rehashed(hash string) Secret {
	held := s.held()
	return SecretOf(hash, held.changed, held.previous.items...)
}

// IsZero reports whether there is no password.
func (s Secret) IsZero() bool { return s.Hash() == "" && s.Previous().IsZero() }

const redacted = "redacted"

// String returns "redacted".
func (Secret) String() string { return redacted }

// GoString returns "redacted".
func (Secret) GoString() string { return redacted }

// Format prints "redacted" for every verb that fmt asks it for: all but %T and %p.
func (Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

// LogValue logs "redacted".
func (Secret) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText writes "redacted".
func (Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// MarshalJSON writes "redacted".
func (Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + redacted + `"`), nil }

// ErrHash is returned where a Hasher returned no error, and no text that can be kept as a hash
// either.
var ErrHash = errors.New("user: the hasher returned no hash that can be stored")

// errSecret is returned for bytes that are no secret.
var errSecret = errors.New("user: the bytes are not the JSON of a secret")

// MaxHash bounds a hash, in bytes.
const MaxHash = 4096

// CheckHash returns nil if hash can be stored: it is not empty, which would stand for no password,
// is not longer than MaxHash, and is valid UTF-8 without NUL. Errors: ErrHash.
func CheckHash(hash string) error {
	if hash == "" || len(hash) > MaxHash || !validate.IsStorable(hash) {
		return ErrHash
	}
	return nil
}

// Hasher makes and verifies password hashes. Package user/password has the default one. A Hasher
// that is asked for too much at a time returns password.ErrBusy, wrapped or not, and callers are
// told to try again later.
type Hasher interface {
	// Hash returns the PHC string of a password, which CheckHash accepts.
	Hash(ctx context.Context, plain string) (string, error)
	// Verify reports whether plain is the password of hash, and whether a good one should be hashed
	// anew because the hash is of an older scheme or cost.
	Verify(ctx context.Context, hash, plain string) (ok, rehash bool, err error)
	// VerifyUnknown does the work of Verify for a user who does not exist, so that time tells
	// nothing.
	VerifyUnknown(ctx context.Context, plain string) error
}
