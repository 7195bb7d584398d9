package validate

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxToken is the greatest length in bytes of one token in a path. A token can be the name of an
// unknown field, which the caller chose.
const maxToken = 128

// Pointer returns the JSON pointer (RFC 6901) of the given tokens: Pointer("names", "a/b") returns
// "/names/a~1b". It cuts a token of more than 128 bytes and ends it with "…". Without tokens it
// returns "", the pointer of the whole document.
func Pointer(tokens ...string) string {
	path := ""
	for _, token := range tokens {
		path = Child(path, token)
	}
	return path
}

// Child returns the JSON pointer of a member of the object at path. The token is the name of the
// member. Child escapes "~" and "/" in the token. It cuts a token of more than maxToken bytes and
// appends "…"; the result then no longer points to the member.
func Child(path, token string) string {
	if len(token) > maxToken {
		token = cut(token, maxToken) + "…"
	}
	if strings.ContainsAny(token, "~/") {
		token = strings.ReplaceAll(strings.ReplaceAll(token, "~", "~0"), "/", "~1")
	}
	return path + "/" + token
}

// Element returns the JSON pointer of element i, counted from 0, of the list at path.
func Element(path string, i int) string { return path + "/" + strconv.Itoa(i) }

// cut returns the longest prefix of s that has at most n bytes and does not end inside a character.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// comparePaths compares JSON pointers token by token, and indexes of a list by their value: element
// 10 comes after element 2.
func comparePaths(a, b string) int {
	return slices.CompareFunc(strings.Split(a, "/"), strings.Split(b, "/"), compareTokens)
}

func compareTokens(a, b string) int {
	if isIndex(a) && isIndex(b) && len(a) != len(b) {
		return cmp.Compare(len(a), len(b))
	}
	return cmp.Compare(a, b)
}

// isIndex reports whether the token is the index of a list: digits without a leading zero.
func isIndex(token string) bool {
	return token != "" && digit.all(token) && (token[0] != '0' || len(token) == 1)
}
