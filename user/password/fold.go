package password

import (
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// appendFold appends s as a blocklist and a context word compare it: compatibility-normalised and
// case-folded, so that "PASSWORD" and full-width letters are "password". ASCII goes byte by byte
// and, given room in dst, without allocation. The result is only ever compared, never hashed as a
// password.
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

// foldUnicode normalises again after folding, since folding can leave a sequence that composes.
func foldUnicode(s string) string {
	return norm.NFKC.String(cases.Fold().String(norm.NFKC.String(s)))
}
