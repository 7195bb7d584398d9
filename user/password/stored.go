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

// parse parses a hash of argon2id, bcrypt or PBKDF2, and returns a value that can compare passwords
// with the hash. The hash begins with "$" and the name of its scheme.
//
// Errors: ErrMalformed if hash is longer than 512 bytes, names no scheme, or does not have the form
// of its scheme; ErrScheme for a scheme that is none of the three; ErrBeyondLimits if comparing
// would cost more than limits allows.
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

// number parses a decimal number of the PHC string format: digits only, without a leading zero, at
// most 4294967295. It returns false for any other text.
func number(s string) (uint32, bool) {
	n, err := strconv.ParseUint(s, 10, 32) // it refuses a sign
	return uint32(n), err == nil && (s == "0" || s[0] != '0')
}

// parameter parses a text of the form "name=number" with the given name, and returns the number and
// true. It returns 0 and false for another name or form. It returns false for a number that the
// function number refuses.
func parameter(s, name string) (uint32, bool) {
	key, value, found := strings.Cut(s, "=")
	if !found || key != name {
		return 0, false
	}
	return number(value)
}

// decode decodes s as unpadded standard base64, and returns the bytes and true. It returns false if
// s is not valid, or if the bytes are fewer than shortest or more than longest. It refuses line
// breaks and nonzero trailing bits, which encoding/base64 accepts by default. So each value has one
// spelling.
func decode(s string, shortest, longest int) ([]byte, bool) {
	if len(s) > base64.RawStdEncoding.EncodedLen(longest) || strings.ContainsAny(s, "\r\n") {
		return nil, false
	}
	b, err := base64.RawStdEncoding.Strict().DecodeString(s)
	return b, err == nil && len(b) >= shortest
}
