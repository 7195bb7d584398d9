package sqlitestore

import (
	"strings"
	"unicode/utf8"

	"github.com/ca74b63c/roster/storage/internal/record"
)

// maxGrams is how many triples of a part the index looks up. The stored texts then decide about the
// whole part.
const maxGrams = 12

// gramQuery returns an FTS5 query for the index for parts of names. The query finds the users of
// one account whose texts contain each of the first 12 (maxGrams) triples of characters of folded.
// number is the number of the account. folded is the folded part of a name for which a caller
// searches. The users are only candidates, so the caller must compare the stored texts too.
// gramQuery returns "" if folded has less than three characters.
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

// accountGram returns the three characters that stand for an account in the index. Each character
// holds 16 bits of the account's number, the lowest bits first. The number must be less than 1<<48.
// The characters are from a private use plane of Unicode.
func accountGram(number int64) string {
	const plane = 0xF0000
	b := make([]byte, 0, 3*utf8.UTFMax)
	for shift := 0; shift < 48; shift += 16 {
		b = utf8.AppendRune(b, plane+rune(number>>shift&0xffff))
	}
	return string(b)
}

// gramText returns what the index contains about a user.
func gramText(number int64, folded string) string {
	return folded + record.Separator + accountGram(number)
}
