package validate

import (
	"strings"
	"unicode/utf8"
)

// maxLabel is the greatest number of characters in one label of a domain (RFC 1035).
const maxLabel = 63

func matchEmail(s string) bool {
	at := strings.IndexByte(s, '@')
	if at < 1 || !isEmailLocal(s[:at]) {
		return false
	}
	return isDomain(s[at+1:])
}

// isEmailLocal reports whether s can be the part of an e-mail address before the @: one or more
// words with single dots between them. A word has letters, digits and marks of any script and the
// signs of atext. isEmailLocal returns false for the empty text.
func isEmailLocal(s string) bool {
	last := dot // The beginning is like the place after a dot: none may follow.
	for i := 0; i < len(s); {
		c := classes[s[i]]
		if c&(atext|dot) == 0 {
			r, n := utf8.DecodeRuneInString(s[i:])
			if r < utf8.RuneSelf || !isWordRune(r) {
				return false
			}
			i += n
			last = letter
			continue
		}
		if c&last&dot != 0 {
			return false
		}
		last = c
		i++
	}
	return last&dot == 0
}

// isDomain reports whether s is a domain name that may contain letters, digits and marks of
// every script. Its labels are separated by dots. A label has 1 to 63 characters, does not begin
// with a mark, and does not begin or end with a hyphen. Other ASCII characters are refused.
func isDomain(s string) bool {
	last, count := dot, 0
	for _, r := range s {
		c := letter
		if r < utf8.RuneSelf {
			c = classes[r]
		}
		switch {
		case c&dot != 0:
			if last&(dot|hyphen) != 0 || count > maxLabel {
				return false
			}
			last, count = dot, 0
			continue
		case c&hyphen != 0:
			if last&dot != 0 {
				return false
			}
		case r < utf8.RuneSelf:
			if c&alnum == 0 {
				return false
			}
		case !isWordRune(r) || last&dot != 0 && isMark(r):
			return false
		}
		last = c
		count++
	}
	return last&(dot|hyphen) == 0 && count <= maxLabel
}
