package password

import (
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// fold returns s in NFKC and without case, so that "PASSWORD" and full-width letters become
// "password". It normalizes again after folding, because folding can produce a sequence that NFKC
// composes. Folded text is only compared, and never hashed as a password.
func fold(s string) string {
	if !strings.ContainsFunc(s, func(r rune) bool { return r > unicode.MaxASCII }) {
		return strings.ToLower(s) // the same for ASCII
	}
	return norm.NFKC.String(cases.Fold().String(norm.NFKC.String(s)))
}
