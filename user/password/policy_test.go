package password_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ca74b63c/roster/user/password"
	"github.com/ca74b63c/roster/validate"
)

// problems lists what a policy found as "path code", without the path where it is PathNew, and
// fails if the error repeats the password.
func problems(t *testing.T, p password.Policy, c password.Candidate) []string {
	t.Helper()
	err := p.Check(c)
	if err == nil {
		return nil
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
		found = append(found, strings.TrimPrefix(p.Path+" ", password.PathNew+" ")+string(p.Code))
	}
	return found
}

type policyCase struct {
	rule string
	c    password.Candidate
	want []string
}

func run(t *testing.T, p password.Policy, cases []policyCase) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.rule, func(t *testing.T) {
			if diff := cmp.Diff(c.want, problems(t, p, c.c)); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}

func TestVoximplant(t *testing.T) {
	run(t, password.Voximplant(), []policyCase{
		{"documented: at least 8 characters", password.Candidate{New: "Aa1!aaa"}, []string{"too_short"}},
		{"documented: 8 characters are enough", password.Candidate{New: "Aa1!aaaa"}, nil},
		{"documented: one uppercase letter", password.Candidate{New: "aa1!aaaa"}, []string{"missing_upper"}},
		{"documented: one lowercase letter", password.Candidate{New: "AA1!AAAA"}, []string{"missing_lower"}},
		{"documented: one number", password.Candidate{New: "Aaa!aaaa"}, []string{"missing_digit"}},
		{"documented: one special character", password.Candidate{New: "Aa11aaaa"}, []string{"missing_special"}},
		{"observed: error 524, no spaces", password.Candidate{New: "Aa1! aaaa"}, []string{"white_space"}},
		{"assumed: no white space of any script", password.Candidate{New: "Aa1!\u3000aaaa"}, []string{"white_space"}},
		{"assumed: tab and line feed are white space", password.Candidate{New: "Aa1!\taa\na"}, []string{"white_space"}},
		{"observed: error 463, empty", password.Candidate{}, []string{"required"}},
		{"assumed: other letters are no special characters", password.Candidate{New: "Aa1éééé€"},
			[]string{"missing_special"}},
		{"assumed: characters are code points", password.Candidate{New: "Aa1!ééé"}, []string{"too_short"}},
		{"assumed: DEL is no special character", password.Candidate{New: "Aa1aaaa\x7f"}, []string{"missing_special"}},
		{"the last of each", password.Candidate{New: "Zz9~zzzz"}, nil},
		{"the neighbours of letters and digits", password.Candidate{New: "@[`{/:~~"}, []string{"missing_upper", "missing_lower", "missing_digit"}},
		{"all problems at once", password.Candidate{New: " "}, []string{
			"too_short", "missing_upper", "missing_lower", "missing_digit",
			"missing_special", "white_space",
		}},
		{"too long is the only problem", password.Candidate{New: strings.Repeat(" ", 1025)}, []string{"too_long"}},
		{"1,024 bytes are accepted", password.Candidate{New: "Aa1!" + strings.Repeat("x", 1020)}, nil},
	})
}

func TestCompositionWithoutRulesAcceptsEverythingButNothing(t *testing.T) {
	run(t, password.Composition{}, []policyCase{
		{"one space", password.Candidate{New: " "}, nil},
		{"too long", password.Candidate{New: strings.Repeat(" ", 1025)}, []string{"too_long"}},
		{"empty", password.Candidate{}, []string{"required"}},
	})
}

func TestLivePerson(t *testing.T) {
	const good = "whatever"
	run(t, password.LivePerson(), []policyCase{
		{"documented: a reset needs neither", password.Candidate{New: good}, nil},
		{"documented: own change needs both", password.Candidate{New: good, Own: true},
			[]string{"/confirmPassword required", "/oldPassword required"}},
		{"documented: own change with both",
			password.Candidate{New: good, Own: true, Old: "x", HasOld: true, Confirm: good, HasConfirm: true}, nil},
		{"documented: oldPassword is needed", password.Candidate{New: good, Own: true, Confirm: good, HasConfirm: true},
			[]string{"/oldPassword required"}},
		{"assumed: an empty oldPassword is none",
			password.Candidate{New: good, Own: true, HasOld: true, Confirm: good, HasConfirm: true},
			[]string{"/oldPassword required"}},
		{"documented: confirmPassword is needed", password.Candidate{New: good, Own: true, Old: "x", HasOld: true},
			[]string{"/confirmPassword required"}},
		{"documented: confirmPassword is equal",
			password.Candidate{New: good, Own: true, Old: "x", HasOld: true, Confirm: "Whatever", HasConfirm: true},
			[]string{"/confirmPassword mismatch"}},
		{"assumed: a reset compares a confirmation that is given",
			password.Candidate{New: good, Confirm: "x", HasConfirm: true}, []string{"/confirmPassword mismatch"}},
		{"assumed: a reset takes an empty confirmation as none", password.Candidate{New: good, HasConfirm: true}, nil},
		{"an empty new password", password.Candidate{}, []string{"required"}},
		{"too long is the only problem", password.Candidate{New: strings.Repeat("x", 1025), Own: true},
			[]string{"too_long"}},
	})
}

