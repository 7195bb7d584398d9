package password

import (
	"bytes"
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

// leansOnContext reports whether the new password contains a context word and too little besides.
// It returns true if the password contains a context word, and the number of characters outside of
// the context words is smaller than the parameter least. It returns false if the password contains
// no context word, however short the password is.
//
// The context words are the fields Login, Display, Email and Context of c, and the words in these
// fields. markField ignores some fields and words, such as short ones.
func leansOnContext(c Candidate, least int) bool {
	var textRoom, markRoom [128]byte
	t := markedText{text: appendFold(textRoom[:0], c.New)}
	if len(t.text) <= len(markRoom) {
		t.marks = markRoom[:len(t.text)]
	} else {
		t.marks = make([]byte, len(t.text))
	}
	t.markField(c.Login)
	t.markField(c.Display)
	t.markField(c.Email)
	for _, field := range c.Context {
		t.markField(field)
	}
	return t.marked && t.unmarked() < least
}

// markedText is a folded password in which the bytes of context words are marked.
type markedText struct {
	text   []byte
	marks  []byte // 1 for each byte that belongs to a word
	marked bool
}

// markField marks the occurrences of field in the password. It also marks the occurrences of each
// of the first mostWords words in field that have at least shortestWord characters. A word is a run
// of letters, digits and marks. Case and compatibility forms do not matter. markField ignores a
// field of fewer than shortestWord characters, and a field of more than MaxBytes bytes, which is no
// name.
func (t *markedText) markField(field string) {
	if len(field) > MaxBytes || utf8.RuneCountInString(field) < shortestWord {
		return
	}
	var room [128]byte
	folded := appendFold(room[:0], field)
	t.mark(folded) // whatever its length is now: folding composes three code points of Hangul into one
	start, words := 0, 0
	for i := 0; i < len(folded); {
		r, size := utf8.DecodeRune(folded[i:])
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) {
			if words += t.markWord(folded[start:i]); words == mostWords {
				return
			}
			start = i + size
		}
		i += size
	}
	if start > 0 { // otherwise the field was one word, and is marked
		t.markWord(folded[start:])
	}
}

// markWord marks the occurrences of word in the password if word has at least shortestWord
// characters, and then returns 1. Otherwise it marks nothing and returns 0.
func (t *markedText) markWord(word []byte) int {
	if utf8.RuneCount(word) < shortestWord {
		return 0
	}
	t.mark(word)
	return 1
}

// mark marks the bytes of every occurrence of word in the password, including occurrences that
// overlap. It sets t.marked if there is one. It does nothing for an empty word. word must be
// folded.
func (t *markedText) mark(word []byte) {
	if len(word) == 0 {
		return
	}
	end := 0 // of the marks of this word
	for from := 0; ; {
		at := bytes.Index(t.text[from:], word)
		if at < 0 {
			return
		}
		at += from
		for i := max(at, end); i < at+len(word); i++ {
			t.marks[i] = 1
		}
		end = at + len(word)
		from = at + 1
		t.marked = true
	}
}

// unmarked returns the number of characters of the folded password that no context word covers.
func (t *markedText) unmarked() int {
	n := 0
	for i, b := range t.text {
		if t.marks[i] == 0 && utf8.RuneStart(b) {
			n++
		}
	}
	return n
}
