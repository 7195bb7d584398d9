package validate

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// hasControl reports whether s holds a control character (category Cc).
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

// isLineRune reports whether r may stand in a text of one line: no control character, no separator of lines, nothing
// that changes the direction of what follows and so makes a name look like another.
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
		if !isLineRune(r) {
			return false
		}
		i += n
	}
	return true
}

// matchText allows more than one line: tab, line feed and carriage return, and no other control character.
func matchText(s string) bool {
	for i := range len(s) {
		switch b := s[i]; {
		case b < ' ' && b != '\t' && b != '\n' && b != '\r', b == 0x7F:
			return false
		case b == 0xC2 && s[i+1] < 0xA0:
			// The second byte is there: only valid UTF-8 comes here.
			return false
		}
	}
	return true
}

const nameText = alnum | space | apostrophe | dot | hyphen

// isNameRune reports whether a character beyond ASCII may stand in a person's name: letters and marks of every
// script, digits, the typographic apostrophe, the Catalan middle dot, and the two joiners that Persian and Indic
// scripts spell names with.
func isNameRune(r rune) bool {
	switch r {
	case '’', '·', 0x200C, 0x200D:
		return true
	}
	return unicode.In(r, unicode.L, unicode.M, unicode.Nd)
}

func matchPersonName(s string) bool {
	if strings.HasPrefix(s, "'") {
		s = s[1:]
	} else if strings.HasPrefix(s, "’") {
		s = s[len("’"):]
	}
	if s == "" || s[len(s)-1] == ' ' {
		return false
	}
	if s[0] < utf8.RuneSelf {
		if classes[s[0]]&letter == 0 {
			return false
		}
	} else if r, _ := utf8.DecodeRuneInString(s); !unicode.IsLetter(r) {
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
		r, n := utf8.DecodeRuneInString(s[i:])
		if !isNameRune(r) {
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
		if b != 0xC3 || i+1 == len(s) || s[i+1] == 0x97 || s[i+1] == 0xB7 {
			return false
		}
		i++
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
		r, n := utf8.DecodeRuneInString(s[i:])
		if !unicode.In(r, unicode.L, unicode.M, unicode.Nd) {
			return false
		}
		i += n
	}
	return s != ""
}

// matchHTMLEmail is the expression that the HTML standard gives for "a valid e-mail address".
func matchHTMLEmail(s string) bool {
	at := strings.IndexByte(s, '@')
	if at < 1 || !allOf(s[:at], atext|dot) {
		return false
	}
	start := at + 1
	for i := start; i <= len(s); i++ {
		if i < len(s) && s[i] != '.' {
			continue
		}
		label := s[start:i]
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' ||
			!allOf(label, alnum|hyphen) {
			return false
		}
		start = i + 1
	}
	return true
}

// matchEmail reads the address once from left to right.
func matchEmail(s string) bool {
	i, ok := emailLocal(s)
	if !ok {
		return false
	}
	for i < len(s) {
		n, ok := emailLabel(s[i:])
		if !ok {
			return false
		}
		if i += n; i == len(s) {
			return true
		}
		i++ // The label ended at a dot.
	}
	return false
}

// emailLocal returns the index behind the @: words of letters, digits and signs, with single dots between them.
func emailLocal(s string) (int, bool) {
	afterDot := true
	for i := 0; i < len(s); {
		switch b := s[i]; {
		case b == '@':
			return i + 1, !afterDot
		case b == '.':
			if afterDot {
				return 0, false
			}
			afterDot = true
			i++
		case b < utf8.RuneSelf:
			if classes[b]&atext == 0 {
				return 0, false
			}
			afterDot = false
			i++
		default:
			r, n := utf8.DecodeRuneInString(s[i:])
			if !unicode.In(r, unicode.L, unicode.M, unicode.Nd) {
				return 0, false
			}
			afterDot = false
			i += n
		}
	}
	return 0, false
}

// emailLabel returns the length of the first label of a domain, at most 63 characters, a hyphen neither first nor
// last, a mark not first.
func emailLabel(s string) (int, bool) {
	count, hyphenLast := 0, true
	i := 0
	for i < len(s) && s[i] != '.' {
		r, n := rune(s[i]), 1
		isHyphen := r == '-'
		switch {
		case isHyphen:
		case r < utf8.RuneSelf:
			if classes[s[i]]&alnum == 0 {
				return 0, false
			}
		default:
			r, n = utf8.DecodeRuneInString(s[i:])
			if !unicode.In(r, unicode.L, unicode.Nd) && (count == 0 || !unicode.In(r, unicode.M)) {
				return 0, false
			}
		}
		if isHyphen && count == 0 {
			return 0, false
		}
		hyphenLast = isHyphen
		count++
		i += n
	}
	return i, !hyphenLast && count <= 63
}

func matchPassword(s string) bool {
	var seen class
	const other = space
	for _, r := range s {
		if r < utf8.RuneSelf {
			c := classes[r]
			switch {
			case c&alnum != 0:
				seen |= c & alnum
			case r <= ' ' || r == 0x7F:
				return false
			default:
				seen |= other
			}
			continue
		}
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
