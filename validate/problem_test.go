package validate

import (
	"strings"
	"testing"
)

// spelled writes a problem with its code and all of its parameters.
func spelled(p Problem) string {
	var b strings.Builder
	if p.Path != "" {
		b.WriteString(p.Path + ": ")
	}
	b.WriteString(string(p.Code))
	sep := " ("
	for name, value := range p.Params.All() {
		b.WriteString(sep + name + " " + value)
		sep = ", "
	}
	if p.Params.Len() > 0 {
		b.WriteByte(')')
	}
	return b.String()
}

// Each code has words, and the limits stand in them.
func TestDetail(t *testing.T) {
	none := Params{}
	for _, c := range []struct {
		code   Code
		params Params
		want   string
	}{
		{Required, none, "is required"},
		{TooShort, none, "is too short"},
		{TooShort, none.WithInt("min", 8), "is shorter than 8 characters"},
		{TooShort, none.WithInt("min", 1).WithText("unit", "bytes"), "is shorter than 1 byte"},
		{TooLong, none, "is too long"},
		{TooLong, none.WithInt("max", 255).WithText("unit", "characters"), "is longer than 255 characters"},
		{Pattern, none, "does not have the right form"},
		{Pattern, none.WithText("rule", "roster.email").WithText("pattern", "^x$"), "is not a valid e-mail address"},
		{Invalid, none, "is not valid"},
		{Invalid, none.WithText("rule", "roster.email"), "is not a valid e-mail address"},
		{OutOfRange, none, "is out of range"},
		{OutOfRange, none.WithInt("min", 1), "must be at least 1"},
		{OutOfRange, none.WithInt("max", 9), "must be at most 9"},
		{OutOfRange, none.WithInt("min", 1).WithInt("max", 9), "must be from 1 to 9"},
		{OutOfRange, none.WithInt("min", 0).WithInt("max", 9).WithText("of", "items"), "must be from 0 to 9 items"},
		{Unknown, none, "is unknown"},
		{Unknown, none.WithText("words", "On, Off"), "must be one of: On, Off"},
		{Unknown, none.WithText("has", "member"), "has an unknown member"},
		{InvalidUTF8, none, "is not valid UTF-8 text"},
		{ControlCharacter, none, "has a control character"},
		{Duplicate, none, "is a duplicate"},
		{ReadOnly, none, "is read-only"},
		{Conflict, none, "conflicts with another value"},
		{Mismatch, none, "does not match"},
		{Forbidden, none, "is not allowed"},
		{TooLong, none.WithInt("max", 3).WithText("of", "items"), "is longer than 3 items"},
		{"host_code", none, "host code"},
	} {
		if got := (Problem{Code: c.code, Params: c.params}).Detail(); got != c.want {
			t.Errorf("%s: %q, want %q", c.code, got, c.want)
		}
	}
}

// Each rule says in words what it takes, and the detail has no expression.
func TestEachRuleHasWords(t *testing.T) {
	for r := range Rules() {
		params := Params{}.WithText("rule", r.Name()).WithText("pattern", r.Pattern(Strict))
		got := Problem{Code: Pattern, Params: params}.Detail()
		words, ok := strings.CutPrefix(got, "is not a valid ")
		if !ok || words == "" || len(words) > 110 || strings.Contains(words, `\`) || strings.Contains(words, "^[") {
			t.Errorf("%s: %q", r, got)
		}
	}
}
