package validate

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/secure/precis"
)

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
	key, ok := settled(s, precis.UsernameCaseMapped.String)
	if !ok {
		return "", problemError(Invalid, Params{}.WithText("rule", "precis.username_case_mapped"))
	}
	if !Login.Match(Strict, key) {
		return "", Login.refuse(key)
	}
	return key, nil
}

// lowerASCII returns s with the letters A to Z in lower case, and true. It returns "" and false if
// s contains a byte beyond ASCII. It returns s itself, without an allocation, if s has no letter A
// to Z.
func lowerASCII(s string) (string, bool) {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return "", false
		}
	}
	return strings.ToLower(s), true
}

// maxRounds bounds how often a mapping is applied until the text no longer changes. RFC 8264
// section 7 needs at most three rounds. Two rounds are enough for all but a few letters in Fold.
const maxRounds = 8

// settled applies mapping to s, and to the result, until the text no longer changes. It returns
// this text and true. It returns false if mapping returns an error, and after maxRounds rounds.
func settled(s string, mapping func(string) (string, error)) (string, bool) {
	for range maxRounds {
		next, err := mapping(s)
		if err != nil {
			return "", false
		}
		if next == s {
			return s, true
		}
		s = next
	}
	return s, false
}
