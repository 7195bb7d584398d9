package password

import (
	"bytes"
	"errors"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/ca74b63c/roster/validate"
)

func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
		"$argon2id$v=19$m=4294967295,t=4294967295,p=255$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
		"$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
		"$2b$31$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
		"$pbkdf2$4096$c2FsdA$SwB5AbdlSJq.rUnZJvch0GWkKcE",
		"$pbkdf2-sha1$i=4096,l=20$c2FsdA$SwB5AbdlSJq+rUnZJvch0GWkKcE",
		"$pbkdf2-sha512$i=1$c2FsdA$xeR41ZKIyEGqUw22hFxMjZYok6ABzk4RpJY4c6qYE0o",
		"", "$", "$$", "$argon2id$$$$", "$2a$", "$pbkdf2$$$",
	} {
		f.Add(s)
	}
	limits := Limits{Memory: 256, Time: 2, Threads: 2, Iterations: 100, BcryptCost: 4}
	f.Fuzz(func(t *testing.T, s string) {
		kept, err := parse(s, limits)
		if (kept == nil) == (err == nil) {
			t.Fatalf("parse returned %v and %v", kept, err)
		}
		if err != nil {
			if !errors.Is(err, ErrMalformed) && !errors.Is(err, ErrScheme) && !errors.Is(err, ErrBeyondLimits) {
				t.Fatalf("undocumented error %v", err)
			}
			return
		}
		if a, ok := kept.(argon2idHash); ok && a.String() != s {
			t.Errorf("read %q as %q", s, a.String())
		}
		if _, err := kept.matches("password"); err != nil {
			t.Errorf("a hash that was read could not be compared: %v", err)
		}
	})
}

// The specification of Composition: each class as a regular expression over the whole password.
var (
	reLength  = regexp.MustCompile(`(?s)^.{8,}$`)
	reUpper   = regexp.MustCompile(`[A-Z]`)
	reLower   = regexp.MustCompile(`[a-z]`)
	reDigit   = regexp.MustCompile(`[0-9]`)
	reSpecial = regexp.MustCompile("[!-/:-@\\[-`{-~]")
	reSpace   = regexp.MustCompile(`[\t-\r\x{85}\p{Z}]`)
)

func matchesExpressions(s string) bool {
	return reLength.MatchString(s) && reUpper.MatchString(s) && reLower.MatchString(s) &&
		reDigit.MatchString(s) && reSpecial.MatchString(s) && !reSpace.MatchString(s)
}

func FuzzCompositionEqualsTheExpressions(f *testing.F) {
	for _, s := range []string{
		"", "Aa1!aaaa", "Aa1!aaa", "Aa1! aaaa", "Aa1!\u0085aaaa", "Aa1!\u2003aaa", "Aa1!\u180eaaa",
		"Aa1!\xff\xff\xff\xff", "Aa1!ééé", "Aa1éééé€", "\x7fAa1aaaaaa", "Aa1~aaaa", "Aa1!\u200baaaa",
	} {
		f.Add(s)
	}
	policy := Voximplant()
	f.Fuzz(func(t *testing.T, s string) {
		want := matchesExpressions(s) && len(s) <= MaxBytes
		if got := policy.Check(Candidate{New: s}) == nil; got != want {
			t.Errorf("%q: accepted %v, the expressions say %v", s, got, want)
		}
		// Each class alone, so that two errors cannot hide each other.
		k := kindsOf(s)
		got := [...]bool{k.chars >= 8, k.upper, k.lower, k.digit, k.special, k.space}
		for i, re := range []*regexp.Regexp{reLength, reUpper, reLower, reDigit, reSpecial, reSpace} {
			if got[i] != re.MatchString(s) {
				t.Errorf("%q: kind %d is %v, the expression %s says otherwise", s, i, got[i], re)
			}
		}
	})
}

func FuzzMemorized(f *testing.F) {
	f.Add("green tea 2026", "agent1", "John Smith", "unique@gmail.com")
	f.Add("agent1agent1", "agent1", "", "")
	f.Add("\ufdfa\ufdfa\ufdfaab", "\ufdfa", "ÅÅÅÅ", "\xff")
	f.Add("1234abcd", "1234", "abcd", "")
	const nineThatComposeIntoThree = "\u1112\u1161\u11ab\u1100\u1173\u11af\u1112\u1161\u11ab"
	f.Add(nineThatComposeIntoThree, nineThatComposeIntoThree, "", "")
	f.Add(strings.Repeat("a", 1025), "a", "a", "a")
	policy := Default()
	f.Fuzz(func(t *testing.T, plain, login, display, email string) {
		err := policy.Check(Candidate{New: plain, Login: login, Display: display, Email: email})
		var e *validate.Error
		if err != nil && (!errors.As(err, &e) || len(e.Problems) == 0) {
			t.Fatalf("%v", err)
		}
		has := func(code validate.Code) bool {
			return e != nil && slices.ContainsFunc(e.Problems, func(p validate.Problem) bool { return p.Code == code })
		}
		switch {
		case len(plain) > MaxBytes:
			if !has(validate.TooLong) {
				t.Error("too long a password was accepted")
			}
		case plain != "":
			if got, want := has(validate.TooShort), utf8.RuneCountInString(plain) < 8; got != want {
				t.Errorf("too short: %v, want %v", got, want)
			}
			// A login that is the password is never accepted, whatever letters it is in.
			if login == plain && err == nil {
				t.Errorf("%q is its own login's password", plain)
			}
		}
	})
}

func FuzzReadBlocklist(f *testing.F) {
	f.Add([]byte("letmein1\r\n\nPASSWORD\nžluť"))
	f.Add([]byte("\uFEFF\n\r\r\n"))
	f.Add([]byte("\xff\xfe\x00\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		b, err := ReadBlocklist(bytes.NewReader(text))
		if err != nil {
			if !errors.Is(err, ErrLineTooLong) {
				t.Fatalf("%v", err)
			}
			return
		}
		n := 0
		for line := range strings.SplitSeq(strings.TrimPrefix(string(text), "\uFEFF"), "\n") {
			if line = strings.TrimSuffix(line, "\r"); line != "" {
				n++
				if !b.Has(line) || !b.Has(strings.ToUpper(line)) && line == strings.ToLower(line) && isASCII(line) {
					t.Errorf("%q was read and is not on the list", line)
				}
			}
		}
		if b.Len() > n {
			t.Errorf("%d passwords from %d lines", b.Len(), n)
		}
	})
}

func TestReadBlocklistIsBounded(t *testing.T) {
	if b, err := readBlocklist(strings.NewReader("a\n\nb\nc\n\n"), 3); err != nil || b.Len() != 3 {
		t.Errorf("three lines of at most three: %v", err)
	}
	_, err := readBlocklist(strings.NewReader("a\n\nb\nc\n\nd"), 3)
	var at *BlocklistError
	if !errors.Is(err, ErrTooManyLines) || !errors.As(err, &at) || at.Line != 6 {
		t.Errorf("four lines of at most three: %v", err)
	}
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
