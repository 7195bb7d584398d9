package user

import (
	"slices"
	"strings"
	"testing"

	"github.com/ca74b63c/roster/validate"
)

// TestUnstorableTextsAreRefused: the texts of lists, accounts and reference data are refused at
// their path, under each profile, if they are not valid UTF-8 without NUL.
// TestEveryTextAttributeHasARule proves it for the other texts of a patch.
func TestUnstorableTextsAreRefused(t *testing.T) {
	for _, s := range []string{"a\x00b", "\x00", "a\xffb", "\xed\xa0\x80", "\xc3"} {
		lists := Patch{
			Statistics: Set(ListOf(Statistic{Name: s, Option: s, Secondary: s})), Campaigns: Set(ListOf(Campaign{Name: s})),
		}
		for _, tt := range []struct {
			err  error
			want string
		}{
			{lists.Check(validate.Strict), "campaigns/0/name statistics/0/name statistics/0/option statistics/0/secondary"},
			{lists.Check(validate.Documented), "campaigns/0/name statistics/0/name statistics/0/option statistics/0/secondary"},
			{Account{ID: AccountID(s), Name: s, Currency: s}.Check(), "currency id name"},
			{
				Reference{Kind: ReferenceSkill, Name: s, Description: s, Properties: ListOf(Property{s, s})}.Check(),
				"description name properties/0/name properties/0/value",
			},
		} {
			var paths []string
			for _, problem := range problems(t, tt.err) {
				path, _, _ := strings.Cut(problem, " ")
				paths = append(paths, strings.TrimPrefix(strings.TrimPrefix(path, "/preferences"), "/"))
			}
			if got := strings.Join(slices.Compact(paths), " "); got != tt.want {
				t.Errorf("%q: %s, want %s", s, got, tt.want)
			}
		}
	}
}
