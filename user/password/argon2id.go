package password

import (
	"crypto/subtle"
	"encoding/base64"
	"strings"

	"golang.org/x/crypto/argon2"
)

// The sizes of new hashes, in bytes: RFC 9106, section 3.1 recommends 16 for the salt; 32 makes a
// 256-bit key.
const (
	saltBytes = 16
	keyBytes  = 32
)

// argon2idHash is a hash of the form "$argon2id$v=19$m=19456,t=2,p=1$salt$key".
type argon2idHash struct {
	cost      Cost
	salt, key []byte
}

// String returns the PHC string. The type is not exported, and no error carries a value of it.
func (a argon2idHash) String() string {
	enc := base64.RawStdEncoding
	return "$argon2id$v=19$" + a.cost.String() + "$" + enc.EncodeToString(a.salt) + "$" + enc.EncodeToString(a.key)
}

// parseArgon2id parses rest, the part of a PHC string after "$argon2id$". The version must be 19,
// the salt must have 8 to 64 bytes and the key 16 to 64 bytes. Errors: ErrMalformed;
// ErrBeyondLimits for costs above limits.
func parseArgon2id(rest string, limits Limits) (stored, error) {
	part := strings.Split(rest, "$")
	if len(part) != 4 || part[0] != "v=19" {
		return nil, ErrMalformed
	}
	costs := strings.Split(part[1], ",")
	if len(costs) != 3 {
		return nil, ErrMalformed
	}
	m, okM := parameter(costs[0], "m")
	t, okT := parameter(costs[1], "t")
	p, okP := parameter(costs[2], "p")
	salt, okSalt := decode(part[2], 8, maxSalt)
	key, okKey := decode(part[3], minKey, maxKey)
	if !okM || !okT || !okP || !okSalt || !okKey {
		return nil, ErrMalformed
	}
	if p > uint32(limits.Threads) { // also keeps p within a byte
		return nil, ErrBeyondLimits
	}
	a := argon2idHash{cost: Cost{Memory: m, Time: t, Threads: uint8(p)}, salt: salt, key: key}
	if !a.cost.defined() {
		return nil, ErrMalformed
	}
	if !limits.allow(a.cost) {
		return nil, ErrBeyondLimits
	}
	return a, nil
}

func (a argon2idHash) derive(plain string, length uint32) []byte {
	return argon2.IDKey(normalise(plain), a.salt, a.cost.Time, a.cost.Memory, a.cost.Threads, length)
}

func (a argon2idHash) fits(string) bool { return true }

func (a argon2idHash) matches(plain string) (bool, error) {
	return subtle.ConstantTimeCompare(a.derive(plain, uint32(len(a.key))), a.key) == 1, nil
}

func (a argon2idHash) outdated(now Cost) bool {
	return a.cost != now || len(a.salt) != saltBytes || len(a.key) != keyBytes
}
