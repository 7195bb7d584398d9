package validate

// class is a set of ASCII characters, one bit for each kind of character that a rule distinguishes.
type class uint32

const (
	digit class = 1 << iota
	lower
	upper
	underscore
	hyphen
	dot
	space
	plus
	apostrophe
	slash
	colon
	at
	semicolon
	comma
	paren     // ( )
	star      // *
	hash      // #
	percent   // %
	bracket   // [ ]
	tilde     // ~
	bang      // !
	question  // ?
	equals    // =
	ampersand // &
	dollar    // $
	accent    // ^ `
	backslash
	brace // { | }
	quote // " < >
	other // control characters and bytes of more than 7 bits

	letter = lower | upper
	alnum  = letter | digit
	// atext has the characters of a word in an e-mail address (RFC 5322 section 3.2.3).
	atext = alnum | bang | hash | dollar | percent | ampersand | apostrophe | star | plus | hyphen | slash | equals |
		question | accent | underscore | brace | tilde
	// uriText has the characters of a URI, reserved or not (RFC 3986 section 2).
	uriText = alnum | hyphen | dot | underscore | tilde | colon | slash | question | hash | bracket | at | bang |
		dollar | ampersand | apostrophe | paren | star | plus | comma | semicolon | equals | percent
	// graphic has the printable ASCII characters except the space.
	graphic = atext | uriText | quote | backslash
)

// classes maps each byte to its kinds. A byte above 0x7F has the kind other, which no rule allows.
// So a matcher refuses it without decoding the text.
var classes = classTable()

func classTable() (t [256]class) {
	mark := func(chars string, c class) {
		for i := range len(chars) {
			t[chars[i]] |= c
		}
	}
	mark("0123456789", digit)
	mark("abcdefghijklmnopqrstuvwxyz", lower)
	mark("ABCDEFGHIJKLMNOPQRSTUVWXYZ", upper)
	mark("_", underscore)
	mark("-", hyphen)
	mark(".", dot)
	mark(" ", space)
	mark("+", plus)
	mark("'", apostrophe)
	mark("/", slash)
	mark(":", colon)
	mark("@", at)
	mark(";", semicolon)
	mark(",", comma)
	mark("()", paren)
	mark("*", star)
	mark("#", hash)
	mark("%", percent)
	mark("[]", bracket)
	mark("~", tilde)
	mark("!", bang)
	mark("?", question)
	mark("=", equals)
	mark("&", ampersand)
	mark("$", dollar)
	mark("^`", accent)
	mark("\\", backslash)
	mark("{|}", brace)
	mark("\"<>", quote)
	for i, c := range t {
		if c == 0 {
			t[i] = other
		}
	}
	return t
}

// allOf reports whether every byte of s is in the class. It returns true for "".
func allOf(s string, c class) bool {
	for i := range len(s) {
		if classes[s[i]]&c == 0 {
			return false
		}
	}
	return true
}

// someOf reports whether s is not empty and every byte is in the class, as the expression [class]+
// does.
func someOf(s string, c class) bool { return s != "" && allOf(s, c) }
