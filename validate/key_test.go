package validate

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/secure/precis"
)

// TestKeys: two spellings have one key if they name one user, and refusals say why.
//
//   - A login has the key of RFC 8265.
//   - An e-mail address is in lower case in both parts. No letter becomes another's.
//   - A telephone number is E.164, without a guess at its country.
//   - Of a full name the blanks collapse, the encodings agree, and case counts.
func TestKeys(t *testing.T) {
	for _, tt := range []struct {
		name    string
		key     func(string) (string, error)
		keys    map[string]string // the key of a spelling
		own     []string          // spellings that are their own key
		refused map[Code][]string
	}{
		{
			"LoginKey", LoginKey,
			map[string]string{
				"Unique@Gmail.COM": "unique@gmail.com", "JOSÉ": "josé", "Jose\u0301": "josé", "ａｇｅｎｔ1": "agent1",
				"STRASSE": "strasse", "ΣΊΣΥΦΟΣ": "σίσυφοσ",
			},
			[]string{
				"unique@gmail.com", "agent1", "text", "a_b-c", "admin@demo.example", "1", "straße", "юлия", strings.Repeat("a", 254),
			},
			map[Code][]string{
				Required: {""}, Pattern: {"a b", "a\u200bb", "<script>", "a;b"}, ControlCharacter: {"a\x00", "a\n"},
				InvalidUTF8: {"a\xff"}, Invalid: {"ﬁ", "ᴮᴵᴳ", "אa1ב"},
				TooLong: {strings.Repeat("a", 255), strings.Repeat("Ⱥ", 127)}, // 254 bytes, 381 in lower case
			},
		},
		{
			"EmailKey", EmailKey,
			map[string]string{
				"Name@Gmail.COM": "name@gmail.com", "JÜRGEN@MÜLLER.example": "jürgen@müller.example",
				"Ju\u0308rgen@x.example":       "jürgen@x.example",
				strings.Repeat("Ⱥ", 84) + "@b": strings.Repeat("ⱥ", 84) + "@b", // 254 bytes
			},
			[]string{"name@gmail.com", "o'brien+x@example.co.uk", "a@localhost", "ſam@x.example"},
			map[Code][]string{
				Invalid:  {"mi\u212Ae@x.example", "m\u0130ke@x.example"}, // Kelvin sign, capital I with dot
				Required: {""}, TooShort: {"a@"}, Pattern: {"text", "a@b@c", "a b@c", "a..b@c", "a@b..c"},
				ControlCharacter: {"a@b\x00", "a@b\r\nBcc: c@d"}, InvalidUTF8: {"a\xff@b"},
				TooLong: {strings.Repeat("a", 253) + "@b", strings.Repeat("Ⱥ", 85) + "@b"},
			},
		},
		{
			"PhoneKey", PhoneKey,
			map[string]string{
				"+31 20 123 45 67": "+31201234567", "+31-20-123.45.67": "+31201234567", " +31 (20) 1234567 ": "+31201234567",
				"+-31201234567": "+31201234567", "(+31) 20 1234567": "+31201234567",
				"+31201234567" + strings.Repeat(" ", 37): "+31201234567",
			},
			[]string{"+31201234567", "+123456789012345"},
			map[Code][]string{
				Pattern: {
					"+1234567890123456", "+123456", "+31 (0)20 1234567", "+0201234567", "0201234567", "0031201234567", "0542-123456",
					"+31+201234567", "-+31201234567", "text", "+31201234567x5", "+3120123456٧", "+", "()",
				},
				Required: {""}, ControlCharacter: {"+31201234567\x00"}, InvalidUTF8: {"+31201234567\xff"},
				TooLong: {"+31201234567" + strings.Repeat(" ", 38)},
			},
		},
		{
			"FullNameKey", FullNameKey,
			map[string]string{
				"  Jan  de   Boer ": "Jan de Boer", "Jan\u00a0de\u2003Boer": "Jan de Boer", "Jose\u0301": "José",
			},
			[]string{"Jan de Boer", "Jan De Boer", "José"},
			map[Code][]string{
				Required: {" ", "\u00a0", ""}, ControlCharacter: {"a\tb"}, InvalidUTF8: {"a\xff"}, Pattern: {"a\u202eb"},
				TooLong: {strings.Repeat("a", 256), strings.Repeat("\u0958", 200)}, // a letter that NFC writes as two
			},
		},
	} {
		for _, s := range tt.own {
			tt.keys[s] = s
		}
		for in, want := range tt.keys {
			if got, err := tt.key(in); got != want || err != nil {
				t.Errorf("%s(%.60q) = %q, %v; want %q", tt.name, in, got, err, want)
			}
		}
		for code, list := range tt.refused {
			for _, in := range list {
				got, err := tt.key(in)
				var all *Error
				if got != "" || !errors.As(err, &all) || len(all.Problems) != 1 || all.Problems[0].Code != code || all.Problems[0].Path != "" {
					t.Errorf("%s(%.60q) = %q, %v; want %q", tt.name, in, got, err, code)
				}
			}
		}
	}
}

