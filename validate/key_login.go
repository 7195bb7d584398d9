package validate

import (
	"golang.org/x/text/secure/precis"
)

// maxKeyRounds bounds how often a mapping is applied until the key no longer changes. RFC 8264
// section 7 needs at most three.
const maxKeyRounds = 4

// LoginKey returns the form of the login s that must be unique, by the PRECIS profile
// UsernameCaseMapped (RFC 8265): width mapped, lower case, NFC. Agent1 and agent1 have one key.
// LoginKey does not allocate for a login that is its own key.
//
// The error is an *Error with one Problem at the path "": the problem of the rule Login, or Invalid
// for a login that PRECIS refuses, such as one with a ligature or with mixed directions of writing.
// The key is then "".
func LoginKey(s string) (string, error) {
	if !Login.Match(Strict, s) {
		return "", Login.refuse(s)
	}
	if key, ok := lowerASCII(s); ok {
		// PRECIS allows all printable ASCII but the blank, which Login has refused.
		return key, nil
	}
	key := s
	for range maxKeyRounds {
		next, err := precis.UsernameCaseMapped.String(key)
		if err != nil {
			break
		}
		if next == key {
			if !Login.Match(Strict, key) {
				return "", Login.refuse(key)
			}
			return key, nil
		}
		key = next
	}
	return "", problemError(Invalid, Params{}.WithText("rule", "precis.username_case_mapped"))
}

// lowerASCII returns s with the letters A to Z in lower case, and true. It returns "" and false if
// s contains a byte beyond ASCII. It returns s itself, without an allocation, if s has no letter A
// to Z.
func lowerASCII(s string) (string, bool) {
	var all byte
	var kinds class
	for i := range len(s) {
		all |= s[i]
		kinds |= classes[s[i]]
	}
	switch {
	case all >= 0x80:
		return "", false
	case kinds&upper == 0:
		return s, true
	}
	b := []byte(s)
	for i, c := range b {
		if classes[c]&upper != 0 {
			b[i] += 'a' - 'A'
		}
	}
	return string(b), true
}
