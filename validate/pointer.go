package validate

import (
	"cmp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxToken is the greatest number of bytes of one token in a path. A path can contain the name of
// an unknown field, which the caller chose.
const maxToken = 128

// Pointer returns the JSON pointer (RFC 6901) of the given tokens: Pointer("names", "a/b") is
// "/names/a~1b". A token longer than 128 bytes is cut, and "…" put in place of the rest. No tokens
// give "", the whole document.
func Pointer(tokens ...string) string {
	path := ""
	for _, token := range tokens {
		path = Child(path, token)
	}
	return path
}

// Child returns the JSON pointer of the member called token below path.
func Child(path, token string) string {
	if len(token) > maxToken {
		token = cut(token, maxToken) + "…"
	}
	if strings.ContainsAny(token, "~/") {
		token = strings.ReplaceAll(strings.ReplaceAll(token, "~", "~0"), "/", "~1")
	}
	return path + "/" + token
}

// Element returns the JSON pointer of the element i, counted from 0, of the list at path.
func Element(path string, i int) string { return path + "/" + strconv.Itoa(i) }

// cut returns at most n bytes of s, not ending inside a character.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// comparePaths orders JSON pointers token by token, and tokens that are numbers by their value, so
// that the tenth element of a list comes after the second.
func comparePaths(a, b string) int {
	for a != "" && b != "" {
		var ta, tb string
		ta, a = nextToken(a)
		tb, b = nextToken(b)
		if c := compareTokens(ta, tb); c != 0 {
			return c
		}
	}
	return cmp.Compare(len(a), len(b))
}

// nextToken splits a path after its first token. A path that does not begin with a slash is read
// as if it did.
func nextToken(path string) (token, rest string) {
	path = strings.TrimPrefix(path, "/")
	if i := strings.IndexByte(path, '/'); i >= 0 {
		return path[:i], path[i:]
	}
	return path, ""
}

func compareTokens(a, b string) int {
	if isIndex(a) && isIndex(b) && len(a) != len(b) {
		return cmp.Compare(len(a), len(b))
	}
	return cmp.Compare(a, b)
}

// isIndex reports whether the token is the index of a list: digits without a leading zero.
func isIndex(token string) bool {
	return token != "" && allOf(token, digit) && (token[0] != '0' || len(token) == 1)
}
