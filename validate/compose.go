package validate

import "golang.org/x/text/unicode/norm"

// Compose returns a name in Unicode NFC: a letter followed by a combining accent becomes one
// character. Rules for names compose a value before they check it.
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

// maxDecomposed is the greatest number of bytes of a composed value for each character or byte that
// the rule allows. It bounds the cost of composing.
const maxDecomposed = 16

// composed returns the value in NFC if the rule is for names. It returns a value as it is that is
// too long in any form.
func (d *definition) composed(s *spec, value string) string {
	if !d.isName || int64(len(value)) > maxDecomposed*s.max {
		return value
	}
	return Compose(value)
}
