package validate

import (
	"strings"
	"unicode/utf8"
)

// maxLabel is the greatest number of characters in one label of a domain (RFC 1035).
const maxLabel = 63

// matchHTMLEmail reports whether s matches the expression that the HTML standard gives for "a valid
// e-mail address".
func matchHTMLEmail(s string) bool {
	at := strings.IndexByte(s, '@')
	if at < 1 || !allOf(s[:at], atext|dot) {
		return false
	}
	ok, ascii := isASCIIDomain(s[at+1:])
	return ok && ascii
}

func matchEmail(s string) bool {
	at := strings.IndexByte(s, '@')
	if at < 1 || !isEmailLocal(s[:at]) {
		return false
	}
	ok, ascii := isASCIIDomain(s[at+1:])
	return ok || !ascii && isUnicodeDomain(s[at+1:])
}

// isEmailLocal reports whether s is the part of an e-mail address before the @: words of letters,
// digits and the signs of atext, with single dots between the words.
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

// isASCIIDomain reports whether s is a domain: labels of letters, digits and hyphens with dots
// between them, where no label begins or ends with a hyphen. ascii is false if a byte beyond ASCII
// ended the check.
func isASCIIDomain(s string) (ok, ascii bool) {
	last, start := dot, 0
	for i := range len(s) {
		c := classes[s[i]]
		switch {
		case c&alnum != 0:
		case c&dot != 0:
			if last&(dot|hyphen) != 0 || i-start > maxLabel {
				return false, true
			}
			start = i + 1
		case c&hyphen == 0 || last&dot != 0:
			return false, s[i] < utf8.RuneSelf
		}
		last = c
	}
	return last&(dot|hyphen) == 0 && len(s)-start <= maxLabel, true
}

// isUnicodeDomain reports whether s is a domain as isASCIIDomain defines it, but with the letters,
// digits and marks of every script. No label begins with a mark.
func isUnicodeDomain(s string) bool {
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
