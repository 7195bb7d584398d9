package bench

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/go-playground/validator/v10"

	"github.com/ca74b63c/roster/bench/internal/turns"
	"github.com/ca74b63c/roster/validate"
)

// field is a value that a user's form has, and how each side knows it: roster by a rule, the
// regular expressions that are that rule's specification with its limits beside them, and
// validator by tags. Where validator has no tag of its own that says the same, the tag is the
// expression, registered with it as its documentation advises. Values are such that all agree on:
// validator's e164, for one, takes a number without its plus sign too.
type field struct {
	name    string
	rule    validate.Rule
	profile validate.Profile
	tag     string
	good    []string
	bad     []string
}

const capitals, smalls, digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz", "0123456789"

var fields = []field{
	{
		"login", validate.VoximplantUserName, validate.Strict, "required,login",
		[]string{"agent_smith-1", "john", "a-2_3", "0123456789", "supervisor-of-the-night-shift"},
		[]string{"", "jo", "Agent", "-john", "john doe", strings.Repeat("a", 51)},
	},
	{
		"name", validate.PersonName, validate.Strict, "required,max=255,person",
		[]string{"Jean-Luc O'Brien", "José María", "Łukasz Żółw", "Anna", "van der Berg"},
		[]string{"", "R2-D2!", "-", "Robert'); DROP", strings.Repeat("a", 256)},
	},
	{
		"email", validate.Email, validate.Strict, "required,max=254,email",
		[]string{"firstname.lastname@mail.example.com", "name@gmail.com", "a+tag@example.co.uk", "o'brien@example.com"},
		[]string{"", "name", "@example.com", "name@", "two@signs@example.com", "blank @example.com", strings.Repeat("a", 255)},
	},
	{
		"phone", validate.Phone, validate.Strict, "required,min=8,max=16,e164",
		[]string{"+31201234567", "+12125550100", "+447911123456"},
		[]string{"", "+0312012345", "+3120123456a", "+31 20 1234567", "+1234567890123456"},
	},
	{
		"password", validate.VoximplantUserPassword, validate.Documented,
		"required,min=8,max=255,containsany=" + capitals + ",containsany=" + smalls + ",containsany=" + digits + ",special",
		[]string{"Tr0ub4dor&3", "correct Horse 7 battery!", "Aa1!Aa1!"},
		[]string{"", "Aa1!", "alllower1!", "NOLOWER1!", "NoDigits!", "NoSpecial1", strings.Repeat("Aa1!", 64)},
	},
}

// byExpressions returns the field's rule as a careful hand would write it: limits first, then the
// compiled expressions.
func (f *field) byExpressions() func(value string) bool {
	least, most := f.rule.Limits(f.profile)
	var list []*regexp.Regexp
	for text := range strings.SplitSeq(f.rule.Pattern(f.profile), " && ") {
		list = append(list, regexp.MustCompile(text))
	}
	return func(value string) bool {
		if n := utf8.RuneCountInString(value); n < int(least) || n > int(most) {
			return false
		}
		for _, x := range list {
			if !x.MatchString(value) {
				return false
			}
		}
		return true
	}
}

func newValidator(tb testing.TB) *validator.Validate {
	tb.Helper()
	v := validator.New(validator.WithRequiredStructEnabled())
	for tag, expression := range map[string]string{
		"login":   validate.VoximplantUserName.Pattern(validate.Strict),
		"person":  validate.PersonName.Pattern(validate.Strict),
		"special": `[^A-Za-z0-9]`,
	} {
		x := regexp.MustCompile(expression)
		must(tb, v.RegisterValidation(tag, func(f validator.FieldLevel) bool { return x.MatchString(f.Field().String()) }))
	}
	return v
}

// A comparison of speed is worth something only between sides that agree.
func TestValidatorsAgree(t *testing.T) {
	v := newValidator(t)
	for i := range fields {
		f := &fields[i]
		match := f.byExpressions()
		for _, value := range slices.Concat(f.good, f.bad) {
			want := slices.Contains(f.good, value)
			if f.rule.Match(f.profile, value) != want || match(value) != want || (v.Var(value, f.tag) == nil) != want {
				t.Errorf("%s %q: want %t, roster %t, regexp %t, validator %v",
					f.name, value, want, f.rule.Match(f.profile, value), match(value), v.Var(value, f.tag))
			}
		}
	}
}

// BenchmarkValidation checks the same good values with each side.
func BenchmarkValidation(b *testing.B) {
	v := newValidator(b)
	for i := range fields {
		f := &fields[i]
		match := f.byExpressions()
		b.Run(f.name, func(b *testing.B) {
			turns.Take(b,
				judging("roster", b, f.good, func(s string) bool { return f.rule.Match(f.profile, s) }),
				judging("regexp", b, f.good, func(s string) bool { return match(s) }),
				judging("validator", b, f.good, func(s string) bool { return v.Var(s, f.tag) == nil }))
		})
	}
}

// judging returns a side that checks the values in turn. The side fails the benchmark if a value is
// invalid.
func judging(name string, b *testing.B, values []string, valid func(string) bool) turns.Side {
	next := 0
	return turns.Side{Name: name, Run: func(n int) {
		for range n {
			if !valid(values[next]) {
				b.Fatalf("%s: %q is not valid", name, values[next])
			}
			if next++; next == len(values) {
				next = 0
			}
		}
	}}
}
