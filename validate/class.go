package validate

import (
	"regexp"
	"unicode/utf8"
)

// class is a set of ASCII characters. A byte above 0x7F is in no class, so a matcher refuses it
// without decoding the text.
type class [256]bool

var (
	digit = classOf("0-9")
	lower = classOf("a-z")
	upper = classOf("A-Z")
	alnum = classOf("A-Za-z0-9")
	// atext has the characters of a word in an e-mail address (RFC 5322 section 3.2.3).
	atext = classOf("A-Za-z0-9!#$%&'*+/=?^_`{|}~\\-")
)

// classOf returns the set of the ASCII characters that the regular expression "[" + chars + "]"
// matches. For example, "a-z_" gives the lower-case letters and the underscore. It panics if the
// regular expression is not valid.
func classOf(chars string) *class {
	expression := regexp.MustCompile("^[" + chars + "]$")
	var c class
	for b := range utf8.RuneSelf {
		c[b] = expression.MatchString(string(rune(b)))
	}
	return &c
}

// all reports whether every byte of s is in the class. It returns true for "".
func (c *class) all(s string) bool {
	for i := range len(s) {
		if !c[s[i]] {
			return false
		}
	}
	return true
}

// some reports whether s is not empty and every byte is in the class, as the expression [class]+
// does.
func (c *class) some(s string) bool { return s != "" && c.all(s) }

// any reports whether a byte of s is in the class.
func (c *class) any(s string) bool {
	for i := range len(s) {
		if c[s[i]] {
			return true
		}
	}
	return false
}

// allOr reports whether every character of s is in the class, or is a character beyond ASCII that
// beyond accepts. The function beyond must accept every letter and refuse U+FFFD, as which an
// invalid byte is read.
func (c *class) allOr(s string, beyond func(rune) bool) bool {
	for i := 0; i < len(s); {
		switch {
		case s[i] < utf8.RuneSelf:
			if !c[s[i]] {
				return false
			}
			i++
		case isTwoByteLetter(s[i:]):
			i += 2
		default:
			r, n := utf8.DecodeRuneInString(s[i:])
			if !beyond(r) {
				return false
			}
			i += n
		}
	}
	return true
}
