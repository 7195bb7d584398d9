package user

import (
	"strings"
	"testing"

	"github.com/ca74b63c/roster/validate"
)

// unstorable are texts that no storage gets.
var unstorable = []string{"a\x00b", "\x00", "a\xffb", "\xed\xa0\x80", "\xc3"}

// TestUnstorableTextsAreRefused: the texts of lists, accounts and reference data are refused at
// their path, under each profile, if they are not valid UTF-8 without NUL.
// TestEveryTextAttributeHasARule proves it for the other texts of a patch.
func TestUnstorableTextsAreRefused(t *testing.T) {
	type text struct {
		path  string
		check func(s string, profile validate.Profile) error
	}
	statistic := func(s Statistic) func(validate.Profile) error {
		return (&Patch{Statistics: Set(ListOf(s))}).Check
	}
	skill := Reference{Kind: ReferenceSkill, ID: 1, Name: "skill"}
	ref := func(change func(*Reference)) error {
		r := skill
		change(&r)
		return r.Check()
	}
	for _, text := range []text{
		{"/preferences/statistics/0/name", func(s string, p validate.Profile) error { return statistic(Statistic{Name: s})(p) }},
		{"/preferences/statistics/0/option", func(s string, p validate.Profile) error { return statistic(Statistic{Name: "a", Option: s})(p) }},
		{"/preferences/statistics/0/secondary", func(s string, p validate.Profile) error {
			return statistic(Statistic{Name: "a", Secondary: s})(p)
		}},
		{"/preferences/campaigns/0/name", func(s string, p validate.Profile) error {
			return (&Patch{Campaigns: Set(ListOf(Campaign{Name: s}))}).Check(p)
		}},
		{"/id", func(s string, _ validate.Profile) error { return Account{ID: AccountID(s), Currency: "USD"}.Check() }},
		{"/name", func(s string, _ validate.Profile) error { return Account{ID: "a", Currency: "USD", Name: s}.Check() }},
		{"/currency", func(s string, _ validate.Profile) error { return Account{ID: "a", Currency: s}.Check() }},
		{"/name", func(s string, _ validate.Profile) error { return ref(func(r *Reference) { r.Name = s }) }},
		{"/description", func(s string, _ validate.Profile) error { return ref(func(r *Reference) { r.Description = s }) }},
		{"/properties/0/name", func(s string, _ validate.Profile) error {
			return ref(func(r *Reference) { r.Properties = ListOf(Property{Name: s, Value: "x"}) })
		}},
		{"/properties/0/value", func(s string, _ validate.Profile) error {
			return ref(func(r *Reference) { r.Properties = ListOf(Property{Name: "x", Value: s}) })
		}},
	} {
		for _, profile := range []validate.Profile{validate.Strict, validate.Documented} {
			for _, s := range unstorable {
				list := problems(t, text.check(s, profile))
				if len(list) == 0 || !strings.HasPrefix(list[0], text.path+" ") {
					t.Errorf("%s, profile %v, %q: %v", text.path, profile, s, list)
				}
			}
		}
	}
}
