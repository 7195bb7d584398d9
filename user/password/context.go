package password

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	// shortestWord is the length in characters from which a context word counts. A shorter word,
	// such as "ann", occurs in too many phrases.
	shortestWord = 4
	// mostWords is the greatest number of words of one field that are compared. It bounds the cost
	// of a field, and no name has as many.
	mostWords = 16
)

// shortWithoutContext reports whether the new password c.New contains a context word and has fewer
// than least characters besides its context words. It returns false for a password without a
// context word, however short. Case and compatibility forms do not matter. The context words are
// those that contextWords finds in Login, Display, Email and Context of c.
func shortWithoutContext(c Candidate, least int) bool {
	text := fold(c.New)
	covered := make([]bool, len(text)) // the bytes that belong to a context word
	for _, field := range append([]string{c.Login, c.Display, c.Email}, c.Context...) {
		for _, word := range contextWords(field) {
			cover(covered, text, word)
		}
	}
	besides := 0
	for i := range text {
		if !covered[i] {
			besides++
		}
	}
	return slices.Contains(covered, true) && besides < least
}

// contextWords returns the context words of one field, such as a name, in the form that fold gives
// them. These are the first mostWords words of the field that have at least shortestWord
// characters, and then the whole field. A word is a run of letters, digits and marks. contextWords
// returns nil for a field of fewer than shortestWord characters, and for a field of more than
// MaxBytes bytes, which is no name.
func contextWords(field string) []string {
	if len(field) > MaxBytes || utf8.RuneCountInString(field) < shortestWord {
		return nil
	}
	folded := fold(field) // whatever its length is now: folding composes three code points of Hangul into one
	words := strings.FieldsFunc(folded, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r)
	})
	words = slices.DeleteFunc(words, func(word string) bool { return utf8.RuneCountInString(word) < shortestWord })
	return append(words[:min(len(words), mostWords)], folded)
}

// cover sets covered[i] for each byte i of text that belongs to an occurrence of word, including
// occurrences that overlap. It does nothing for an empty word.
func cover(covered []bool, text, word string) {
	done := 0 // the bytes before are covered, as far as they belong to this word
	for from := 0; word != ""; from++ {
		at := strings.Index(text[from:], word)
		if at < 0 {
			return
		}
		from += at
		for i := max(from, done); i < from+len(word); i++ {
			covered[i] = true
		}
		done = from + len(word)
	}
}