func TestNIST(t *testing.T) {
	list := password.NewBlocklist("correcthorse", "Straße und Weg", "")
	run(t, password.NIST(list), []policyCase{
		{"at least 8 characters", password.Candidate{New: "7 chars"}, []string{"too_short"}},
		{"8 characters are enough", password.Candidate{New: "8 chars!"}, nil},
		{"a code point is one character", password.Candidate{New: "žluťoučk"}, nil},
		{"no composition rules", password.Candidate{New: "only small letters and blanks"}, nil},
		{"64 characters of any script are accepted", password.Candidate{New: strings.Repeat("𐍈ab𐌰", 64)}, nil},
		{"1,024 bytes are accepted", password.Candidate{New: strings.Repeat("tb", 512)}, nil},
		{"too long is the only problem", password.Candidate{New: strings.Repeat("a", 1025)}, []string{"too_long"}},
		{"empty", password.Candidate{}, []string{"required"}},
		{"blocklist", password.Candidate{New: "correcthorse"}, []string{"blocklisted"}},
		{"blocklist, case folded", password.Candidate{New: "CorrectHORSE"}, []string{"blocklisted"}},
		{"blocklist, full-width letters", password.Candidate{New: "ｃｏｒｒｅｃｔhorse"}, []string{"blocklisted"}},
		{"blocklist, full case folding", password.Candidate{New: "STRASSE UND WEG"}, []string{"blocklisted"}},
		{"blocklist compares the whole password", password.Candidate{New: "correcthorsebattery"}, nil},
		{"repeated characters", password.Candidate{New: "zzzzzzzzz"}, []string{"repetitive"}},
		{"ascending characters", password.Candidate{New: "efghijklm"}, []string{"repetitive"}},
		{"descending characters", password.Candidate{New: "98765432"}, []string{"repetitive"}},
		{"runs of both", password.Candidate{New: "1234abcd"}, []string{"repetitive"}},
		{"runs of more than ASCII", password.Candidate{New: "абвгдежз"}, []string{"repetitive"}},
		{"runs broken off", password.Candidate{New: "1234abcx"}, nil},
		{"runs of three", password.Candidate{New: "123abc789"}, nil},
		{"too short and repeated", password.Candidate{New: "aaaaaa"}, []string{"too_short", "repetitive"}},
		{"invalid UTF-8", password.Candidate{New: "good one\xff"}, []string{"invalid_utf8"}},
		{"control characters", password.Candidate{New: "good one\n"}, []string{"control_character"}},
		{"the login", password.Candidate{New: "jsmithson", Login: "jsmithson"}, []string{"context_word"}},
		{"the login with little added", password.Candidate{New: "JSmithson-2026", Login: "jsmithson"},
			[]string{"context_word"}},
		{"the login within a long phrase", password.Candidate{New: "jsmithson likes tea", Login: "jsmithson"}, nil},
		{"the login twice", password.Candidate{New: "agent1agent1", Login: "agent1"}, []string{"context_word"}},
		{"the login overlapping itself", password.Candidate{New: "annannann12345", Login: "annann"},
			[]string{"context_word"}},
		{"a login of three letters counts for nothing", password.Candidate{New: "banana-ann", Login: "ann"}, nil},
		{"words of the display name", password.Candidate{New: "smith+john1", Display: "John Smith"},
			[]string{"context_word"}},
		{"a display name in other letters", password.Candidate{New: "ŁUKASZ12", Display: "Łukasz Żak"},
			[]string{"context_word"}},
		{"the e-mail address", password.Candidate{New: "a.b@c.de", Email: "a.b@c.de"}, []string{"context_word"}},
		{"a part of the e-mail address", password.Candidate{New: "unique12", Email: "unique@gmail.com"},
			[]string{"context_word"}},
		{"the name of the service", password.Candidate{New: "roster2026", Context: []string{"", "Roster"}},
			[]string{"context_word"}},
		{"a long password with the login", password.Candidate{New: strings.Repeat("jsmithson", 60), Login: "jsmithson"},
			[]string{"context_word"}},
		{"the 16th word of a name", password.Candidate{New: "lastword12", Display: strings.Repeat("name ", 15) + "lastword"},
			[]string{"context_word"}},
		{"a 17th word is not looked at",
			password.Candidate{New: "lastword12", Display: strings.Repeat("name ", 16) + "lastword"}, nil},
		{"a field that is no name is not looked at",
			password.Candidate{New: "jsmithson", Login: "jsmithson" + strings.Repeat(" ", 1024)}, nil},
	})
}

