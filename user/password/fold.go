package password

import (
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// appendFold appends the folded form of s: NFKC and without case, so that "PASSWORD" and full-width
// letters become "password". For ASCII it does not allocate if dst has room. Folded text is only
// compared, and never hashed as a password.
func appendFold(dst []byte, s string) []byte {
	for i := range len(s) {
		c := s[i]
		if c >= utf8.RuneSelf {
			return append(dst[:len(dst)-i], foldUnicode(s)...)
		}
		if isUpper(c) {
			c += 'a' - 'A'
		}
		dst = append(dst, c)
	}
	return dst
}

// foldUnicode returns s in NFKC without case. It normalizes again after folding, because folding
// can produce a sequence that NFKC composes.
func foldUnicode(s string) string {
	return norm.NFKC.String(cases.Fold().String(norm.NFKC.String(s)))
}
