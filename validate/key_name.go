package validate

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// FullNameKey returns the form under which a full name is unique: NFC, blanks of every kind
// collapsed to one space between words and dropped at the ends. Case counts: two people may well
// be called de Boer and De Boer. A name that is its own key costs no allocation.
//
// The error is an *Error with one Problem at the path "", as FullName gives it; Required if there
// is nothing but blanks.
func FullNameKey(s string) (string, error) {
	if !FullName.Match(Strict, s) {
		return "", FullName.refuse(s)
	}
	key := s
	if !isTidyASCII(s) {
		key = strings.Join(strings.FieldsFunc(norm.NFC.String(s), unicode.IsSpace), " ")
	}
	if !FullName.Match(Strict, key) {
		return "", FullName.refuse(key)
	}
	return key, nil
}

// isTidyASCII reports whether s is ASCII with single spaces between words and none at the ends.
func isTidyASCII(s string) bool {
	blank := true
	for i := range len(s) {
		if s[i] >= 0x80 || blank && s[i] == ' ' {
			return false
		}
		blank = s[i] == ' '
	}
	return !blank
}
