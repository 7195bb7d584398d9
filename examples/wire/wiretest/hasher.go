package wiretest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
)

// Hasher is a user.Hasher that costs nothing and protects nothing: for tests.
type Hasher struct{}

const hashPrefix = "$test$"

// Hash returns the SHA-256 of a password.
func (Hasher) Hash(_ context.Context, plain string) (string, error) {
	sum := sha256.Sum256([]byte(plain))
	return hashPrefix + hex.EncodeToString(sum[:]), nil
}

// Verify compares a password with a hash.
func (h Hasher) Verify(ctx context.Context, hash, plain string) (ok, rehash bool, err error) {
	want, err := h.Hash(ctx, plain)
	return hash == want, false, err
}

// VerifyUnknown does nothing.
func (Hasher) VerifyUnknown(context.Context, string) error { return nil }
