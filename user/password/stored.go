package password

import (
	"encoding/base64"
	"errors"
	"strings"
)

// The errors of Verify that mean the stored hash is of no use. They never repeat a part of it:
// what an import put there may be a password in plain text.
var (
	// ErrMalformed: the text is not in the form of the scheme that it names, or names none.
	ErrMalformed = errors.New("password: malformed hash")
	// ErrScheme: the text names a scheme that is not read here.
	ErrScheme = errors.New("password: unknown hash scheme")
	// ErrBeyondLimits: verifying it would cost more than the Hasher's Limits allow.
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

// stored is a hash that was read and found within the limits.
type stored interface {
	// fits reports whether the scheme takes all of plain.
	fits(plain string) bool
	// matches compares in constant time.
	matches(plain string) (bool, error)
	// outdated reports whether a hash at cost now would be another scheme, cost or size.
	outdated(now Cost) bool
}

// parse reads a hash of any scheme. It returns ErrMalformed, ErrScheme or ErrBeyondLimits.
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

// number reads a decimal number as the PHC string format writes it: digits only, no leading zero.
func number(s string) (uint32, bool) {
	if s == "" || len(s) > 1 && s[0] == '0' {
		return 0, false
	}
	var n uint64
	for i := range len(s) {
		d := s[i] - '0'
		if d > 9 {
			return 0, false
		}
		if n = n*10 + uint64(d); n > 1<<32-1 {
			return 0, false
		}
	}
	return uint32(n), true
}

// parameter reads "name=number".
func parameter(s, name string) (uint32, bool) {
	key, value, found := strings.Cut(s, "=")
	if !found || key != name {
		return 0, false
	}
	return number(value)
}

// decode reads unpadded base64 in exactly one spelling: without the line breaks and loose last
// bits that encoding/base64 otherwise forgives.
func decode(s string, shortest, longest int) ([]byte, bool) {
	if len(s) > base64.RawStdEncoding.EncodedLen(longest) || strings.ContainsAny(s, "\r\n") {
		return nil, false
	}
	b, err := base64.RawStdEncoding.Strict().DecodeString(s)
	return b, err == nil && len(b) >= shortest
}
