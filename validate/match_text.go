package validate

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// hasControl reports whether s contains a control character (Unicode category Cc).
func hasControl(s string) bool {
	for i := range len(s) {
		switch b := s[i]; {
		case b < ' ', b == 0x7F:
			return true
		case b == 0xC2 && i+1 < len(s) && s[i+1] >= 0x80 && s[i+1] < 0xA0:
			return true
		}
	}
	return false
}

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
	for i := 0; i < len(s); {
		if b := s[i]; b < utf8.RuneSelf {
			if b < ' ' || b == 0x7F {
				return false
			}
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if n == 1 || !isLineRune(r) {
			return false
		}
		i += n
	}
	return true
}

// matchText accepts text of several lines: valid UTF-8 with tab, line feed and carriage return, and
// no other control character.
func matchText(s string) bool {
	for i := range len(s) {
		switch b := s[i]; {
		case b < ' ' && b != '\t' && b != '\n' && b != '\r', b == 0x7F:
			return false
		case b == 0xC2 && i+1 < len(s) && s[i+1] < 0xA0:
			return false
		}
	}
	return utf8.ValidString(s)
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

func isMark(r rune) bool { return unicode.Is(unicode.M, r) }

const nameText = alnum | space | apostrophe | dot | hyphen

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
	if s == "" || s[len(s)-1] == ' ' || s[0] < utf8.RuneSelf && classes[s[0]]&letter == 0 {
		return false
	}
	for i := 0; i < len(s); {
		if s[i] < utf8.RuneSelf {
			if classes[s[i]]&nameText == 0 {
				return false
			}
			i++
			continue
		}
		if isTwoByteLetter(s[i:]) {
			i += 2
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if i == 0 && !unicode.IsLetter(r) || !isNameRune(r) {
			return false
		}
		i += n
	}
	return true
}

// matchOmnideskName is ^[a-zA-ZÀ-ÖØ-Þß-öø-ÿ\- ]+$: Latin-1 without × and ÷.
func matchOmnideskName(s string) bool {
	for i := 0; i < len(s); i++ {
		b := s[i]
		if classes[b]&(letter|hyphen|space) != 0 {
			continue
		}
		// U+00C0 to U+00FF are 0xC3 and 0x80 to 0xBF.
		if i++; b != 0xC3 || i == len(s) || s[i]&0xC0 != 0x80 || s[i] == 0x97 || s[i] == 0xB7 {
			return false
		}
	}
	return s != ""
}

func matchLogin(s string) bool {
	for i := 0; i < len(s); {
		if s[i] < utf8.RuneSelf {
			if classes[s[i]]&(atext|dot|at) == 0 {
				return false
			}
			i++
			continue
		}
		if isTwoByteLetter(s[i:]) {
			i += 2
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if !isWordRune(r) {
			return false
		}
		i += n
	}
	return s != ""
}

func matchPasswordDocumented(s string) bool {
	var seen class
	for i := range len(s) {
		seen |= classes[s[i]]
	}
	return seen&lower != 0 && seen&upper != 0 && seen&digit != 0 && seen&^alnum != 0 &&
		(seen&other == 0 || utf8.ValidString(s))
}

func matchPassword(s string) bool {
	var seen class
	for i := 0; i < len(s); {
		if b := s[i]; b < utf8.RuneSelf {
			switch c := classes[b] & alnum; {
			case c != 0:
				seen |= c
			case b <= ' ', b == 0x7F:
				return false
			default:
				seen |= other
			}
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if n == 1 {
			return false
		}
		i += n
		switch {
		case unicode.IsUpper(r):
			seen |= upper
		case unicode.IsLower(r):
			seen |= lower
		case unicode.Is(unicode.Nd, r):
			seen |= digit
		case unicode.In(r, unicode.Z, unicode.Cc):
			return false
		case !unicode.In(r, unicode.L, unicode.M):
			seen |= other
		}
	}
	return seen&(upper|lower|digit|other) == upper|lower|digit|other
}
