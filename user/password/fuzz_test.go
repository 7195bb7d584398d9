package password

import (
	"errors"
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
