package user

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/ca74b63c/roster/validate"
	"github.com/google/go-cmp/cmp"
)

func sorted(list []string) []string { return slices.Sorted(slices.Values(list)) }

// problems lists an error's problems as "path code", in their order.
func problems(t *testing.T, err error) []string {
	t.Helper()
	if err == nil {
		return nil
	}
	var invalid *validate.Error
	if !errors.As(err, &invalid) {
		t.Fatalf("error %v is no *validate.Error", err)
	}
	var list []string
	for _, p := range invalid.Problems {
		list = append(list, p.Path+" "+string(p.Code))
	}
	return list
}

// texts are the attributes of a patch that are texts.
func texts() (list Attributes) {
	for a := range Patchable().All() {
		if fieldOf(new(Patch), a).Type() == reflect.TypeFor[Field[string]]() {
			list |= AttributesOf(a)
		}
	}
	return list
}

func TestEveryTextAttributeHasARule(t *testing.T) {
	var all Patch
	full := crowded()
	for a := range texts().All() {
		attributes[a].keep(&all, &full)
		good := fieldOf(&all, a).Interface().(Field[string])
		path := a.Path()
		required := map[Attribute][]string{AttrLogin: {path + " required"}}[a]
		for _, tt := range []struct {
			field Field[string]
			want  []string
		}{
			{good, nil}, {Field[string]{}, nil}, {Set(""), required}, {Clear[string](), required},
			{Set(good.value + "\x00"), []string{path + " control_character"}},
			{Set(good.value + "\xff"), []string{path + " invalid_utf8"}},
			{Set(strings.Repeat("a", 1<<20)), []string{path + " too_long"}},
		} {
			for _, profile := range []validate.Profile{validate.Strict, validate.Documented} {
				var p Patch
				fieldOf(&p, a).Set(reflect.ValueOf(tt.field))
				if d := cmp.Diff(tt.want, problems(t, p.Check(profile))); d != "" {
					t.Errorf("%v (%v) %.20q: %s", a, profile, tt.field.value, d)
				}
			}
		}
	}
	if all = Replacement(full); all.Check(validate.Strict) != nil {
		t.Errorf("a user with every attribute: %v", all.Check(validate.Strict))
	}
}

func TestEveryProblemAtOnce(t *testing.T) {
	many := make([]SkillID, MaxIDs+1)
	for i := range many {
		many[i] = SkillID(i - 5)
	}
	p := Patch{
		MaxChats: Set(-1), MaxAsyncChats: Set(Some(MaxChatsLimit + 1)), Kind: Set(numKinds), Status: Set(numStatuses),
		Roles: Set(RolesOf("No Role")), Granted: Set(RolesOf(Agent).Complement()), MemberOf: Set(GroupID(-1)),
		Skills: Set(IDSetOf(many...)), Queues: Set(IDSetOf[QueueID](-2, 0, 1)), ManagerOf: Set(IDSetOf[GroupID](0)),
		Views: Set(IDSetOf[ViewID](0)), Profiles: Set(IDSetOf[ProfileID](0)), Groups: Set(IDSetOf[GroupID](0)),
		PermissionGroups: Set(IDSetOf[PermissionGroupID](0)), Applications: Set(IDSetOf[ApplicationID](0)),
		LinesOfBusiness: Set(IDSetOf[LineOfBusinessID](0)), Devices: Set(IDSetOf[DeviceID](0)),
		Statistics: Set(ListOf(
			Statistic{"calls", "", "", true}, Statistic{"a1", "!", "?", false}, Statistic{"calls", "", "", false},
			Statistic{"calls", "", "x", false},
		)),
		Campaigns: Set(ListOf(Campaign{"a^b", true}, Campaign{"spring", true}, Campaign{"spring", false})),
	}
	var want []string
	for a := range texts().All() {
		fieldOf(&p, a).Set(reflect.ValueOf(Set("\x00")))
		code := " control_character"
		switch a {
		case AttrEmail, AttrPhone, AttrLanguage, AttrDateFormat:
			code = " too_short"
		}
		want = append(want, a.Path()+code)
	}
	want = append(want,
		"/access/applications/0 out_of_range", "/access/devices/0 out_of_range", "/access/granted invalid",
		"/access/groups/0 out_of_range", "/access/linesOfBusiness/0 out_of_range",
		"/access/permissionGroups/0 out_of_range", "/access/profiles/0 out_of_range", "/access/roles invalid",
		"/capacity/maxAsyncChats out_of_range", "/capacity/maxChats out_of_range", "/capacity/memberOf out_of_range",
		"/capacity/queues/0 out_of_range", "/capacity/queues/1 out_of_range", "/capacity/skills out_of_range",
		"/identity/kind unknown", "/management/managerOf/0 out_of_range",
		"/preferences/campaigns/0/name pattern", "/preferences/campaigns/2 duplicate",
		"/preferences/statistics/1/name pattern", "/preferences/statistics/1/option pattern",
		"/preferences/statistics/1/secondary pattern", "/preferences/statistics/2 duplicate",
		"/preferences/views/0 out_of_range", "/presence/status unknown",
	)
	got := problems(t, p.Check(validate.Strict))
	if d := cmp.Diff(want, got, cmp.Transformer("sorted", sorted)); d != "" {
		t.Error(d)
	}
}

func TestStatisticAndCampaignChecks(t *testing.T) {
	// documented, Omnidesk: ^[a-zA-Z\_]+$ for the name, ^[0-9a-zA-Z]+$ with default "" for both
	// options.
	if err := (Statistic{Name: "open_tickets"}).Check(validate.Strict); err != nil {
		t.Error(err)
	}
	want := []string{
		"/preferences/statistics/name required", "/preferences/statistics/option pattern",
		"/preferences/statistics/secondary pattern",
	}
	if d := cmp.Diff(want, problems(t, Statistic{"", "-", " ", true}.Check(validate.Strict))); d != "" {
		t.Error(d)
	}
	if err := (Campaign{Name: "spring-2025_b"}).Check(validate.Documented); err != nil {
		t.Error(err)
	}
	if d := cmp.Diff([]string{"/preferences/campaigns/name pattern"}, problems(t, Campaign{Name: "a^b"}.Check(validate.Strict))); d != "" {
		t.Error(d)
	}
}

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
