package vendorhttptest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"

	"github.com/ca74b63c/roster/user/password"
)

// Hasher is a fast user.Hasher for tests. Its hashes do not protect passwords.
type Hasher struct{}

const hashPrefix = "$test$"

// Hash returns a prefix and the SHA-256 of the password in hexadecimal digits.
func (Hasher) Hash(_ context.Context, plain string) (string, error) {
	sum := sha256.Sum256([]byte(plain))
	return hashPrefix + hex.EncodeToString(sum[:]), nil
}

// Verify reports whether the password plain has the hash. rehash is always false.
func (h Hasher) Verify(ctx context.Context, hash, plain string) (ok, rehash bool, err error) {
	want, err := h.Hash(ctx, plain)
	return hash == want, false, err
}

// VerifyUnknown does nothing.
func (Hasher) VerifyUnknown(context.Context, string) error { return nil }

// Busy is a user.Hasher whose methods always return password.ErrBusy.
type Busy struct{}

// Hash returns password.ErrBusy.
func (Busy) Hash(context.Context, string) (string, error) { return "", password.ErrBusy }

// Verify returns password.ErrBusy.
func (Busy) Verify(context.Context, string, string) (ok, rehash bool, err error) {
	return false, false, password.ErrBusy
}

// VerifyUnknown returns password.ErrBusy.
func (Busy) VerifyUnknown(context.Context, string) error { return password.ErrBusy }
