package validate

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

// A time of the calendar and the clock, at the first and the last of each part, and one beyond.
func TestTimestampsAtTheirLimits(t *testing.T) {
	for s, want := range map[string]bool{
		"2025-01-01 00:00:00": true, "2025-12-31 23:59:59": true, "2025-13-01 00:00:00": false, "2025-00-01 00:00:00": false,
		"2025-01-32 00:00:00": false, "2025-01-00 00:00:00": false, "2025-04-30 00:00:00": true, "2025-04-31 00:00:00": false,
		"2025-06-31 00:00:00": false, "2025-09-31 00:00:00": false, "2025-11-31 00:00:00": false, "2025-02-28 00:00:00": true, "2025-02-29 00:00:00": false,
		"2024-02-29 00:00:00": true, "2024-02-30 00:00:00": false, "1900-02-29 00:00:00": false, "2000-02-29 00:00:00": true,
		"2025-01-01 24:00:00": false, "2025-01-01 00:60:00": false, "2025-01-01 00:00:60": false,
	} {
		if got := LivePersonDate.Match(Strict, s); got != want {
			t.Errorf("%s: %v", s, got)
		}
	}
}

// A leap day is there in the years in which package time has it.
func TestLeapDaysOfEveryYear(t *testing.T) {
	for year := range 10000 {
		s := fmt.Sprintf("%04d-02-29 00:00:00", year)
		want := time.Date(year, time.February, 29, 0, 0, 0, 0, time.UTC).Day() == 29
		if got := LivePersonDate.Match(Strict, s); got != want {
			t.Errorf("%s: %v", s, got)
		}
	}
}

// What is as long as it may be is not cut, and an empty token of a path is one.
func TestPathsAtTheirLimits(t *testing.T) {
	for s, want := range map[string]string{"": "", "ab": "ab", "abc": "abc", "abcd": "abc", "abé": "ab"} {
		if got := cut(s, 3); got != want {
			t.Errorf("three bytes of %q are %q", s, got)
		}
	}
	if got := cut("é", 1); got != "" {
		t.Errorf("one byte of é is %q", got)
	}
	for n, want := range map[int]int{127: 128, 128: 129, 129: 129 + len("…")} {
		if got := Child("", strings.Repeat("a", n)); len(got) != want {
			t.Errorf("a token of %d bytes makes a path of %d", n, len(got))
		}
	}
	if token, rest := nextToken("//b/c"); token != "" || rest != "/b/c" {
		t.Errorf("an empty token is read as %q, and %q is left", token, rest)
	}
	if comparePaths("//10", "//9") <= 0 || comparePaths("//9", "//10") >= 0 || comparePaths("//9", "//9") != 0 {
		t.Error("numbers below an empty token are not ordered by their value")
	}
	if comparePaths("/07", "/1") >= 0 || comparePaths("/00", "/1") >= 0 || comparePaths("/0", "/10") >= 0 {
		t.Error("what begins with a zero is ordered as a number")
	}
	for n, want := range map[int]bool{9: false, 10: false, 11: true} {
		if got := (&Error{Problems: make([]Problem, n)}).Error(); strings.Contains(got, "more") != want {
			t.Errorf("%d problems: %q", n, got)
		}
	}
	for n, want := range map[int]string{0: "", 1: "; and 1 more", 2: "; and 2 more"} {
		e := &Error{Problems: []Problem{{Path: "/a", Code: Required}}, Dropped: n}
		if got, ok := strings.CutPrefix(e.Error(), (&Error{Problems: e.Problems}).Error()); !ok || got != want {
			t.Errorf("%d dropped: %q", n, got)
		}
	}
}

// What a key refuses of itself says by which rule, or what its limit is.
func TestAKeyThatRefusesSaysItsRule(t *testing.T) {
	const noPhone = `pattern (rule roster.phone, pattern ^\+[1-9][0-9]{6,14}$)`
	for _, c := range []struct {
		key      func(string) (string, error)
		in, want string
	}{
		{PhoneKey, "+31201234567" + strings.Repeat(" ", 38), "too_long (max 49, unit bytes)"},
		{PhoneKey, "0201234567", noPhone}, {PhoneKey, "+", noPhone}, {PhoneKey, "+123456", noPhone},
		{PhoneKey, "+1234567890123456", noPhone}, {PhoneKey, "+31 (0)20 1234567", noPhone},
		{LanguageTag, "zz", "unknown (rule roster.language)"}, {LanguageTag, "en-GB-GB", "pattern (rule roster.language)"},
		{LoginKey, "ﬁ", "invalid (rule precis.username_case_mapped)"},
		{EmailKey, "mi\u212Ae@x.example", "invalid (rule roster.email)"},
	} {
		_, err := c.key(c.in)
		var p Problem
		if !errors.As(err, &p) || spelled(p) != c.want {
			t.Errorf("%.20q: %v, want %s", c.in, err, c.want)
		}
	}
}
