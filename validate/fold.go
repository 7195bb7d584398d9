package validate

import (
	"strings"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// maxFoldRounds bounds the repetition that makes Fold idempotent; two rounds are enough for all
// but a few letters.
const maxFoldRounds = 8

// Fold returns the text in the form in which parts of names are searched: compatibility normalised
// (NFKC) and case folded, so that a search for strasse finds STRASSE and Straße, and José is found
// however it is encoded. Accents count. What is not UTF-8 becomes U+FFFD. Fold(Fold(s)) is
// Fold(s), and where s is ASCII the fold of each part of s is that part of Fold(s). ASCII in lower
// case is returned as it is, without allocation.
//
// It is for finding, not for telling apart: use LoginKey, EmailKey or FullNameKey for that.
func Fold(s string) string {
	if key, ok := lowerASCII(s); ok {
		return key
	}
	s = strings.ToValidUTF8(s, "\uFFFD")
	fold := cases.Fold()
	for range maxFoldRounds {
		next := norm.NFKC.String(fold.String(norm.NFKC.String(s)))
		if next == s {
			break
		}
		s = next
	}
	return s
}
