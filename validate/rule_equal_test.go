package validate

import (
	"fmt"
	"math/big"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// specification is what the rule table says about one rule and profile, run by package regexp and
// by nothing of ours.
type specification struct {
	expressions []*regexp.Regexp
	min, max    int64
	unit        Unit
	isName      bool
}

func specificationOf(t testing.TB, r Rule, p Profile) specification {
	t.Helper()
	s := specification{unit: r.Unit(), isName: definitions[r].isName}
	s.min, s.max = r.Limits(p)
	if pattern := r.Pattern(p); pattern != "" {
		for _, expression := range strings.Split(pattern, " && ") {
			compiled, err := regexp.Compile(expression)
			if err != nil {
				t.Fatalf("%s %s: %v", r, p, err)
			}
			s.expressions = append(s.expressions, compiled)
		}
	}
	return s
}

func (s specification) match(value string) bool {
	// The limits come first only to save the time of the expressions on long inputs.
	if s.isName && len(value) <= 1<<20 {
		value = norm.NFC.String(value)
	}
	if !utf8.ValidString(value) || s.unit != Number && int64(len(value)) > 4*s.max {
		return false
	}
	for _, expression := range s.expressions {
		if !expression.MatchString(value) {
			return false
		}
	}
	switch s.unit {
	case Characters:
		n := int64(len([]rune(value)))
		return n >= s.min && n <= s.max
	case Number:
		n, ok := new(big.Int).SetString(value, 10)
		return ok && len(value) <= maxDigits && n.Cmp(big.NewInt(s.min)) >= 0 && n.Cmp(big.NewInt(s.max)) <= 0
	}
	return int64(len(value)) >= s.min && int64(len(value)) <= s.max
}

// line is one rule in one profile, and its specification.
type line struct {
	rule    Rule
	profile Profile
	spec    specification
}

// lines returns every different line of the table that has a matcher written by hand: rules that
// share expression, limits and matcher stand for each other.
func lines(t testing.TB) (all []line) {
	seen := map[string]bool{}
	for r := range Rules() {
		for _, p := range profilesOf(r) {
			s := definitions[r].spec(p)
			matcher := reflect.ValueOf(s.match).Pointer()
			if matcher == reflect.ValueOf(compiled("")).Pointer() {
				continue
			}
			id := fmt.Sprintln(s.pattern, s.min, s.max, r.Unit(), definitions[r].isName, matcher)
			if !seen[id] {
				seen[id] = true
				all = append(all, line{r, p, specificationOf(t, r, p)})
			}
		}
	}
	return all
}

// compare fails if the matcher and the specification differ on the value, or if Check and Match
// do. It is called millions of times and would spend most of them in t.Helper.
func compare(t *testing.T, r Rule, p Profile, s specification, value string) {
	want := s.match(value)
	if got := r.Match(p, value); got != want {
		t.Fatalf("%s %s: Match(%q) = %v, the specification says %v", r, p, value, got, want)
	}
	if problem, ok := r.Check(p, "/x", value); ok != want {
		t.Fatalf("%s %s: Check(%q) = %v, %v, the specification says %v", r, p, value, problem, ok, want)
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

// alphabets are small sets of characters that tell the rules apart; every word over each is tried.
var alphabets = []struct {
	characters string
	length     int
}{
	{"a@.-b", 5},
	{"A1a_ é", 4},
	{"+0219", 5},
	{"iso_AB", 5},
	{"^`[]\\_-@zZ", 3},
	{"-.0126", 4},
	{"al;10", 5},
	{"On*f,A", 4},
	{"'’·O \u0301", 4},
	{"\x00\t\n\r\x7f\u0085a\u2028\u202e\u2066", 3},
	{"/:htp", 4},
	{"\xc3\x97\xb7\x80\xe2a", 4},
	{"ʼŁ\u200d\uFF21\u0660ﬁßİ", 4},
	{"~!#$%&*()=?{|}\"<>", 3},
}

// TestMatchersEqualPatternsOnSmallAlphabets tries every word over the small alphabets on every
// rule.
func TestMatchersEqualPatternsOnSmallAlphabets(t *testing.T) {
	var words []string
	for _, a := range alphabets {
		letters := []string{}
		if utf8.ValidString(a.characters) {
			for _, r := range a.characters {
				letters = append(letters, string(r))
			}
		} else {
			for i := range len(a.characters) {
				letters = append(letters, a.characters[i:i+1])
			}
		}
		words = appendWords(words, "", letters, a.length)
	}
	for _, l := range lines(t) {
		for _, word := range words {
			compare(t, l.rule, l.profile, l.spec, word)
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

// corpus holds values that some rule takes, or nearly takes. Each is tried whole, with every byte
// removed and with every byte replaced.
var corpus = []string{
	"", "text", "name@gmail.com", "unique@gmail.com", "agent1", "a_b-c", "admin@demo.example", "a<script>",
	"<<<x@y.nl", "_a@b.co", "john.doe", "$$$", "!a", "miso", "xiso", "en_GB", "en_GBxx", "iso", "a^b", "a`b", "a[b]",
	`a\b`, "O'Brien", "Łukasz", "Jose\u0301", "José", "×", "÷", "'t Hooft", "’t Hart", "d'Artagnan", "Jean-Luc",
	"+31201234567", "+123456789012345", "+0123456789", "0542-123456", "+31 (0)20 123 45 67", "watch", "unwatch",
	"0", "1", "15", "999", "1000", "9223372036854775807", "9223372036854775808", "18446744073709551616", "-1",
	"abc", "ab", "a23456789012345678901234567890123456789012345678901", "Pässw0rd!", "Passw0rd!", "pass w0rD!",
	"3;55", "all", "3;", ";", "1;2;3", "alice;bob", "5.67", "-5.67", "0.01", "0.009", "00.10", "-0.001", "1.", ".5",
	"OFFLINE", "IN_SERVICE", "DND", "user_id", "user_name", "user_display_name", "USD", "RUR",
	"4", "4.0", "6.0", "6.00", "6.01", "1.5", "0.9", "2015-06-22 19:20:03", "2016-02-29 00:00:00",
	"2015-02-29 00:00:00", "1900-02-29 23:59:59", "2000-02-29 23:59:59", "2015-04-31 12:00:00", "2015-13-01 00:00:00",
	"2015-01-01 24:00:00", "0123456789abcdef0123456789abcdef", "0123456789ABCDEF0123456789ABCDEF",
	"01234567-89ab-cdef-0123-456789ABCDEF", "ROLE_ADMIN", "ROLE_AGENT", "On", "Off", "*", "a,b", "id,memberOf",
	"https://example.com/a.png", "HTTP://x", "/pictures/image.jpg", "javascript:alert(1)", "https://", "lpMobileApp-123",
	"en-Latn-GB", "zh_Hant_TW", "x-private", "ab-", "a@b", "a.b@c.d", "a..b@c.d", ".a@b", "a.@b", "a@b.", "a@-b",
	"a@b-", "jürgen@müller.example", "\u0301@b", "a@\u0301b", "a@b@c", "ключ@пример.рф",
	"a@" + strings.Repeat("b", 63), "a@" + strings.Repeat("b", 64), "a@" + strings.Repeat("é", 63) + ".x",
	strings.Repeat("a", 254), strings.Repeat("a", 255), strings.Repeat("a", 256), strings.Repeat("é", 255),
	strings.Repeat("é", 256), strings.Repeat("😀", 49), strings.Repeat("😀", 50), "tab\tline\n", "nul\x00", "\x7f",
	"\u0085", "\xff", "a\xff", "\xc3", "\xc3\xa9", "a\u2028b", "a\u202eb", strings.Repeat("x", 8191),
	strings.Repeat("x", 8192), strings.Repeat("a", 1024), strings.Repeat("a", 1025),
}

// TestMatchersEqualPatternsNearExamples changes one byte of each known value at a time.
func TestMatchersEqualPatternsNearExamples(t *testing.T) {
	replacements := "aA0_-.@ +';:/^\x00\xff\xc3"
	var words []string
	for _, value := range corpus {
		words = append(words, value, value+"\n", " "+value, value+value)
		if len(value) > 70 {
			continue
		}
		for i := range len(value) {
			words = append(words, value[:i]+value[i+1:])
			for j := range len(replacements) {
				words = append(words, value[:i]+replacements[j:j+1]+value[i+1:])
			}
		}
	}
	for _, l := range lines(t) {
		for _, word := range words {
			compare(t, l.rule, l.profile, l.spec, word)
		}
	}
}

// TestEveryRuneIsJudgedAsThePatternSays tries every code point of the scripts that have a
// shortcut, and a part of the rest, alone, between two letters and in an address.
func TestEveryRuneIsJudgedAsThePatternSays(t *testing.T) {
	rules := []Rule{OmnideskFirstName, PersonName, Login, Email, FullName, CustomData, VoximplantUserPassword}
	for _, r := range rules {
		for _, p := range profilesOf(r) {
			s := specificationOf(t, r, p)
			for c := rune(0); c <= utf8.MaxRune; c++ {
				if (c >= 0x600 && c < 0x2000 || c >= 0x2100) && c%7 != 0 || c >= 0x3400 && c%97 != 0 {
					continue // Judged by nothing but the tables of package unicode.
				}
				compare(t, r, p, s, string(c))
				compare(t, r, p, s, "a"+string(c)+"b")
				compare(t, r, p, s, "a"+string(c)+"b@c"+string(c)+"d")
				if r == VoximplantUserPassword {
					compare(t, r, p, s, "abcDEF12"+string(c))
					compare(t, r, p, s, "!!!DEF12"+string(c))
					compare(t, r, p, s, "abc!!!12"+string(c))
					compare(t, r, p, s, "abcDEF!!"+string(c))
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
	all := lines(f)
	f.Fuzz(func(t *testing.T, value string) {
		for _, l := range all {
			compare(t, l.rule, l.profile, l.spec, value)
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
			s := specificationOf(t, r, p)
			for _, n := range []int64{min - 1, min, min + 1, max - 1, max} {
				compare(t, r, p, s, strconv.FormatInt(n, 10))
				_, ok := r.CheckNumber(p, "/n", n)
				if want := n >= min && n <= max; ok != want {
					t.Errorf("%s %s: CheckNumber(%d) = %v, want %v", r, p, n, ok, want)
				}
			}
		}
	}
}