// TestLoginKeyIsPRECIS: the shortcut for ASCII gives what the profile gives, for each character in
// each place.
func TestLoginKeyIsPRECIS(t *testing.T) {
	for i := range 128 {
		for _, login := range []string{string(rune(i)), "a" + string(rune(i)), string(rune(i)) + "B"} {
			got, err := LoginKey(login)
			if err != nil {
				continue // Refused by the rule for logins, which is narrower.
			}
			want, err := precis.UsernameCaseMapped.String(login)
			if err != nil || got != want {
				t.Errorf("%q gives %q, PRECIS %q, %v", login, got, want, err)
			}
		}
	}
}

// TestFold: what a search should find, and what it should not.
func TestFold(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "agent1": "agent1", "O'Brien": "o'brien", "ŁUKASZ": "łukasz", "Straße": "strasse", "JOSE\u0301": "josé",
		"José": "josé", "ΣΊΣΥΦΟΣ": "σίσυφοσ", "σίσυφος": "σίσυφοσ", "ﬁ①Ｋ": "fi1k", "İ": "i\u0307", "a\xffB": "a\uFFFDb",
		"\x80": "\uFFFD",
	} {
		if got := Fold(in); got != want {
			t.Errorf("Fold(%q) = %q, want %q", in, got, want)
		}
	}
}

// TestFoldIsIdempotentForEveryCharacter: otherwise a stored fold and a searched one would differ.
// The test takes one of 61 ideographs and Hangul syllables.
func TestFoldIsIdempotentForEveryCharacter(t *testing.T) {
	for r := rune(0); r < 0x20000; r++ {
		if (r >= 0x3400 && r < 0xA000 || r >= 0xAC00 && r < 0xD7A0 || r >= 0x12000) && r%61 != 0 {
			continue
		}
		s := "a" + string(r) + "\u0301\u0345"
		once := Fold(s)
		if twice := Fold(once); twice != once {
			t.Errorf("U+%04X: %q folds to %q and that to %q", r, s, once, twice)
		}
	}
}