func TestMemorizedAsksForMoreButNeverForLess(t *testing.T) {
	run(t, password.Memorized{MinChars: 15}, []policyCase{
		{"14 of 15", password.Candidate{New: "fourteen chars"}, []string{"too_short"}},
		{"15 of 15", password.Candidate{New: "fifteen chars.."}, nil},
	})
	run(t, password.Memorized{MinChars: 3}, []policyCase{
		{"fewer than 8 count as 8", password.Candidate{New: "7 chars"}, []string{"too_short"}},
	})
}

func TestDefaultKnowsEverydayPasswords(t *testing.T) {
	run(t, password.Default(), []policyCase{
		{"on the list", password.Candidate{New: "Password123"}, []string{"blocklisted"}},
		{"not on the list", password.Candidate{New: "tea without sugar"}, nil},
	})
	if n := password.Everyday().Len(); n < 300 {
		t.Errorf("the list of everyday passwords has %d", n)
	}
}

func TestAll(t *testing.T) {
	refuse := password.Func(func(password.Candidate) error { return errors.New("leaked: hunter2") })
	run(t, password.All(), []policyCase{{"of nothing accepts everything", password.Candidate{}, nil}})
	run(t, password.All(nil, password.Func(nil)), []policyCase{{"of nil too", password.Candidate{}, nil}})
	run(t, password.All(password.Default(), refuse), []policyCase{
		{"a foreign error becomes a problem", password.Candidate{New: "tea without sugar"}, []string{" invalid"}},
	})
	run(t, password.All(password.LivePerson(), password.Default(), password.Voximplant()), []policyCase{
		{"a problem is reported once", password.Candidate{}, []string{"required"}},
		{"also when several refuse the length", password.Candidate{New: strings.Repeat("x", 2000)},
			[]string{"too_long"}},
		{"problems of all", password.Candidate{New: "iloveyou", Own: true, HasOld: true, Old: "x"}, []string{
			"/confirmPassword required", "blocklisted", "missing_upper", "missing_digit",
			"missing_special",
		}},
	})
	run(t, password.All(password.Composition{MinChars: 8}, password.Composition{MinChars: 12}), []policyCase{
		{"problems that differ in a parameter are two", password.Candidate{New: "x"},
			[]string{"too_short", "too_short"}},
	})
}

func TestRemembers(t *testing.T) {
	for _, c := range []struct {
		name string
		p    password.Policy
		want int
	}{
		{"Voximplant", password.Voximplant(), password.VoximplantRemembers},
		{"LivePerson", password.LivePerson(), 0},
		{"NIST", password.NIST(nil), 0},
		{"History", password.History(3), 3},
		{"negative History", password.History(-3), 0},
		{"the most of all", password.All(password.History(3), password.All(password.History(7))), 7},
		{"Func", password.Func(nil), 0},
	} {
		if got := c.p.Remembers(); got != c.want {
			t.Errorf("%s remembers %d, want %d", c.name, got, c.want)
		}
	}
	reused := password.Func(func(password.Candidate) error { return password.UsedBefore() })
	if diff := cmp.Diff([]string{"used_before"}, problems(t, reused, password.Candidate{})); diff != "" {
		t.Error(diff)
	}
	if err := password.History(3).Check(password.Candidate{}); err != nil {
		t.Errorf("History found %v without a hash", err)
	}
}

func TestProblemsSayTheLimit(t *testing.T) {
	for _, c := range []struct {
		p    password.Policy
		text string
		want string
	}{
		{password.Voximplant(), "Aa1!", "validate: /password: is shorter than 8 characters"},
		{password.Memorized{MinChars: 15}, "green tea", "validate: /password: is shorter than 15 characters"},
		{password.Default(), strings.Repeat("x", 2000), "validate: /password: is longer than 1024 bytes"},
	} {
		if err := c.p.Check(password.Candidate{New: c.text}); err == nil || err.Error() != c.want {
			t.Errorf("got %v, want %s", err, c.want)
		}
	}
}

// Each code of the package has words of its own.
func TestCodesHaveWords(t *testing.T) {
	for _, code := range []validate.Code{
		password.MissingUpper, password.MissingLower, password.MissingDigit, password.MissingSpecial, password.WhiteSpace,
		password.Blocklisted, password.Repetitive, password.ContextWord, password.Reused,
	} {
		if got := (validate.Problem{Code: code}).Detail(); got == strings.ReplaceAll(string(code), "_", " ") {
			t.Errorf("%s: %q", code, got)
		}
	}
}
