package validate

import "golang.org/x/text/unicode/norm"

// Compose returns a name in NFC: a letter that was typed as a letter and an accent is one letter.
// What is composed already is returned as it is. Rules of names compose a value before they look at
// it.
func Compose(s string) string {
	for i := range len(s) {
		// No character below U+0300 takes part in a composition, except as its first; from there on
		// a character begins with 0xCC or more in UTF-8.
		if s[i] >= 0xCC {
			return norm.NFC.String(s)
		}
	}
	return s
}

// maxDecomposed is how many bytes a name is at most composed from, for each character or byte that
// its rule allows.
const maxDecomposed = 16

// composed returns the value that the rule looks at. What is too long in any case is left alone.
func (d *definition) composed(s *spec, value string) string {
	if !d.isName || int64(len(value)) > maxDecomposed*s.max {
		return value
	}
	return Compose(value)
}
