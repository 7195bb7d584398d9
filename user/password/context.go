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

// shortWithoutContext reports whether c.New contains a context word and has fewer than least
// characters outside of all context words. contextWords says which words of c these are. Case and
// compatibility forms do not matter.
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

// contextWords returns the context words of a field, such as a login, in the form of fold: the
// first mostWords words of at least shortestWord characters, then the whole field. It returns nil
// for a field of fewer than shortestWord characters or more than MaxBytes bytes.
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

// cover marks the bytes of text that belong to an occurrence of word, overlapping ones included.
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
