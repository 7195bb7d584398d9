package validate

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestCollectorReportsEveryProblemInOrder: ordered by path, indexes by their value, the rest as
// found.
func TestCollectorReportsEveryProblemInOrder(t *testing.T) {
	var c Collector
	c.Require("/b", false)
	c.Require("/b", true)
	c.Range("/skillIds/10", 0, 1, 5)
	c.Range("/skillIds/9", 6, 1, 5)
	c.Range("/skillIds/8", 5, 1, 5)
	c.Range("/skillIds/7", 1, 1, 5)
	if c.Items("/many", 3, 2) || !c.Items("/few", 2, 2) {
		t.Error("Items counts wrongly")
	}
	c.Check(Login, Strict, "/a", "a b")
	c.Check(Login, Strict, "/a", "")
	c.Check(Login, Strict, "/z", "agent1")
	c.Optional(OmnideskQuery, Strict, "/query", "")
	c.Optional(OmnideskQuery, Strict, "/query", "$")
	c.Add(Problem{Code: Conflict})
	var got []string
	err := c.Err()
	var all *Error
	if !errors.As(err, &all) {
		t.Fatalf("Err() = %T", err)
	}
	for _, p := range all.Problems {
		got = append(got, p.Path+" "+string(p.Code))
	}
	want := []string{" conflict", "/a pattern", "/a required", "/b required", "/many out_of_range", "/query pattern",
		"/skillIds/9 out_of_range", "/skillIds/10 out_of_range"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if c.Len() != 8 {
		t.Errorf("Len() = %d", c.Len())
	}
	if c.Check(Login, Strict, "/y", "b c"); len(all.Problems) != 8 {
		t.Error("an error that was returned changed")
	}
}

// TestCollectorIsBounded: the hundred and first problem is counted and not kept.
func TestCollectorIsBounded(t *testing.T) {
	var c, outer Collector
	for i := range 250 {
		c.Require(Element("/users", i), false)
	}
	var all *Error
	if !errors.As(c.Err(), &all) || len(all.Problems) != 100 || all.Dropped != 150 {
		t.Fatalf("kept %d, dropped %d", len(all.Problems), all.Dropped)
	}
	if got, want := all.Error(), "; and 240 more"; !strings.HasSuffix(got, want) || len(got) > 500 {
		t.Errorf("Error() = %q", got)
	}
	outer.Require("/a", false)
	outer.Merge("", all)
	if outer.Len() != 251 {
		t.Errorf("Len() after Merge = %d, want 251", outer.Len())
	}
	few := &Error{Problems: []Problem{{Path: "/a", Code: Required}}, Dropped: 3}
	if got, want := few.Error(), "validate: /a: is required; and 3 more"; got != want {
		t.Errorf("Error() = %q, want %q", got, want)
	}
}

// TestMergePutsProblemsBelowAPath: of an *Error, a Problem, a wrapped one, and of a foreign error
// without its text.
func TestMergePutsProblemsBelowAPath(t *testing.T) {
	var inner Collector
	inner.Require("/login", false)
	inner.Require("/email", false)
	for _, c := range []struct {
		name string
		err  error
		want string
	}{
		{"error", inner.Err(), "validate: /users/3/email: is required; /users/3/login: is required"},
		{"wrapped error", fmt.Errorf("reading: %w", inner.Err()),
			"validate: /users/3/email: is required; /users/3/login: is required"},
		{"problem", Problem{Path: "/pid", Code: Duplicate}, "validate: /users/3/pid: is a duplicate"},
		{"wrapped problem", fmt.Errorf("x: %w", Problem{Code: Unknown}), "validate: /users/3: is unknown"},
		{"foreign", errors.New("secret"), "validate: /users/3: is not valid"},
		{"nil of a type", (*Error)(nil), "validate: /users/3: is not valid"},
	} {
		var outer Collector
		outer.Merge("/x", nil)
		if err := outer.Err(); err != nil {
			t.Errorf("no problem: %v", err)
		}
		outer.Merge("/users/3", c.err)
		if diff := cmp.Diff(c.want, outer.Err().Error()); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
}

// TestErrorsAreInvalid: errors.Is finds ErrInvalid, errors.As the problem, in every error of the
// package.
func TestErrorsAreInvalid(t *testing.T) {
	_, err := LoginKey("a b")
	if !errors.Is((*Error)(nil), ErrInvalid) || !errors.Is(&Error{}, ErrInvalid) {
		t.Error("an error without problems is another one")
	}
	for _, err := range []error{err, fmt.Errorf("x: %w", err), Problem{Code: Required}} {
		var p Problem
		if !errors.Is(err, ErrInvalid) || !errors.As(err, &p) {
			t.Errorf("%v: Is ErrInvalid %v", err, errors.Is(err, ErrInvalid))
		}
	}
}

// TestErrorAsJSON: the shape that servers send.
func TestErrorAsJSON(t *testing.T) {
	var c Collector
	c.Check(OmnideskName, Strict, "/name", "a")
	c.Check(Campaign, Strict, "/a~1b", "<\"")
	c.Require("/email/ü%", false)
	c.dropped = 1
	got, err := json.Marshal(c.Err())
	if err != nil {
		t.Fatal(err)
	}
	want := `[{"detail":"is not a valid campaign: letters A to Z, digits, - and _","pointer":"#/a~1b",` +
		`"code":"pattern","params":{"rule":"roster.campaign","pattern":"^[a-zA-Z0-9\\-_]+$"}},` +
		`{"detail":"is required","pointer":"#/email/%C3%BC%25","code":"required"},` +
		`{"detail":"is shorter than 2 bytes","pointer":"#/name","code":"too_short","params":{"min":2,"unit":"bytes"}},` +
		`{"detail":"has 1 more problems","pointer":"#","code":"more_problems","params":{"count":1}}]`
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Error(diff)
	}
}

// TestParamsAreAValue: adding to a list leaves the old one as it was; the fifth pair is left out.
func TestParamsAreAValue(t *testing.T) {
	one := Params{}.WithInt("min", 1)
	two := one.WithInt("max", 2).WithText("rule", "x")
	if one.Len() != 1 || two.Len() != 3 || !two.Equal(two) || one.Equal(two) {
		t.Errorf("one %v, two %v", one, two)
	}
	again := two.WithInt("max", 3)
	if n, ok := again.Int("max"); n != 3 || !ok || again.Len() != 3 {
		t.Errorf("again %v", again)
	}
	if n, ok := two.Int("max"); n != 2 || !ok {
		t.Errorf("two changed: %v", two)
	}
	if s, ok := two.Get("max"); s != "2" || !ok {
		t.Errorf("Get(max) = %q, %v", s, ok)
	}
	if _, ok := two.Get("none"); ok {
		t.Error("Get finds what is not there")
	}
	for _, name := range []string{"rule", "none"} {
		if n, ok := two.Int(name); ok || n != 0 {
			t.Errorf("Int(%s) = %d, %v", name, n, ok)
		}
	}
	if full := two.WithInt("d", 4).WithInt("e", 5); full.Len() != 4 {
		t.Errorf("full %v", full)
	}
	for range two.All() {
		break // A caller may stop early.
	}
	long, _ := Params{}.WithText("t", strings.Repeat("é", 400)).Get("t")
	if long != strings.Repeat("é", 256) {
		t.Errorf("a text of %d bytes is kept", len(long))
	}
	if long, _ = (Params{}).WithText("t", strings.Repeat("a", 600)).Get("t"); long != strings.Repeat("a", 512) {
		t.Errorf("%d letters are kept", len(long))
	}
}

// TestPointerEscapes: RFC 6901 section 3, and a bound on names that a caller chose.
func TestPointerEscapes(t *testing.T) {
	long := strings.Repeat("é", 100)
	for _, c := range []struct {
		got, want string
	}{
		{Pointer(), ""},
		{Pointer(""), "/"},
		{Pointer("names", "first"), "/names/first"},
		{Pointer("a/b", "m~n"), "/a~1b/m~0n"},
		{Pointer("~1"), "/~01"},
		{Element("/skillIds", 3), "/skillIds/3"},
		{Child("", long), "/" + strings.Repeat("é", 64) + "…"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

// TestPathsAreOrdered: the order is total and looks at tokens.
func TestPathsAreOrdered(t *testing.T) {
	ordered := []string{"", "/", "//9", "//10", "/0", "/00", "/07", "/1", "/2", "/10", "/10/a", "/100", "/a", "/a/b", "/a!", "/a0"}
	for i, a := range ordered {
		for j, b := range ordered {
			got := comparePaths(a, b)
			if i < j && got >= 0 || i > j && got <= 0 || i == j && got != 0 {
				t.Errorf("comparePaths(%q, %q) = %d", a, b, got)
			}
		}
	}
}

// TestAProblemStaysOneLine: the name of an unknown field is the caller's and may hold anything.
func TestAProblemStaysOneLine(t *testing.T) {
	p := Problem{Path: Pointer("a\nb\x1b[31m\u202e\"\xff"), Code: Unknown}
	if got, want := p.Error(), `/a\nb\x1b[31m\u202e"\xff: is unknown`; got != want {
		t.Errorf("Error() = %s, want %s", got, want)
	}
	if got, want := UnknownMember("/a").Error(), "/a: has an unknown member"; got != want {
		t.Errorf("Error() = %s, want %s", got, want)
	}
}
