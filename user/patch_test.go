package user

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/ca74b63c/roster/validate"
	"github.com/google/go-cmp/cmp"
)

// fieldOf returns the patch's field for an attribute, which has the attribute's name.
func fieldOf(p *Patch, a Attribute) reflect.Value {
	return reflect.ValueOf(p).Elem().FieldByNameFunc(func(name string) bool { return strings.EqualFold(name, a.String()) })
}

// clearing returns a patch that clears one attribute.
func clearing(t *testing.T, a Attribute) (p Patch) {
	t.Helper()
	if err := attributes[a].read(&p, []byte("null")); err != nil || fieldOf(&p, a).IsZero() {
		t.Fatalf("%v: %v, and the patch is %+v", a, err, p)
	}
	return p
}

func TestFieldStates(t *testing.T) {
	for name, tt := range map[string]struct {
		f        Field[int]
		value    int
		ok, kept bool
	}{"zero": {Field[int]{}, 0, false, true}, "set": {Set(7), 7, true, false}, "cleared": {Clear[int](), 0, false, false}} {
		if v, ok := tt.f.Get(); v != tt.value || ok != tt.ok || tt.f.Kept() != tt.kept {
			t.Errorf("%s: %d, %t, kept %t", name, v, ok, tt.f.Kept())
		}
	}
}

func TestReplacementMakesOneUserTheOther(t *testing.T) {
	// documented, LivePerson: "Need to add a body full of other attributes and if certain
	// attributes are missing from the body, they will be deleted."
	agentOnly := User{Identity: Identity{Login: "b"}, Access: Access{Profiles: IDSetOf(agents), Roles: RolesOf(Agent)}}
	users := map[string]User{
		"crowded": atWork(), "agent": agentOnly, "empty": {},
		"disabled": {Access: Access{Disabled: true}},
	}
	for name, u := range users {
		for from, v := range users {
			p := Replacement(u)
			if got := p.Attributes(); got != Patchable().Without(AttributesOf(AttrRoles)) {
				t.Errorf("a replacement names %v", got)
			}
			out := must(p.Apply(v, facts()))
			if d := ChangedAttributes(u, out.After) & Patchable(); d != 0 {
				t.Errorf("%s to %s: %v differ", from, name, d)
			}
			want := Attributes(0)
			for a := range Patchable().Without(neverLost).All() {
				if !attributes[a].equal(&v, &unset) && attributes[a].equal(&u, &unset) {
					want |= 1 << a
				}
			}
			if out.Lost != want {
				t.Errorf("%s to %s: Lost = %v, want %v", from, name, out.Lost, want)
			}
		}
	}
}

func TestLostNamesWhatWentAndNothingElse(t *testing.T) {
	out, err := Patch{
		Email: Set("other@example.com"), Phone: Clear[string](), Mobile: Set(""), PID: Set("pid-1"),
		Status: Set(Offline), ChatSound: Set(false),
	}.Apply(atWork(), facts())
	if err != nil {
		t.Fatal(err)
	}
	if want := AttributesOf(AttrPhone, AttrMobile, AttrChatSound); out.Lost != want {
		t.Errorf("Lost = %v, want %v", out.Lost, want)
	}
	if want := AttributesOf(AttrEmail, AttrPhone, AttrMobile, AttrStatus, AttrChatSound); out.Changed != want {
		t.Errorf("Changed = %v, want %v", out.Changed, want)
	}
}

func TestEnabledAndDisabledManually(t *testing.T) {
	// documented, LivePerson: "If isEnabled is changed and disabledManually is not provided,
	// disabledManually will automatically be set to the opposite of isEnabled."
	type state struct{ Enabled, Manually bool }
	yes, no := Set(true), Set(false)
	tests := []struct {
		name  string
		from  state
		patch Patch
		want  state
	}{
		{"disabled", state{true, false}, Patch{Enabled: no}, state{false, true}},
		{"enabled", state{false, true}, Patch{Enabled: yes}, state{true, false}},
		{"enabled by clearing", state{false, true}, Patch{Enabled: Clear[bool]()}, state{true, false}},
		{"not changed, so nothing follows", state{false, false}, Patch{Enabled: no}, state{false, false}},
		{"not changed, so nothing follows either", state{true, true}, Patch{Enabled: yes}, state{true, true}},
		{"disabledManually is provided", state{true, false}, Patch{Enabled: no, DisabledManually: no}, state{false, false}},
		{"disabledManually is cleared", state{true, true}, Patch{Enabled: no, DisabledManually: Clear[bool]()}, state{false, false}},
		{"disabledManually alone", state{true, false}, Patch{DisabledManually: yes}, state{true, true}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			u := User{Access: Access{Disabled: !tt.from.Enabled, DisabledManually: tt.from.Manually}}
			out := must(tt.patch.Apply(u, facts()))
			got := state{out.After.Enabled(), out.After.Access.DisabledManually}
			if got != tt.want || out.Changed != ChangedAttributes(u, out.After) || out.Lost.HasAny(neverLost) {
				t.Errorf("got %v, changed %v, lost %v; want %v", got, out.Changed, out.Lost, tt.want)
			}
		})
	}
}

func TestAssignmentDatesAreTheLibrarys(t *testing.T) {
	// documented, LivePerson: "assignmentDate (date, read only)"
	u := atWork() // member of 1, manager of 1 and 2, since noon
	f := facts()
	f.Now = time.Date(2025, 6, 22, 15, 0, 0, 1999, noonZone)
	now := time.Date(2025, 6, 22, 13, 0, 0, 1000, time.UTC)

	out := must(Patch{MemberOf: Set(GroupID(1)), ManagerOf: Set(IDSetOf[GroupID](3, 2))}.Apply(u, f))
	if got := out.After.Capacity.MemberOf; got != (Assignment{1, noon}) {
		t.Errorf("the date of a group that stays is %v", got)
	}
	want := []Assignment{{2, noon}, {3, now}}
	if d := cmp.Diff(want, out.After.Management.ManagerOf.Slice()); d != "" {
		t.Error(d)
	}
	out = must(Patch{MemberOf: Set(GroupID(4))}.Apply(u, f))
	if got := out.After.Capacity.MemberOf; got != (Assignment{4, now}) {
		t.Errorf("the date of a new group is %v; want now, in UTC and microseconds", got)
	}
	if !out.After.Manages(2) || out.After.Manages(3) {
		t.Error("Manages")
	}
}

// TestNamesAreKeptComposed: whichever way a name was typed, the user has it in NFC, and the same
// name is no change.
func TestNamesAreKeptComposed(t *testing.T) {
	decomposed := Set("Jose\u0301")
	p := Patch{
		Login: decomposed, FirstName: decomposed, LastName: decomposed, FullName: decomposed, DisplayName: decomposed,
	}
	for _, profile := range []validate.Profile{validate.Strict, validate.Documented} {
		if err := p.Check(profile); err != nil {
			t.Errorf("%s: %v", profile, err)
		}
	}
	u := must(p.Apply(User{}, Facts{})).After
	const composed = "Jos\u00e9"
	if u.Identity.Login != composed || u.Names != (Names{composed, composed, composed, composed}) {
		t.Errorf("%+q, %+q", u.Identity.Login, u.Names)
	}
	if again := must(p.Apply(u, Facts{})); again.Changed != 0 {
		t.Errorf("changed %s", again.Changed)
	}
}
