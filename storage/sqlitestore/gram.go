package sqlitestore

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/ca74b63c/roster/storage/internal/facet"
)

// maxGrams is how many triples of a text are looked up; the kept texts decide about the rest.
const maxGrams = 12

// grams returns what the full-text index is asked for a folded part of a name in one account, "" if the part is too
// short for it.
func grams(account int64, folded string) string {
	var b strings.Builder
	runes, n := []rune(folded), 0
	for i := 0; i+3 <= len(runes) && n < maxGrams; i++ {
		if gram := string(runes[i : i+3]); !strings.ContainsRune(gram, 0) { // NUL ends an expression
			fmt.Fprintf(&b, `"%s" AND `, strings.ReplaceAll(gram, `"`, `""`))
			n++
		}
	}
	if n == 0 {
		return ""
	}
	return b.String() + `"` + scope(account) + `"`
}

// scope returns one triple that stands for an account in the full-text index: characters of a private plane, 16 bits
// each.
func scope(account int64) string {
	const plane = 0xF0000
	b := make([]byte, 0, 3*utf8.UTFMax)
	for shift := 0; shift < 48; shift += 16 {
		b = utf8.AppendRune(b, plane+rune(account>>shift&0xffff))
	}
	return string(b)
}

// document returns what of a user goes into the full-text index.
func document(account int64, folded string) string {
	return strings.ReplaceAll(folded, facet.Separator, "\n") + "\n" + scope(account)
}
