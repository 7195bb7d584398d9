package validate

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// EmailKey returns the form under which an e-mail address is unique and found: NFC and lower case, in the part before
// the @ too, since no provider in use tells Name from name. An address that is its own key costs no allocation.
//
// A letter beyond ASCII that would turn into ASCII on the way is refused with Invalid: the Kelvin sign would make
// miKe the same as mike, and let somebody take over the address of another.
//
// The error is an *Error with one Problem at the path "", as Email gives it, or Invalid.
func EmailKey(s string) (string, error) {
	if !Email.Match(Strict, s) {
		return "", Email.refuse(s)
	}
	if key, ok := lowerASCII(s); ok {
		return key, nil
	}
	for _, r := range s {
		if r >= 0x80 && (unicode.ToLower(r) < 0x80 || norm.NFC.String(string(r))[0] < 0x80) {
			return "", Email.refuse(s)
		}
	}
	key := s
	for range maxKeyRounds {
		next := norm.NFC.String(strings.ToLower(norm.NFC.String(key)))
		if next == key {
			if !Email.Match(Strict, key) {
				return "", Email.refuse(key)
			}
			return key, nil
		}
		key = next
	}
	return "", Email.refuse(s)
}
