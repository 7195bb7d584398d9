package password

import (
	"errors"
	"strings"
	"testing"

	"github.com/ca74b63c/roster/validate"
)

// problems lists what a policy found as "path code", without the path where it is PathNew, and
// fails if the error repeats the password.
func problems(t *testing.T, p Policy, c Candidate) string {
	t.Helper()
	err := p.Check(c)
	if err == nil {
		return ""
	}
	var e *validate.Error
	if !errors.As(err, &e) || !errors.Is(err, validate.ErrInvalid) || len(e.Problems) == 0 {
		t.Fatalf("Check returned %#v", err)
	}
	if len(c.New) > 2 && strings.Contains(err.Error(), c.New) {
		t.Errorf("the error repeats the password: %v", err)
	}
	var found []string
	for _, p := range e.Problems {
		found = append(found, strings.TrimPrefix(p.Path+" ", PathNew+" ")+string(p.Code))
	}
	return strings.Join(found, "; ")
}

type candidate = Candidate

type policyCase struct {
	rule string
	c    candidate
	want string
}

func run(t *testing.T, p Policy, cases []policyCase) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.rule, func(t *testing.T) {
			if got := problems(t, p, c.c); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestVoximplant(t *testing.T) {
	run(t, Voximplant(), []policyCase{
		{"documented: at least 8 characters", candidate{New: "Aa1!aaa"}, "too_short"},
		{"documented: 8 characters are enough", candidate{New: "Aa1!aaaa"}, ""},
		{"documented: one uppercase letter", candidate{New: "aa1!aaaa"}, "missing_upper"},
		{"documented: one lowercase letter", candidate{New: "AA1!AAAA"}, "missing_lower"},
		{"documented: one number", candidate{New: "Aaa!aaaa"}, "missing_digit"},
		{"documented: one special character", candidate{New: "Aa11aaaa"}, "missing_special"},
		{"observed: error 524, no spaces", candidate{New: "Aa1! aaaa"}, "white_space"},
		{"assumed: no white space of any script", candidate{New: "Aa1!\u3000aaaa"}, "white_space"},
		{"assumed: tab and line feed are white space", candidate{New: "Aa1!\taa\na"}, "white_space"},
		{"observed: error 463, empty", candidate{}, "required"},
		{"assumed: other letters are no special characters", candidate{New: "Aa1éééé€"}, "missing_special"},
		{"assumed: characters are code points", candidate{New: "Aa1!ééé"}, "too_short"},
		{"assumed: DEL is no special character", candidate{New: "Aa1aaaa\x7f"}, "missing_special"},
		{"the last of each", candidate{New: "Zz9~zzzz"}, ""},
		{"the neighbours of letters and digits", candidate{New: "@[`{/:~~"}, "missing_upper; missing_lower; missing_digit"},
		{"all problems at once", candidate{New: " "}, "too_short; missing_upper; missing_lower; missing_digit; missing_special; white_space"},
		{"too long is the only problem", candidate{New: strings.Repeat(" ", 1025)}, "too_long"},
		{"1,024 bytes are accepted", candidate{New: "Aa1!" + strings.Repeat("x", 1020)}, ""},
	})
}

func TestCompositionWithoutRulesAcceptsEverythingButNothing(t *testing.T) {
	run(t, Composition{}, []policyCase{
		{"one space", candidate{New: " "}, ""},
		{"too long", candidate{New: strings.Repeat(" ", 1025)}, "too_long"},
		{"empty", candidate{}, "required"},
	})
}

func TestLivePerson(t *testing.T) {
	const good = "whatever"
	run(t, LivePerson(), []policyCase{
		{"documented: a reset needs neither", candidate{New: good}, ""},
		{"documented: own change needs both", candidate{New: good, Own: true},
			"/confirmPassword required; /oldPassword required"},
		{"documented: own change with both",
			candidate{New: good, Own: true, Old: "x", Confirm: good}, ""},
		{"documented: oldPassword is needed", candidate{New: good, Own: true, Confirm: good}, "/oldPassword required"},
		{"documented: confirmPassword is needed", candidate{New: good, Own: true, Old: "x"}, "/confirmPassword required"},
		{"documented: confirmPassword is equal",
			candidate{New: good, Own: true, Old: "x", Confirm: "Whatever"}, "/confirmPassword mismatch"},
		{"assumed: a reset compares a confirmation that is given",
			candidate{New: good, Confirm: "x"}, "/confirmPassword mismatch"},
		{"an empty new password", candidate{}, "required"},
		{"1,024 bytes are accepted", candidate{New: strings.Repeat("x", 1024)}, ""},
		{"too long is the only problem", candidate{New: strings.Repeat("x", 1025), Own: true}, "too_long"},
	})
}

func TestNIST(t *testing.T) {
	list := NewBlocklist("correcthorse", "Straße und Weg", "")
	run(t, NIST(list), []policyCase{
		{"at least 8 characters", candidate{New: "7 chars"}, "too_short"},
		{"8 characters are enough", candidate{New: "8 chars!"}, ""},
		{"a code point is one character", candidate{New: "žluťoučk"}, ""},
		{"no composition rules", candidate{New: "only small letters and blanks"}, ""},
		{"64 characters of any script are accepted", candidate{New: strings.Repeat("𐍈ab𐌰", 64)}, ""},
		{"1,024 bytes are accepted", candidate{New: strings.Repeat("tb", 512)}, ""},
		{"too long is the only problem", candidate{New: strings.Repeat("a", 1025)}, "too_long"},
		{"empty", candidate{}, "required"},
		{"blocklist", candidate{New: "correcthorse"}, "blocklisted"},
		{"blocklist, case folded", candidate{New: "CorrectHORSE"}, "blocklisted"},
		{"blocklist, full-width letters", candidate{New: "ｃｏｒｒｅｃｔhorse"}, "blocklisted"},
		{"blocklist, full case folding", candidate{New: "STRASSE UND WEG"}, "blocklisted"},
		{"blocklist compares the whole password", candidate{New: "correcthorsebattery"}, ""},
		{"repeated characters", candidate{New: "zzzzzzzzz"}, "repetitive"},
		{"ascending characters", candidate{New: "efghijklm"}, "repetitive"},
		{"descending characters", candidate{New: "98765432"}, "repetitive"},
		{"runs of both", candidate{New: "1234abcd"}, "repetitive"},
		{"runs of more than ASCII", candidate{New: "абвгдежз"}, "repetitive"},
		{"runs broken off", candidate{New: "1234abcx"}, ""},
		{"runs of three", candidate{New: "123abc789"}, ""},
		{"too short and repeated", candidate{New: "aaaaaa"}, "too_short; repetitive"},
		{"invalid UTF-8", candidate{New: "good one\xff"}, "invalid_utf8"},
		{"control characters", candidate{New: "good one\n"}, "control_character"},
		{"the login", candidate{New: "jsmithson", Login: "jsmithson"}, "context_word"},
		{"the login with little added", candidate{New: "JSmithson-2026", Login: "jsmithson"}, "context_word"},
		{"the login within a long phrase", candidate{New: "jsmithson likes tea", Login: "jsmithson"}, ""},
		{"the login twice", candidate{New: "agent1agent1", Login: "agent1"}, "context_word"},
		{"the login overlapping itself", candidate{New: "annannann12345", Login: "annann"}, "context_word"},
		{"a login of three letters counts for nothing", candidate{New: "banana-ann", Login: "ann"}, ""},
		{"words of the display name", candidate{New: "smith+john1", Display: "John Smith"}, "context_word"},
		{"a display name in other letters", candidate{New: "ŁUKASZ12", Display: "Łukasz Żak"}, "context_word"},
		{"the e-mail address", candidate{New: "a.b@c.de", Email: "a.b@c.de"}, "context_word"},
		{"a part of the e-mail address", candidate{New: "unique12", Email: "unique@gmail.com"}, "context_word"},
		{"the name of the service", candidate{New: "roster2026", Context: []string{"", "Roster"}}, "context_word"},
		{"a long password with the login", candidate{New: strings.Repeat("jsmithson", 60), Login: "jsmithson"},
			"context_word"},
		{"the 16th word of a name", candidate{New: "lastword12", Display: strings.Repeat("name ", 15) + "lastword"},
			"context_word"},
		{"a 17th word is not looked at",
			candidate{New: "lastword12", Display: strings.Repeat("name ", 16) + "lastword"}, ""},
		{"a field that is no name is not looked at",
			candidate{New: "jsmithson", Login: "jsmithson" + strings.Repeat(" ", 1024)}, ""},
	})
}

func TestMemorizedAsksForMoreButNeverForLess(t *testing.T) {
	run(t, Memorized{MinChars: 15}, []policyCase{
		{"14 of 15", candidate{New: "fourteen chars"}, "too_short"},
		{"15 of 15", candidate{New: "fifteen chars.."}, ""},
	})
	run(t, Memorized{MinChars: 3}, []policyCase{
		{"fewer than 8 count as 8", candidate{New: "7 chars"}, "too_short"},
	})
}

func TestDefaultKnowsEverydayPasswords(t *testing.T) {
	run(t, Default(), []policyCase{
		{"on the list", candidate{New: "Password123"}, "blocklisted"},
		{"not on the list", candidate{New: "tea without sugar"}, ""},
	})
	if n := Everyday().Len(); n < 300 {
		t.Errorf("the list of everyday passwords has %d", n)
	}
}

func TestAll(t *testing.T) {
	refuse := Func(func(Candidate) error { return errors.New("leaked: hunter2") })
	run(t, All(), []policyCase{{"of nothing accepts everything", candidate{}, ""}})
	run(t, All(nil, Func(nil)), []policyCase{{"of nil too", candidate{}, ""}})
	run(t, All(Default(), refuse), []policyCase{
		{"a foreign error becomes a problem", candidate{New: "tea without sugar"}, " invalid"},
	})
	run(t, All(LivePerson(), Default(), Voximplant()), []policyCase{
		{"a problem is reported once", candidate{}, "required"},
		{"also when several refuse the length", candidate{New: strings.Repeat("x", 2000)}, "too_long"},
		{"problems of all", candidate{New: "iloveyou", Own: true, Old: "x"}, "/confirmPassword required; blocklisted; missing_upper; missing_digit; missing_special"},
	})
	run(t, All(Composition{MinChars: 8}, Composition{MinChars: 12}), []policyCase{
		{"problems that differ in a parameter are two", candidate{New: "x"}, "too_short; too_short"},
	})
}

func TestRemembers(t *testing.T) {
	for _, c := range []struct {
		name string
		p    Policy
		want int
	}{
		{"Voximplant", Voximplant(), VoximplantRemembers},
		{"LivePerson", LivePerson(), 0},
		{"NIST", NIST(nil), 0},
		{"History", History(3), 3},
		{"negative History", History(-3), 0},
		{"the most of all", All(History(3), All(History(7))), 7},
		{"Func", Func(nil), 0},
	} {
		if got := c.p.Remembers(); got != c.want {
			t.Errorf("%s remembers %d, want %d", c.name, got, c.want)
		}
	}
	reused := Func(func(Candidate) error { return UsedBefore() })
	if got := problems(t, reused, candidate{}); got != "used_before" {
		t.Error(got)
	}
	if err := History(3).Check(candidate{}); err != nil {
		t.Errorf("History found %v without a hash", err)
	}
}

func TestProblemsSayTheLimit(t *testing.T) {
	for _, c := range []struct {
		p    Policy
		text string
		want string
	}{
		{Voximplant(), "Aa1!", "validate: /password: is shorter than 8 characters"},
		{Memorized{MinChars: 15}, "green tea", "validate: /password: is shorter than 15 characters"},
		{Default(), strings.Repeat("x", 2000), "validate: /password: is longer than 1024 bytes"},
	} {
		if err := c.p.Check(candidate{New: c.text}); err == nil || err.Error() != c.want {
			t.Errorf("got %v, want %s", err, c.want)
		}
	}
}

// Each code of the package has words of its own.
func TestCodesHaveWords(t *testing.T) {
	for _, code := range []validate.Code{
		MissingUpper, MissingLower, MissingDigit, MissingSpecial, WhiteSpace,
		Blocklisted, Repetitive, ContextWord, Reused,
	} {
		if got := (validate.Problem{Code: code}).Detail(); got == strings.ReplaceAll(string(code), "_", " ") {
			t.Errorf("%s: %q", code, got)
		}
	}
}
