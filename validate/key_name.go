package validate

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// FullNameKey returns the form of the full name s that must be unique: NFC, with one space between
// words and none at the ends. Case counts, because two people may be called de Boer and De Boer.
//
// The error is an *Error with one Problem at the path "": the problem of the rule FullName, or
// Required if the name is only white space. The key is then "".
func FullNameKey(s string) (string, error) {
	if !FullName.Match(Strict, s) {
		return "", FullName.refuse(s)
	}
	key := strings.Join(strings.FieldsFunc(norm.NFC.String(s), unicode.IsSpace), " ")
	if !FullName.Match(Strict, key) {
		return "", FullName.refuse(key)
	}
	return key, nil
}
