package validate

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

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

// matchPersonNameDocumented accepts the names of the strict rule and those of Omnidesk's
// expression.
func matchPersonNameDocumented(s string) bool { return matchPersonName(s) || matchOmnideskName(s) }

func matchPersonName(s string) bool {
	if s != "" && s[0] == '\'' {
		s = s[1:]
	} else {
		s = strings.TrimPrefix(s, "’")
	}
	first, _ := utf8.DecodeRuneInString(s)
	return (isTwoByteLetter(s) || unicode.IsLetter(first)) && s[len(s)-1] != ' ' && nameText.allOr(s, isNameRune)
}

// omnideskText has the ASCII characters of a name at Omnidesk.
var omnideskText = classOf(`A-Za-z \-`)

// matchOmnideskName is ^[a-zA-ZÀ-ÖØ-Þß-öø-ÿ\- ]+$: Latin-1 without × and ÷.
func matchOmnideskName(s string) bool {
	for i := 0; i < len(s); i++ {
		b := s[i]
		if omnideskText[b] {
			continue
		}
		// U+00C0 to U+00FF are 0xC3 and 0x80 to 0xBF.
		if i++; b != 0xC3 || i == len(s) || s[i]&0xC0 != 0x80 || s[i] == 0x97 || s[i] == 0xB7 {
			return false
		}
	}
	return s != ""
}

// loginText has the ASCII characters of a login.
var loginText = classOf("A-Za-z0-9!#$%&'*+\\-./=?@^_`{|}~")

func matchLogin(s string) bool { return s != "" && loginText.allOr(s, isWordRune) }

func matchPasswordDocumented(s string) bool {
	return lower.any(s) && upper.any(s) && digit.any(s) && !alnum.all(s) && utf8.ValidString(s)
}

func matchPassword(s string) bool {
	var hasUpper, hasLower, hasDigit, hasSpecial bool
	for _, r := range s {
		switch {
		case unicode.IsUpper(r):
			hasUpper = true
		case unicode.IsLower(r):
			hasLower = true
		case unicode.IsDigit(r):
			hasDigit = true
		case unicode.IsControl(r), unicode.Is(unicode.Z, r):
			return false
		case !unicode.IsLetter(r) && !unicode.IsMark(r):
			hasSpecial = true
		}
	}
	return hasUpper && hasLower && hasDigit && hasSpecial && utf8.ValidString(s)
}
