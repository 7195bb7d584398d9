package validate

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// EmailKey returns the form of the e-mail address s that must be unique: NFC and lower case. The
// part before the @ is in lower case too, because no provider in use distinguishes Name from name.
// EmailKey does not allocate for an address that is its own key.
//
// EmailKey refuses an address with a letter beyond ASCII that lower case or NFC would change into
// an ASCII letter. An example is "miKe" with a Kelvin sign instead of the K. Its key would be mike,
// so its owner could take over the address of mike.
//
// The error is an *Error with one Problem at the path "": the problem of the rule Email, or Invalid
// for an address that the rule accepts and EmailKey refuses. The key is then "".
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
	key, ok := settled(s, func(s string) (string, error) {
		return norm.NFC.String(strings.ToLower(norm.NFC.String(s))), nil
	})
	if !ok || !Email.Match(Strict, key) {
		return "", Email.refuse(key)
	}
	return key, nil
}
