package validate

import (
	"strings"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// maxFoldRounds bounds how often Fold repeats its steps until the text no longer changes. Two
// rounds are enough for all but a few letters.
const maxFoldRounds = 8

// Fold returns the form in which a search for a part of a name compares texts: NFKC and without
// case. A search for strasse finds STRASSE and Straße, and José is found in each encoding. Accents
// count. Invalid UTF-8 becomes U+FFFD. Fold(Fold(s)) equals Fold(s). If s is ASCII, the fold of
// each part of s is the same part of Fold(s). Lower-case ASCII is returned as it is, without an
// allocation.
//
// Use Fold only for searches. For uniqueness use LoginKey, EmailKey or FullNameKey.
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
