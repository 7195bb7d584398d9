package validate

import (
	"strings"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Fold returns s in a form for searches: NFKC and without case. A name contains a searched text if
// Fold of the name contains Fold of the text. So a search for strasse finds STRASSE and Straße. A
// composed é and a decomposed é are equal. Accents count: e does not find é. Invalid UTF-8 becomes
// U+FFFD. Fold(Fold(s)) equals Fold(s). Fold folds each ASCII character alone. It returns
// lower-case ASCII as it is, without an allocation.
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
