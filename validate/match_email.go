package validate

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxLabel is the greatest number of characters in one label of a domain (RFC 1035).
const maxLabel = 63

func matchEmail(s string) bool {
	local, domain, found := strings.Cut(s, "@")
	return found && isEmailLocal(local) && isDomain(domain)
}

// isEmailLocal reports whether s can be the part of an e-mail address before the @: one or more
// words with single dots between them. A word has letters, digits and marks of any script and the
// signs of atext. isEmailLocal returns false for the empty text.
func isEmailLocal(s string) bool {
	for word := range strings.SplitSeq(s, ".") {
		if word == "" || !atext.allOr(word, isWordRune) {
			return false
		}
	}
	return true
}

// labelText has the ASCII characters of a label.
var labelText = classOf(`A-Za-z0-9\-`)

// isDomain reports whether s is a domain name that may contain letters, digits and marks of every
// script. Its labels are separated by dots. A label has 1 to 63 characters, does not begin with a
// mark, and does not begin or end with a hyphen. Other ASCII characters are refused.
func isDomain(s string) bool {
	for label := range strings.SplitSeq(s, ".") {
		if label == "" || label[0] == '-' || label[len(label)-1] == '-' ||
			len(label) > maxLabel && utf8.RuneCountInString(label) > maxLabel {
			return false
		}
		first, _ := utf8.DecodeRuneInString(label)
		if unicode.Is(unicode.M, first) || !labelText.allOr(label, isWordRune) {
			return false
		}
	}
	return true
}
