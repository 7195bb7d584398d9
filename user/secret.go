package user

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"time"
)

// Secret is what proves a user's password. It is stored apart from the user, so that no copy of a user, no change and
// no log can hold it. Printed, logged or encoded as text or JSON it is "redacted"; a store reads its fields. Keep it out
// of unexported fields of structs that are printed, and from %p: fmt shows those without asking a method.
type Secret struct {
	Hash     string       // PHC string of the password; empty: the user has none
	Previous List[string] // hashes of earlier passwords, newest first, as many as the policy remembers
	Changed  time.Time
}

// Equal reports whether both hold the same hashes and time.
func (s Secret) Equal(t Secret) bool {
	return s.Hash == t.Hash && s.Previous.Equal(t.Previous) && s.Changed.Equal(t.Changed)
}

// IsZero reports whether there is no password.
func (s Secret) IsZero() bool { return s.Hash == "" && s.Previous.IsZero() }

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

// Hasher makes and verifies password hashes. Package user/password has the default one.
type Hasher interface {
	// Hash returns the PHC string of a password.
	Hash(ctx context.Context, plain string) (string, error)
	// Verify reports whether plain is the password of hash, and whether a good one should be hashed anew because
	// the hash is of an older scheme or cost.
	Verify(ctx context.Context, hash, plain string) (ok, rehash bool, err error)
	// VerifyUnknown does the work of Verify for a user who does not exist, so that time tells nothing.
	VerifyUnknown(ctx context.Context, plain string) error
}
