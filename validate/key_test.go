package validate

import (
	"errors"
	"strings"
	"testing"

	"golang.org/x/text/secure/precis"
)

// TestKeys: two spellings have one key if they name one user, and refusals say why.
//
//   - A login has the key of RFC 8265.
//   - An e-mail address is in lower case in both parts. No letter becomes another's.
//   - A telephone number is E.164, without a guess at its country.
//   - A language is a tag of BCP 47, from a tag or a locale.
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
			"LanguageTag", LanguageTag,
			map[string]string{"NL": "nl", "en_GB": "en-GB", "en-gb": "en-GB", "iw": "he", "zh_hant_tw": "zh-Hant-TW"},
			[]string{"en", "nl", "en-GB", "de-DE-1996"},
			map[Code][]string{
				Unknown: {"zz", "en-QQQQ"}, Pattern: {"en-GB-GB", "english"}, TooShort: {"e"}, Required: {""},
				ControlCharacter: {"en\x00"}, InvalidUTF8: {"en\xff"}, TooLong: {"en-" + strings.Repeat("a", 40)},
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
