package validate

import (
	"errors"
	"strings"
	"testing"

	"golang.org/x/text/secure/precis"
)

// keyCase is one spelling and its key, or the code with which it is refused.
type keyCase struct {
	in, want string
	code     Code
}

func testKeys(t *testing.T, key func(string) (string, error), cases []keyCase) {
	t.Helper()
	for _, c := range cases {
		got, err := key(c.in)
		var all *Error
		var code Code
		if errors.As(err, &all) {
			code = all.Problems[0].Code
			if all.Problems[0].Path != "" || len(all.Problems) != 1 {
				t.Errorf("%q: %v", c.in, err)
			}
		}
		if got != c.want || code != c.code {
			t.Errorf("%.60q gives %q, %v; want %q, %q", c.in, got, err, c.want, c.code)
		}
	}
}

// TestLoginKey: spellings that RFC 8265 calls the same have one key, all others their own.
func TestLoginKey(t *testing.T) {
	testKeys(t, LoginKey, []keyCase{
		{in: "unique@gmail.com", want: "unique@gmail.com"},
		{in: "agent1", want: "agent1"},
		{in: "text", want: "text"},
		{in: "a_b-c", want: "a_b-c"},
		{in: "admin@demo.example", want: "admin@demo.example"},
		{in: "Unique@Gmail.COM", want: "unique@gmail.com"},
		{in: "1", want: "1"},
		{in: "JOSÉ", want: "josé"},
		{in: "Jose\u0301", want: "josé"},
		{in: "ａｇｅｎｔ1", want: "agent1"},
		{in: "straße", want: "straße"},
		{in: "STRASSE", want: "strasse"},
		{in: "ΣΊΣΥΦΟΣ", want: "σίσυφοσ"},
		{in: "юлия", want: "юлия"},
		{in: "", code: Required},
		{in: "a b", code: Pattern},
		{in: "a\u200bb", code: Pattern},
		{in: "<script>", code: Pattern},
		{in: "a;b", code: Pattern},
		{in: "a\x00", code: ControlCharacter},
		{in: "a\n", code: ControlCharacter},
		{in: "a\xff", code: InvalidUTF8},
		{in: "ﬁ", code: Invalid},
		{in: "ᴮᴵᴳ", code: Invalid},
		{in: "אa1ב", code: Invalid},
		{in: strings.Repeat("a", 254), want: strings.Repeat("a", 254)},
		{in: strings.Repeat("a", 255), code: TooLong},
		{in: strings.Repeat("Ⱥ", 127), code: TooLong}, // 254 bytes, 381 in lower case
	})
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

// TestEmailKey: lower case in both parts, and no letter that becomes another's.
func TestEmailKey(t *testing.T) {
	testKeys(t, EmailKey, []keyCase{
		{in: "name@gmail.com", want: "name@gmail.com"},
		{in: "Name@Gmail.COM", want: "name@gmail.com"},
		{in: "o'brien+x@example.co.uk", want: "o'brien+x@example.co.uk"},
		{in: "a@localhost", want: "a@localhost"},
		{in: "JÜRGEN@MÜLLER.example", want: "jürgen@müller.example"},
		{in: "Ju\u0308rgen@x.example", want: "jürgen@x.example"},
		{in: "mi\u212Ae@x.example", code: Invalid}, // Kelvin sign
		{in: "m\u0130ke@x.example", code: Invalid}, // capital I with dot
		{in: "ſam@x.example", want: "ſam@x.example"},
		{in: "", code: Required},
		{in: "a@", code: TooShort},
		{in: "text", code: Pattern},
		{in: "a@b@c", code: Pattern},
		{in: "a b@c", code: Pattern},
		{in: "a..b@c", code: Pattern},
		{in: "a@b..c", code: Pattern},
		{in: "a@b\x00", code: ControlCharacter},
		{in: "a@b\r\nBcc: c@d", code: ControlCharacter},
		{in: "a\xff@b", code: InvalidUTF8},
		{in: strings.Repeat("a", 253) + "@b", code: TooLong},
		{in: strings.Repeat("Ⱥ", 84) + "@b", want: strings.Repeat("ⱥ", 84) + "@b"}, // 254 bytes
		{in: strings.Repeat("Ⱥ", 85) + "@b", code: TooLong},
	})
}

// TestPhoneKey: E.164, and no guess at a country.
func TestPhoneKey(t *testing.T) {
	testKeys(t, PhoneKey, []keyCase{
		{in: "+31201234567", want: "+31201234567"},
		{in: "+31 20 123 45 67", want: "+31201234567"},
		{in: "+31-20-123.45.67", want: "+31201234567"},
		{in: " +31 (20) 1234567 ", want: "+31201234567"},
		{in: "+-31201234567", want: "+31201234567"},
		{in: "(+31) 20 1234567", want: "+31201234567"},
		{in: "+123456789012345", want: "+123456789012345"},
		{in: "+1234567890123456", code: Pattern},
		{in: "+123456", code: Pattern},
		{in: "+31 (0)20 1234567", code: Pattern},
		{in: "+0201234567", code: Pattern},
		{in: "0201234567", code: Pattern},
		{in: "0031201234567", code: Pattern},
		{in: "0542-123456", code: Pattern},
		{in: "+31+201234567", code: Pattern},
		{in: "-+31201234567", code: Pattern},
		{in: "text", code: Pattern},
		{in: "+31201234567x5", code: Pattern},
		{in: "+3120123456٧", code: Pattern},
		{in: "+", code: Pattern},
		{in: "()", code: Pattern},
		{in: "", code: Required},
		{in: "+31201234567\x00", code: ControlCharacter},
		{in: "+31201234567\xff", code: InvalidUTF8},
		{in: "+31201234567" + strings.Repeat(" ", 37), want: "+31201234567"},
		{in: "+31201234567" + strings.Repeat(" ", 38), code: TooLong},
	})
}

// TestLanguageTag: BCP 47 from a tag or a locale.
func TestLanguageTag(t *testing.T) {
	testKeys(t, LanguageTag, []keyCase{
		{in: "en", want: "en"},
		{in: "nl", want: "nl"},
		{in: "NL", want: "nl"},
		{in: "en_GB", want: "en-GB"},
		{in: "en-gb", want: "en-GB"},
		{in: "en-GB", want: "en-GB"},
		{in: "iw", want: "he"},
		{in: "zh_hant_tw", want: "zh-Hant-TW"},
		{in: "de-DE-1996", want: "de-DE-1996"},
		{in: "zz", code: Unknown},
		{in: "en-QQQQ", code: Unknown},
		{in: "en-GB-GB", code: Pattern},
		{in: "english", code: Pattern},
		{in: "e", code: TooShort},
		{in: "", code: Required},
		{in: "en\x00", code: ControlCharacter},
		{in: "en\xff", code: InvalidUTF8},
		{in: "en-" + strings.Repeat("a", 40), code: TooLong},
	})
}

// TestFullNameKey: blanks collapse, encodings agree, case counts.
func TestFullNameKey(t *testing.T) {
	testKeys(t, FullNameKey, []keyCase{
		{in: "Jan de Boer", want: "Jan de Boer"},
		{in: "  Jan  de   Boer ", want: "Jan de Boer"},
		{in: "Jan\u00a0de\u2003Boer", want: "Jan de Boer"},
		{in: "Jan De Boer", want: "Jan De Boer"},
		{in: "Jose\u0301", want: "José"},
		{in: "José", want: "José"},
		{in: " ", code: Required},
		{in: "\u00a0", code: Required},
		{in: "", code: Required},
		{in: "a\tb", code: ControlCharacter},
		{in: "a\xff", code: InvalidUTF8},
		{in: "a\u202eb", code: Pattern},
		{in: strings.Repeat("a", 256), code: TooLong},
		{in: strings.Repeat("\u0958", 200), code: TooLong}, // A letter that NFC writes as two.
	})
}

// TestFold: what a search should find, and what it should not.
func TestFold(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"", ""},
		{"agent1", "agent1"},
		{"O'Brien", "o'brien"},
		{"ŁUKASZ", "łukasz"},
		{"Straße", "strasse"},
		{"JOSE\u0301", "josé"},
		{"José", "josé"},
		{"ΣΊΣΥΦΟΣ", "σίσυφοσ"},
		{"σίσυφος", "σίσυφοσ"},
		{"ﬁ①Ｋ", "fi1k"},
		{"İ", "i\u0307"},
		{"a\xffB", "a\uFFFDb"},
		{"\x80", "\uFFFD"},
	} {
		if got := Fold(c.in); got != c.want {
			t.Errorf("Fold(%q) = %q, want %q", c.in, got, c.want)
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
			{FullNameKey, "Jan de Boer"},
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

// FuzzKeys: no key panics, each key is its own key, keeps the rule and shows nothing of what was
// refused.
func FuzzKeys(f *testing.F) {
	for _, value := range corpus {
		f.Add(value)
	}
	keys := []struct {
		name string
		key  func(string) (string, error)
		rule Rule
	}{
		{"LoginKey", LoginKey, Login},
		{"EmailKey", EmailKey, Email},
		{"PhoneKey", PhoneKey, Phone},
		{"LanguageTag", LanguageTag, Language},
		{"FullNameKey", FullNameKey, FullName},
	}
	f.Fuzz(func(t *testing.T, value string) {
		for _, k := range keys {
			key, err := k.key(value)
			if err != nil {
				if key != "" || !errors.Is(err, ErrInvalid) {
					t.Errorf("%s(%q) = %q, %v", k.name, value, key, err)
				}
				continue
			}
			if again, err := k.key(key); err != nil || again != key {
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
