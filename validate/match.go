package validate

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// class is a set of ASCII characters. A byte above 0x7F is in no class, so a matcher refuses it
// without decoding the text.
type class [256]bool

var (
	digit = classOf("0-9")
	// atext has the characters of a word in an e-mail address (RFC 5322 section 3.2.3).
	atext = classOf("A-Za-z0-9!#$%&'*+/=?^_`{|}~\\-")
)

// classOf returns the set of the ASCII characters in chars, which has the syntax of a class in a
// regular expression: "a-z_" gives the lower-case letters and the underscore. It panics if the
// syntax is not valid.
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

// The matchers below are named after their rule and equal to the expression beside it in the table.

func matchE164(s string) bool {
	return len(s) >= 8 && len(s) <= 16 && s[0] == '+' && s[1] != '0' && digit.all(s[1:])
}

// accountText has the characters of an account id.
var accountText = classOf(`A-Za-z0-9._\-`)

// matchAccountID is ^[A-Za-z0-9_][A-Za-z0-9._\-]*$.
func matchAccountID(s string) bool {
	return accountText.some(s) && s[0] != '.' && s[0] != '-'
}

var mobileText = classOf(`0-9A-Za-z +()./\-#*,`)

// matchMobile accepts the characters of mobileText with at least one digit.
func matchMobile(s string) bool {
	return mobileText.all(s) && digit.any(s)
}

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

// hasControl reports whether s contains a control character (Unicode category Cc).
func hasControl(s string) bool { return strings.ContainsFunc(s, unicode.IsControl) }

// isLineRune reports whether r may occur in a text of one line. It refuses control characters, line
// separators, and characters that change the direction of writing, because those make one name look
// like another.
func isLineRune(r rune) bool {
	switch {
	case r < ' ', r >= 0x7F && r < 0xA0:
		return false
	case r == 0x2028, r == 0x2029, r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069:
		return false
	}
	return true
}

func matchLine(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return !isLineRune(r) })
}

// matchText accepts text of several lines: valid UTF-8 with tab, line feed and carriage return, and
// no other control character.
func matchText(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool {
		return unicode.IsControl(r) && r != '\t' && r != '\n' && r != '\r'
	})
}

// isTwoByteLetter reports whether s begins with a letter of Latin (U+00C0 to U+023F) or Cyrillic
// (U+0400 to U+047F). These blocks contain only letters, and × and ÷. It saves the most common
// names a search in Unicode's tables.
func isTwoByteLetter(s string) bool {
	return len(s) > 1 && s[1]&0xC0 == 0x80 && (s[0] >= 0xC4 && s[0] <= 0xC8 || s[0] == 0xD0 || s[0] == 0xD1 ||
		s[0] == 0xC3 && s[1] != 0x97 && s[1] != 0xB7)
}

// isWordRune reports whether a character beyond ASCII is a letter, mark or digit of any script. An
// invalid byte is read as U+FFFD, which is none of these.
func isWordRune(r rune) bool { return unicode.In(r, unicode.L, unicode.M, unicode.Nd) }

// nameText has the ASCII characters of a person's name.
var nameText = classOf(`A-Za-z0-9 '.\-`)

// isNameRune reports whether a character beyond ASCII may occur in a person's name: letters, marks
// and digits of any script, the typographic apostrophe, the Catalan middle dot, and the two joiners
// that Persian and Indic scripts use.
func isNameRune(r rune) bool {
	return isWordRune(r) || r == '’' || r == '·' || r == 0x200C || r == 0x200D
}

func matchPersonName(s string) bool {
	if s != "" && s[0] == '\'' {
		s = s[1:]
	} else {
		s = strings.TrimPrefix(s, "’")
	}
	first, _ := utf8.DecodeRuneInString(s)
	return (isTwoByteLetter(s) || unicode.IsLetter(first)) && s[len(s)-1] != ' ' && nameText.allOr(s, isNameRune)
}

// loginText has the ASCII characters of a login.
var loginText = classOf("A-Za-z0-9!#$%&'*+\\-./=?@^_`{|}~")

func matchLogin(s string) bool { return s != "" && loginText.allOr(s, isWordRune) }
