package validate

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// form is one rule in one profile.
type form struct {
	rule    Rule
	profile Profile
	says    func(string) bool // what the rule table says, run by package regexp and by nothing of ours
}

func formOf(r Rule, p Profile) form {
	min, max := r.Limits(p)
	matches := utf8.ValidString
	if pattern := r.Pattern(p); pattern != "" {
		matches = compiled(pattern)
	}
	return form{r, p, func(value string) bool {
		// The limits come first only to save the time of the expressions on long inputs.
		if definitions[r].isName && len(value) <= 1<<20 {
			value = norm.NFC.String(value)
		}
		if r.Unit() != Number && int64(len(value)) > 4*max || !matches(value) {
			return false
		}
		n := int64(len(value))
		switch r.Unit() {
		case Characters:
			n = int64(len([]rune(value)))
		case Number:
			number, err := strconv.ParseInt(value, 10, 64)
			if n = number; err != nil || len(value) > maxDigits {
				return false
			}
		}
		return n >= min && n <= max
	}}
}

// forms returns every different form of a rule that has a matcher written by hand: rules that share
// expression, limits and matcher stand for each other.
func forms() (all []form) {
	seen := map[string]bool{}
	for r := range Rules() {
		for _, p := range profilesOf(r) {
			s := definitions[r].spec(p)
			matcher := reflect.ValueOf(s.match).Pointer()
			id := fmt.Sprintln(s.pattern, s.min, s.max, r.Unit(), definitions[r].isName, matcher)
			if matcher != reflect.ValueOf(compiled("")).Pointer() && !seen[id] {
				seen[id] = true
				all = append(all, formOf(r, p))
			}
		}
	}
	return all
}

// compare fails if the matcher and the table differ on the value, or if Check and Match do. It is
// called millions of times and would spend most of them in t.Helper.
func (f form) compare(t *testing.T, value string) {
	want := f.says(value)
	if got := f.rule.Match(f.profile, value); got != want {
		t.Fatalf("%s %s: Match(%q) = %v, the table says %v", f.rule, f.profile, value, got, want)
	}
	if problem, ok := f.rule.Check(f.profile, "/x", value); ok != want {
		t.Fatalf("%s %s: Check(%q) = %v, %v, the table says %v", f.rule, f.profile, value, problem, ok, want)
	}
}

// profilesOf returns the profiles in which the rule differs: one where the vendor's expression
// means what it says.
func profilesOf(r Rule) []Profile {
	if definitions[r].documented == nil {
		return []Profile{Strict}
	}
	return []Profile{Strict, Documented}
}

// alphabets are small sets of characters, by the length of words, that tell the rules apart.
var alphabets = map[string]int{
	"a@.-b": 5, "A1a_ é": 4, "+0219": 5, "^`[]\\_-@zZ": 3, "'’·O \u0301": 4,
	"\x00\t\n\r\x7f\u0085a\u2028\u202e\u2066": 3, "\x97\xb7\x80\xc3\xe2a": 4, "ʼŁ\u200d\uFF21\u0660ﬁßİ": 4,
	"~!#$%&*()=?{|}\"<>": 3,
}

// TestMatchersEqualPatternsOnSmallAlphabets tries every word over the small alphabets on every
// rule.
func TestMatchersEqualPatternsOnSmallAlphabets(t *testing.T) {
	var words []string
	for characters, length := range alphabets {
		letters := strings.Split(characters, "") // bytes, where they are no characters
		words = appendWords(words, "", letters, length)
	}
	for _, f := range forms() {
		for _, word := range words {
			f.compare(t, word)
		}
	}
}

func appendWords(words []string, word string, letters []string, length int) []string {
	words = append(words, word)
	if length == 0 {
		return words
	}
	for _, letter := range letters {
		words = appendWords(words, word+letter, letters, length-1)
	}
	return words
}

