package validate

import (
	"strings"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Fold returns the form in which a search for a part of a name compares texts: NFKC and without
// case. A search for strasse finds STRASSE and Straße. José is found in each encoding. Accents
// count. Invalid UTF-8 becomes U+FFFD. Fold(Fold(s)) equals Fold(s). If s is ASCII, the fold of
// each part of s is the same part of Fold(s). Lower-case ASCII is returned as it is, without an
// allocation.
//
// Use Fold only for searches. For uniqueness use LoginKey, EmailKey or FullNameKey.
func Fold(s string) string {
	if key, ok := lowerASCII(s); ok {
		return key
	}
	fold := cases.Fold()
	folded, _ := settled(strings.ToValidUTF8(s, "\uFFFD"), func(s string) (string, error) {
		return norm.NFKC.String(fold.String(norm.NFKC.String(s))), nil
	})
	return folded
}
