package bench

import (
	"errors"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/go-playground/validator/v10"
	"github.com/google/go-cmp/cmp"

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

// form is what a request to add a user brings.
type form struct {
	Login    string `validate:"required,login"`
	First    string `validate:"required,max=255,person"`
	Last     string `validate:"required,max=255,person"`
	Email    string `validate:"required,max=254,email"`
	Phone    string `validate:"required,min=8,max=16,e164"`
	Password string // its tag is of the field above: it is too long to write twice
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
	v.RegisterStructValidationMapRules(map[string]string{"Password": fields[4].tag}, form{})
	return v
}

// formFields are the fields of a form, each with its index in fields.
var formFields = [...]struct {
	name, path string
	of         int
}{
	{"Login", "/Login", 0}, {"First", "/First", 1}, {"Last", "/Last", 1}, {"Email", "/Email", 2}, {"Phone", "/Phone", 3},
	{"Password", "/Password", 4},
}

func (f *form) values() [6]string {
	return [...]string{f.Login, f.First, f.Last, f.Email, f.Phone, f.Password}
}

// byRules returns what is wrong with a form, in roster: the paths of the fields.
func (f *form) byRules() error {
	var c validate.Collector
	for i, value := range f.values() {
		of := &fields[formFields[i].of]
		c.Check(of.rule, of.profile, formFields[i].path, value)
	}
	return c.Err()
}

// byExpressions returns the same by hand: the names of the fields.
func (f *form) byExpressions(match []func(string) bool) (wrong []string) {
	for i, value := range f.values() {
		if !match[formFields[i].of](value) {
			wrong = append(wrong, formFields[i].name)
		}
	}
	return wrong
}

func compileAll() (all []func(string) bool) {
	for i := range fields {
		all = append(all, fields[i].byExpressions())
	}
	return all
}

// forms returns forms of the good values, or such as have one bad value and one more field that is
// empty.
func forms(good bool) (list []form) {
	for i := range 12 {
		pick := func(n int) string { return fields[n].good[i%len(fields[n].good)] }
		f := form{pick(0), pick(1), fields[1].good[(i+1)%len(fields[1].good)], pick(2), pick(3), pick(4)}
		if !good {
			broken := i % (len(fields) - 1)
			values := []*string{&f.Login, &f.First, &f.Email, &f.Phone}
			*values[broken] = fields[broken].bad[i%len(fields[broken].bad)]
			f.Password = ""
		}
		list = append(list, f)
	}
	return list
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
	compiled := compileAll()
	for _, f := range slices.Concat(forms(true), forms(false)) {
		var ours, theirs []string
		var problems *validate.Error
		if errors.As(f.byRules(), &problems) {
			for _, p := range problems.Problems {
				ours = append(ours, strings.TrimPrefix(p.Path, "/"))
			}
		}
		var list validator.ValidationErrors
		if errors.As(v.Struct(f), &list) {
			for _, e := range list {
				theirs = append(theirs, e.StructField())
			}
		}
		byHand := f.byExpressions(compiled)
		slices.Sort(byHand) // each side has an order of its own
		slices.Sort(ours)
		slices.Sort(theirs)
		if !slices.Equal(ours, byHand) || !slices.Equal(ours, theirs) {
			t.Errorf("%v: by hand %s, validator %s", f, cmp.Diff(ours, byHand), cmp.Diff(ours, theirs))
		}
	}
}

// BenchmarkValidation lets each side judge the same good values, and whole forms, good ones and
// such as have problems, of which each side says which fields have them.
func BenchmarkValidation(b *testing.B) {
	v := newValidator(b)
	for i := range fields {
		f := &fields[i]
		match := f.byExpressions()
		b.Run(f.name, func(b *testing.B) {
			turns.Take(b,
				judging("roster", b, f.good, func(s *string) bool { return f.rule.Match(f.profile, *s) }),
				judging("regexp", b, f.good, func(s *string) bool { return match(*s) }),
				judging("validator", b, f.good, func(s *string) bool { return v.Var(*s, f.tag) == nil }))
		})
	}
	compiled := compileAll()
	for _, good := range []bool{true, false} {
		name := "form-good"
		if !good {
			name = "form-bad"
		}
		list := forms(good)
		b.Run(name, func(b *testing.B) {
			turns.Take(b,
				judging("roster", b, list, func(f *form) bool { return (f.byRules() == nil) == good }),
				judging("regexp", b, list, func(f *form) bool { return (f.byExpressions(compiled) == nil) == good }),
				judging("validator", b, list, func(f *form) bool { return (v.Struct(f) == nil) == good }))
		})
	}
}

// judging judges one after another; each must be judged right.
func judging[T any](name string, b *testing.B, list []T, right func(*T) bool) turns.Side {
	next := 0
	return turns.Side{Name: name, Run: func(n int) {
		for range n {
			if !right(&list[next]) {
				b.Fatalf("%s judged %v", name, list[next])
			}
			if next++; next == len(list) {
				next = 0
			}
		}
	}}
}
