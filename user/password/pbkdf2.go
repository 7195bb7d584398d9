package password

import (
	"crypto/pbkdf2"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/subtle"
	"fmt"
	"hash"
	"strings"
)

// pbkdf2Hash is a hash of the form "$pbkdf2-sha256$i=600000$salt$key", with or without ",l=32"
// behind the iterations, or of passlib's form "$pbkdf2-sha256$600000$salt$key". passlib names SHA-1
// "pbkdf2" and writes "." for base64's "+". Both spellings are accepted in both forms.
type pbkdf2Hash struct {
	scheme     string
	iterations int
	salt, key  []byte
}

// parsePBKDF2 parses rest, the part of a hash after "$scheme$": the iterations, a salt of 1 to 64
// bytes and a key of 16 to 64 bytes. Errors: ErrMalformed; ErrBeyondLimits for more than
// limits.Iterations. A key longer than one digest has a lower limit, because each digest costs all
// iterations.
func parsePBKDF2(scheme, rest string, limits Limits) (stored, error) {
	part := strings.Split(rest, "$")
	if len(part) != 3 {
		return nil, ErrMalformed
	}
	salt, okSalt := decode(strings.ReplaceAll(part[1], ".", "+"), 1, maxSalt)
	key, okKey := decode(strings.ReplaceAll(part[2], ".", "+"), minKey, maxKey)
	iterations, okIter := pbkdf2Iterations(part[0], len(key))
	if !okSalt || !okKey || !okIter || iterations == 0 {
		return nil, ErrMalformed
	}
	// Each further block of output costs all iterations again.
	size := digestOf(scheme)().Size()
	limits.Iterations /= uint32((len(key) + size - 1) / size)
	if iterations > limits.Iterations {
		return nil, ErrBeyondLimits
	}
	return pbkdf2Hash{scheme: scheme, iterations: int(iterations), salt: salt, key: key}, nil
}

// digestOf returns the hash function of a scheme.
func digestOf(scheme string) func() hash.Hash {
	switch scheme {
	case "pbkdf2-sha256":
		return sha256.New
	case "pbkdf2-sha512":
		return sha512.New
	}
	return sha1.New
}

func pbkdf2Iterations(s string, keyLength int) (uint32, bool) {
	count, length, found := strings.Cut(s, ",")
	if found {
		if l, ok := parameter(length, "l"); !ok || l != uint32(keyLength) {
			return 0, false
		}
		return parameter(count, "i")
	}
	if n, ok := number(count); ok {
		return n, true
	}
	return parameter(count, "i")
}

func (pbkdf2Hash) fits(string) bool { return true }

// matches reports whether p is a hash of plain. It compares the keys in constant time. Error:
// ErrScheme if the Go runtime refuses the algorithm, as in strict FIPS mode.
func (p pbkdf2Hash) matches(plain string) (bool, error) {
	got, err := pbkdf2.Key(digestOf(p.scheme), plain, p.salt, p.iterations, len(p.key))
	if err != nil {
		return false, fmt.Errorf("%w: %w", ErrScheme, err)
	}
	return subtle.ConstantTimeCompare(got, p.key) == 1, nil
}

func (pbkdf2Hash) outdated(Cost) bool { return true }