// corpus holds values that some rule takes, or nearly takes. They are the seeds of the fuzz tests.
var corpus = []string{
	"", "text", "name@gmail.com", "unique@gmail.com", "agent1", "a_b-c", "admin@demo.example", "a<script>",
	"<<<x@y.nl", "_a@b.co", "john.doe", "$$$", "!a", "en_GB", "iso", "a^b", "a`b", "a[b]", `a\b`, "O'Brien", "Łukasz",
	"Jose\u0301", "José", "×", "÷", "'t Hooft", "’t Hart", "d'Artagnan", "Jean-Luc", "+31201234567", "+123456789012345",
	"+0123456789", "0542-123456", "+31 (0)20 123 45 67", "0", "1", "15", "999", "1000", "9223372036854775807",
	"9223372036854775808", "18446744073709551616", "-1", "abc", "ab", "a23456789012345678901234567890123456789012345678901",
	"Pässw0rd!", "Passw0rd!", "pass w0rD!", "https://example.com/a.png", "en-Latn-GB", "zh_Hant_TW", "ab-", "a@b", "a.b@c.d",
	"a..b@c.d", ".a@b", "a.@b", "a@b.", "a@-b", "a@b-", "jürgen@müller.example", "\u0301@b", "a@\u0301b", "a@b@c",
	"ключ@пример.рф", "a@" + strings.Repeat("b", 63), "a@" + strings.Repeat("b", 64), "a@" + strings.Repeat("é", 63) + ".x",
	"a@" + strings.Repeat("é", 64) + ".x", "a@x." + strings.Repeat("b", 64), "\xc2", "a\xc2", "\xe2\x80", "aA1!\xc2",
	strings.Repeat("a", 254), strings.Repeat("a", 255), strings.Repeat("a", 256), strings.Repeat("é", 255),
	strings.Repeat("é", 256), strings.Repeat("😀", 49), strings.Repeat("😀", 50), "tab\tline\n", "nul\x00", "\x7f",
	"\u0085", "\xff", "a\xff", "\xc3", "\xc3\xa9", "a\u2028b", "a\u202eb", strings.Repeat("x", 8191),
	strings.Repeat("x", 8192), strings.Repeat("a", 1024), strings.Repeat("a", 1025),
}

// TestEveryRuneIsJudgedAsThePatternSays tries every code point of the common scripts and a part
// of the rest, alone, between two letters and in an address.
func TestEveryRuneIsJudgedAsThePatternSays(t *testing.T) {
	rules := []Rule{OmnideskFirstName, PersonName, Login, Email, FullName, CustomData}
	for _, r := range rules {
		for _, p := range profilesOf(r) {
			f := formOf(r, p)
			for c := rune(0); c <= utf8.MaxRune; c++ {
				if (c >= 0x600 && c < 0x2000 || c >= 0x2100) && c%7 != 0 || c >= 0x3400 && c%97 != 0 {
					continue // Judged by nothing but the tables of package unicode.
				}
				s := string(c)
				for _, value := range []string{s, "a" + s + "b", "a" + s + "b@c" + s + "d"} {
					f.compare(t, value)
				}
			}
		}
	}
}

// FuzzMatchersEqualPatterns proves the fast matchers equal to the regular expressions of the rule
// table.
func FuzzMatchersEqualPatterns(f *testing.F) {
	for _, value := range corpus {
		f.Add(value)
	}
	all := forms()
	f.Fuzz(func(t *testing.T, value string) {
		for _, form := range all {
			form.compare(t, value)
		}
	})
}

// TestNumbersAtTheirLimits writes each limit, and what lies beside it, of every rule that limits a
// number.
func TestNumbersAtTheirLimits(t *testing.T) {
	for r := range Rules() {
		if r.Unit() != Number {
			continue
		}
		for _, p := range profilesOf(r) {
			min, max := r.Limits(p)
			for _, n := range []int64{min - 1, min, min + 1, max - 1, max} {
				formOf(r, p).compare(t, strconv.FormatInt(n, 10))
				if _, ok := r.CheckNumber(p, "/n", n); ok != (n >= min && n <= max) {
					t.Errorf("%s %s: CheckNumber(%d) = %v", r, p, n, ok)
				}
			}
		}
	}
}
