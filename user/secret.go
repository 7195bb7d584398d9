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

// Secret holds the hashes of a user's passwords. It is stored apart from the user, so that a
// user, a change or a log cannot contain it. If it is printed, logged or encoded, the output is
// "redacted". Where package fmt calls no method (an unexported field of a struct, the verb %p),
// the output is an address. The zero Secret is that of a user without a password.
type Secret struct {
	// reveal returns the content. It is a function, so that package fmt and reflection cannot
	// read it. A nil function means the zero content.
	reveal func() secret
}

// secret is the content of a Secret.
type secret struct {
	hash     string
	previous List[string]
	changed  time.Time
}

// SecretOf returns a secret with the PHC string hash of the present password. An empty hash means
// that there is no password. The parameter changed is the time at which the present password was
// set. previous are the hashes of earlier passwords, newest first. If all arguments are empty, the
// secret is the zero Secret. SecretOf does not check the hashes.
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

// Hash returns the PHC string of the password, or "" if there is none.
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

// Last returns the hashes of the last n passwords, newest first. The hash of the present password,
// if there is one, is the first. Last returns fewer hashes if the secret has fewer than n, and none
// if n is 0 or less. A new password is compared with these hashes if no password may be used again
// (Voximplant 535).
func (s Secret) Last(n int) []string {
	held := s.held()
	last := held.previous.Slice()
	if held.hash != "" {
		last = append([]string{held.hash}, last...)
	}
	return last[:max(0, min(n, len(last)))]
}

// Next returns the secret after a change of the password. It keeps as many hashes, the new one
// included, as remember says.
func (s Secret) Next(hash string, now time.Time, remember int) Secret {
	return SecretOf(hash, now, s.Last(remember-1)...)
}

// Rehashed returns the secret with another hash of the same password. The time and the earlier
// hashes stay.
func (s Secret) Rehashed(hash string) Secret {
	held := s.held()
	return SecretOf(hash, held.changed, held.previous.items()...)
}

// IsZero reports whether there is no password.
func (s Secret) IsZero() bool { return s.Hash() == "" && s.Previous().IsZero() }

const redacted = "redacted"

// String returns "redacted".
func (Secret) String() string { return redacted }

// Format prints "redacted" for every verb except %T and %p.
func (Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

// LogValue returns "redacted".
func (Secret) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText returns "redacted".
func (Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// ErrHash is returned if a Hasher returns a hash that cannot be stored.
var ErrHash = errors.New("user: the hasher returned no hash that can be stored")

// errSecret is returned for bytes that are not the JSON of a secret.
var errSecret = errors.New("user: the bytes are not the JSON of a secret")

// MaxHash is the greatest length of a hash in bytes.
const MaxHash = 4096

// CheckHash returns nil if the hash can be stored: it is not empty, has at most MaxHash bytes,
// and is valid UTF-8 without NUL. Error: ErrHash.
func CheckHash(hash string) error {
	if hash == "" || len(hash) > MaxHash || !validate.IsStorable(hash) {
		return ErrHash
	}
	return nil
}

// Hasher makes and verifies hashes of passwords. Package user/password has the default one. A
// Hasher that has too many calls at a time returns password.ErrBusy, wrapped or not; the caller
// may try again later.
type Hasher interface {
	// Hash returns the PHC string of a password, which CheckHash accepts.
	Hash(ctx context.Context, plain string) (string, error)
	// Verify reports whether plain is the password of hash. rehash says that the password is
	// right and that the hash has an older scheme or cost and should be replaced.
	Verify(ctx context.Context, hash, plain string) (ok, rehash bool, err error)
	// VerifyUnknown does the work of Verify for a user that does not exist, so that the time
	// reveals nothing.
	VerifyUnknown(ctx context.Context, plain string) error
}