// TestCanonicalKeysDoNotAllocate: what is its own key comes back as it is.
func TestCanonicalKeysDoNotAllocate(t *testing.T) {
	n := testing.AllocsPerRun(100, func() {
		for _, c := range []struct {
			key func(string) (string, error)
			in  string
		}{
			{LoginKey, "agent1"}, {EmailKey, "name@gmail.com"}, {PhoneKey, "+31201234567"},
		} {
			if got, err := c.key(c.in); got != c.in || err != nil {
				panic(c.in)
			}
		}
		if Fold("jan de boer") != "jan de boer" {
			panic("fold")
		}
		if _, ok := CurrencyByCode("USD"); !ok {
			panic("currency")
		}
	})
	if n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// keys are the functions that make canonical keys, each with the rule that its keys keep.
var keys = []struct {
	name string
	of   func(string) (string, error)
	rule Rule
}{
	{"LoginKey", LoginKey, Login}, {"EmailKey", EmailKey, Email}, {"PhoneKey", PhoneKey, Phone},
	{"FullNameKey", FullNameKey, FullName},
}

// FuzzKeys: no key panics, each key is its own key, keeps the rule and shows nothing of what was
// refused.
func FuzzKeys(f *testing.F) {
	for _, value := range corpus {
		f.Add(value)
	}
	f.Fuzz(func(t *testing.T, value string) {
		for _, k := range keys {
			key, err := k.of(value)
			if err != nil {
				if key != "" || !errors.Is(err, ErrInvalid) {
					t.Errorf("%s(%q) = %q, %v", k.name, value, key, err)
				}
				continue
			}
			if again, err := k.of(key); err != nil || again != key {
				t.Errorf("%s(%q) = %q, and of that %q, %v", k.name, value, key, again, err)
			}
			if !k.rule.Match(Strict, key) {
				t.Errorf("%s(%q) = %q, which %s refuses", k.name, value, key, k.rule)
			}
		}
		folded := Fold(value)
		if again := Fold(folded); again != folded {
			t.Errorf("Fold(%q) = %q, and of that %q", value, folded, again)
		}
		if _, ok := lowerASCII(value); ok && len(value) < 300 {
			for i := range len(value) {
				if !strings.Contains(folded, Fold(value[i:])) || !strings.Contains(folded, Fold(value[:i])) {
					t.Errorf("a part of %q is not found in its fold", value)
				}
			}
		}
	})
}

// TestTimestampsAreThoseOfTheCalendar: package time reads the same days of every year, and the same
// times of the day.
func TestTimestampsAreThoseOfTheCalendar(t *testing.T) {
	agree := func(s string) {
		_, err := time.Parse(time.DateTime, s)
		if got := LivePersonDate.Match(Strict, s); got != (err == nil) {
			t.Errorf("%s: %v", s, got)
		}
	}
	for year := range 10000 {
		agree(fmt.Sprintf("%04d-02-29 00:00:00", year))
	}
	for n := range 100 {
		for month := range 14 {
			agree(fmt.Sprintf("2025-%02d-%02d 23:59:59", month, n))
		}
		agree(fmt.Sprintf("2024-02-%02d 00:00:00", n))
		agree(fmt.Sprintf("2025-01-01 %02d:00:00", n))
		agree(fmt.Sprintf("2025-01-01 00:%02d:00", n))
		agree(fmt.Sprintf("2025-01-01 00:00:%02d", n))
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

// TestNamesAreComposedFirst: in both profiles a letter with an accent is one letter, whichever way
// it was typed, for the pattern, the limits and the key.
func TestNamesAreComposedFirst(t *testing.T) {
	const decomposed, composed = "Jose\u0301", "Jos\u00e9"
	if got := Compose(decomposed); got != composed {
		t.Errorf("%+q", got)
	}
	if got := Compose(composed); got != composed {
		t.Errorf("%+q", got)
	}
	names := 0
	for r := range Rules() {
		if !definitions[r].isName {
			continue
		}
		names++
		for _, p := range []Profile{Strict, Documented} {
			if a, b := r.Match(p, decomposed), r.Match(p, composed); a != b {
				t.Errorf("%s %s: %t decomposed, %t composed", r, p, a, b)
			}
			max := int(definitions[r].spec(p).max)
			long := strings.Repeat("e\u0301", max)
			if r.Unit() == Characters && !r.Match(p, long) && r.Match(p, Compose(long)) {
				t.Errorf("%s %s: %d letters are too long when they are typed in two parts", r, p, max)
			}
			if r.Match(p, long+"\u00e9") {
				t.Errorf("%s %s: more than the limit", r, p)
			}
		}
	}
	if names < 16 {
		t.Errorf("%d rules of names", names)
	}
	for _, key := range []func(string) (string, error){LoginKey, FullNameKey} {
		a, err := key(decomposed)
		b, err2 := key(composed)
		if a != b || err != nil || err2 != nil {
			t.Errorf("%q %v, %q %v", a, err, b, err2)
		}
	}
}
