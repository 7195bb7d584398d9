package password

import (
	"encoding/base64"
	"errors"
	"strconv"
	"strings"
)

// The errors of Verify that mean the stored hash is of no use. They never repeat a part of it:
// what an import put there may be a password in plain text.
var (
	// ErrMalformed means that a hash names no scheme, or does not have the form of its scheme.
	ErrMalformed = errors.New("password: malformed hash")
	// ErrScheme means that a hash has a scheme that Verify does not support.
	ErrScheme = errors.New("password: unknown hash scheme")
	// ErrBeyondLimits means that verifying a hash would cost more than the Hasher's Limits allow.
	ErrBeyondLimits = errors.New("password: hash costs more than the limits allow")
)

// The sizes that a stored hash may have, in bytes. A short key would match too many passwords;
// long ones are only a way to make us work.
const (
	maxHashText = 512
	minKey      = 16
	maxKey      = 64
	maxSalt     = 64
)

// stored is a parsed hash within the limits.
type stored interface {
	// fits reports whether the scheme takes all of plain.
	fits(plain string) bool
	// matches compares in constant time.
	matches(plain string) (bool, error)
	// outdated reports whether a hash at cost now would be another scheme, cost or size.
	outdated(now Cost) bool
}

// parse parses a hash of argon2id, bcrypt or PBKDF2. Errors: ErrMalformed, ErrScheme, and
// ErrBeyondLimits if a comparison would cost more than limits allows.
func parse(hash string, limits Limits) (stored, error) {
	if len(hash) > maxHashText || !strings.HasPrefix(hash, "$") {
		return nil, ErrMalformed
	}
	scheme, rest, found := strings.Cut(hash[1:], "$")
	if !found {
		return nil, ErrMalformed
	}
	switch scheme {
	case "argon2id":
		return parseArgon2id(rest, limits)
	case "2a", "2b", "2y":
		return parseBcrypt(hash, limits)
	case "pbkdf2", "pbkdf2-sha1", "pbkdf2-sha256", "pbkdf2-sha512":
		return parsePBKDF2(scheme, rest, limits)
	}
	return nil, ErrScheme
}

// number parses a decimal number of the PHC string format: digits without a leading zero, at most
// 32 bits.
func number(s string) (uint32, bool) {
	n, err := strconv.ParseUint(s, 10, 32) // it refuses a sign
	return uint32(n), err == nil && (s == "0" || s[0] != '0')
}

// parameter returns the number in s, which must have the form "name=number". It returns false for
// any other text.
func parameter(s, name string) (uint32, bool) {
	key, value, found := strings.Cut(s, "=")
	if !found || key != name {
		return 0, false
	}
	return number(value)
}

// decode returns the bytes of s, which is standard base64 without padding. It returns false for
// fewer than shortest or more than longest bytes. It also returns false for line breaks and nonzero
// trailing bits, so only one text gives the same bytes.
func decode(s string, shortest, longest int) ([]byte, bool) {
	if len(s) > base64.RawStdEncoding.EncodedLen(longest) || strings.ContainsAny(s, "\r\n") {
		return nil, false
	}
	b, err := base64.RawStdEncoding.Strict().DecodeString(s)
	return b, err == nil && len(b) >= shortest
}
