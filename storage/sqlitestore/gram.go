package sqlitestore

import (
	"strings"
	"unicode/utf8"

	"github.com/ca74b63c/roster/storage/internal/record"
)

// maxGrams is how many triples of a part are looked up. The kept texts decide about the rest.
const maxGrams = 12

// gramQuery returns what to ask roster_user_grams for a folded part of a name in one account, "" if
// the part has less than three characters.
func gramQuery(number int64, folded string) string {
	var b strings.Builder
	runes := []rune(folded)
	for i := 0; i+3 <= len(runes) && i < maxGrams; i++ {
		b.WriteString(`"` + strings.ReplaceAll(string(runes[i:i+3]), `"`, `""`) + `" AND `)
	}
	if b.Len() == 0 {
		return ""
	}
	return b.String() + `"` + accountGram(number) + `"`
}

// accountGram returns the triple that stands for an account in the index: characters of a private
// plane, 16 bits each.
func accountGram(number int64) string {
	const plane = 0xF0000
	b := make([]byte, 0, 3*utf8.UTFMax)
	for shift := 0; shift < 48; shift += 16 {
		b = utf8.AppendRune(b, plane+rune(number>>shift&0xffff))
	}
	return string(b)
}

// gramText returns the document of a user in the index.
func gramText(number int64, folded string) string {
	return folded + record.Separator + accountGram(number)
}
