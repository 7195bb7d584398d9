package user

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ca74b63c/roster/validate"
)

func ids[T ~int64](n int) IDSet[T] {
	list := make([]T, n)
	for i := range list {
		list[i] = T(i + 1)
	}
	return IDSetOf(list...)
}

func listed[T comparable](n int, item func(int) T) List[T] {
	items := make([]T, n)
	for i := range items {
		items[i] = item(i)
	}
	return ListOf(items...)
}

// word is a name of letters alone, another one for each number.
func word(i int) string {
	return strings.Map(func(r rune) rune { return r - '0' + 'a' }, ID(i).String())
}

// Each limit stands here as a number: what is at it passes, what is one beyond it is refused by
// name.
func TestEachLimitIsWhatItIs(t *testing.T) {
	account := func(change func(*Account)) func() error {
		a := Account{ID: "acme", Currency: "USD"}
		change(&a)
		return a.Check
	}
	ref := func(change func(*Reference)) func() error {
		r := Reference{Kind: ReferenceSkill, Name: "Dutch"}
		change(&r)
		return r.Check
	}
	patch := func(p Patch) func() error { return func() error { return p.Check(validate.Strict) } }
	property := func(i int) Property { return Property{Name: word(i)} }
	noProperty := func(int) Property { return Property{} }
	statistic := func(i int) Statistic { return Statistic{Name: word(i)} }
	campaign := func(i int) Campaign { return Campaign{Name: word(i)} }
	// A list beyond its limit is one problem, not one an item.
	noStatistic := func(int) Statistic { return Statistic{} }
	noCampaign := func(int) Campaign { return Campaign{} }
	for _, tt := range []struct {
		path   string
		at     func() error
		beyond func() error
	}{
		{"/overdraft", account(func(a *Account) { a.Overdraft = 999_999_999_999_999_999 }), account(func(a *Account) { a.Overdraft = 1e18 })},
		{"/overdraft", account(func(a *Account) { a.Overdraft = 0 }), account(func(a *Account) { a.Overdraft = -1 })},
		{"/maxUsers", account(func(a *Account) { a.MaxUsers = 2_147_483_647 }), account(func(a *Account) { a.MaxUsers = 2_147_483_648 })},
		{"/maxUsers", account(func(a *Account) { a.MaxUsers = 1 }), account(func(a *Account) { a.MaxUsers = -1 })},
		{"/nameReuse/hold", account(func(a *Account) { a.NameReuse.Hold = 1 << 62 }), account(func(a *Account) { a.NameReuse.Hold = 1<<62 + 1 })},
		{"/nameReuse/hold", account(func(a *Account) { a.NameReuse.Hold = 1 }), account(func(a *Account) { a.NameReuse.Hold = -1 })},
		{"/reservationTime", account(func(a *Account) { a.ReservationTime = 1 << 62 }), account(func(a *Account) { a.ReservationTime = 1<<62 + 1 })},
		{"/reservationTime", account(func(a *Account) { a.ReservationTime = 1 }), account(func(a *Account) { a.ReservationTime = -1 })},
		{"/defaultMaxAsyncChats", account(func(a *Account) { a.DefaultMaxAsyncChats = 1_000_000 }), account(func(a *Account) { a.DefaultMaxAsyncChats = 1_000_001 })},
		{"/id", ref(func(r *Reference) { r.ID = math.MaxInt64 }), ref(func(r *Reference) { r.ID = -1 })},
		{"/profile/role", ref(func(r *Reference) { r.Profile = Profile{Role(strings.Repeat("a", 64))} }), ref(func(r *Reference) { r.Profile = Profile{Role(strings.Repeat("a", 65))} })},
		{"/access/granted", patch(Patch{Granted: Set(numbered(32))}), patch(Patch{Granted: Set(numbered(33))})},
		{"/access/roles", patch(Patch{Roles: Set(numbered(32))}), patch(Patch{Roles: Set(numbered(33))})},
		{"/properties", ref(func(r *Reference) { r.Properties = listed(1000, property) }), ref(func(r *Reference) { r.Properties = listed(1001, noProperty) })},
		{"/capacity/maxChats", patch(Patch{MaxChats: Set(1_000_000)}), patch(Patch{MaxChats: Set(1_000_001)})},
		{"/capacity/maxAsyncChats", patch(Patch{MaxAsyncChats: Set(Some(1_000_000))}), patch(Patch{MaxAsyncChats: Set(Some(1_000_001))})},
		{"/capacity/skills", patch(Patch{Skills: Set(ids[SkillID](10_000))}), patch(Patch{Skills: Set(ids[SkillID](10_001))})},
		{"/capacity/skills/0", patch(Patch{Skills: Set(IDSetOf[SkillID](1))}), patch(Patch{Skills: Set(IDSetOf[SkillID](0))})},
		{"/capacity/memberOf", patch(Patch{MemberOf: Set(GroupID(0))}), patch(Patch{MemberOf: Set(GroupID(-1))})},
		{"/preferences/statistics", patch(Patch{Statistics: Set(listed(1000, statistic))}), patch(Patch{Statistics: Set(listed(1001, noStatistic))})},
		{"/preferences/campaigns", patch(Patch{Campaigns: Set(listed(1000, campaign))}), patch(Patch{Campaigns: Set(listed(1001, noCampaign))})},
		{"/preferences/views", Preferences{Views: ids[ViewID](10_000)}.CheckSize, Preferences{Views: ids[ViewID](10_001)}.CheckSize},
		{"/preferences/statistics", Preferences{Statistics: listed(1000, statistic)}.CheckSize, Preferences{Statistics: listed(1001, statistic)}.CheckSize},
		{"/preferences/campaigns", Preferences{Campaigns: listed(1000, campaign)}.CheckSize, Preferences{Campaigns: listed(1001, campaign)}.CheckSize},
	} {
		if err := tt.at(); err != nil {
			t.Errorf("%s at its limit: %v", tt.path, err)
		}
		if err := tt.beyond(); len(problems(t, err)) != 1 || !strings.HasPrefix(problems(t, err)[0], tt.path+" ") {
			t.Errorf("%s beyond its limit: %v", tt.path, err)
		}
	}
}

// The problem of an id says what the least one is, that of too long a list how long one may be.
func TestProblemsSayTheirLimits(t *testing.T) {
	for _, tt := range []struct {
		p    Patch
		want validate.Params
	}{
		{Patch{MemberOf: Set(GroupID(-1))}, validate.Params{}.WithInt("min", 1)},
		{Patch{Skills: Set(IDSetOf[SkillID](-3))}, validate.Params{}.WithInt("min", 1)},
		{Patch{Statistics: Set(listed(1001, func(i int) Statistic { return Statistic{Name: word(i)} }))}, validate.Params{}.WithInt("min", 0).WithInt("max", 1000).WithText("of", "items")},
		{Patch{MaxChats: Set(-1)}, validate.Params{}.WithInt("min", 0).WithInt("max", 1_000_000)},
	} {
		var invalid *validate.Error
		if err := tt.p.Check(validate.Strict); !errors.As(err, &invalid) || !invalid.Problems[0].Params.Equal(tt.want) {
			t.Errorf("%v, want %v", err, tt.want)
		}
	}
	_, err := KeyOf(KeyPID, "")
	if !slices.Equal(problems(t, err), []string{" required"}) {
		t.Errorf("a key of no text: %v", err)
	}
}

// TestARefusedStepChangesNothing checks that a function that returns an error returns the user
// unchanged.
func TestARefusedStepChangesNothing(t *testing.T) {
	deleted := atWork()
	deleted.Lifecycle.Deleted = noon
	erased := deleted
	erased.Lifecycle.Erased = true
	for name, tt := range map[string]struct {
		from User
		step func(User) (User, error)
		want error
	}{
		"delete twice":                 {deleted, func(u User) (User, error) { return Delete(u, NameReuse{}, noon) }, ErrDeleted},
		"restore the living":           {atWork(), Restore, ErrNotDeleted},
		"restore the erased":           {erased, Restore, ErrErased},
		"erase twice":                  {erased, func(u User) (User, error) { return Erase(u, noon) }, ErrErased},
		"release what is not reserved": {atWork(), func(u User) (User, error) { return Unreserve(u, "chat", noon) }, ErrNoSlot},
		"reserve the deleted":          {deleted, func(u User) (User, error) { return Reserve(u, "chat", noon, noon) }, ErrDeleted},
		"delete too late":              {atWork(), func(u User) (User, error) { return Delete(u, NameReuse{}, beyond) }, ErrTime},
		"erase too late":               {atWork(), func(u User) (User, error) { return Erase(u, beyond) }, ErrTime},
		"reserve for too long":         {atWork(), func(u User) (User, error) { return Reserve(u, "chat", noon, beyond) }, ErrTime},
	} {
		got, err := tt.step(tt.from)
		if !errors.Is(err, tt.want) || !got.Equal(tt.from) {
			t.Errorf("%s: %v\n%s", name, err, cmp.Diff(Diff(User{}, tt.from), Diff(User{}, got)))
		}
	}
}

// To be offline or enabled is no loss, even where a lost role makes everything be looked at anew.
func TestBeingOfflineOrEnabledIsNeverLost(t *testing.T) {
	u := atWork()
	u.Access.Disabled, u.Access.DisabledManually = true, true
	out := must(Patch{Roles: Set(RolesOf(Admin)), Enabled: Set(true), Status: Set(Offline)}.Apply(u, facts()))
	want := AttributesOf(AttrEnabled, AttrDisabledManually, AttrStatus)
	if want.Without(out.Changed) != 0 || out.Lost.HasAny(want) || !out.Lost.Has(AttrProfiles) {
		t.Errorf("changed %v, lost %v", out.Changed, out.Lost)
	}
	u = User{ID: 1, Access: Access{Granted: RolesOf(Admin), Roles: RolesOf(Admin)}}
	if out = must(Patch{Roles: Clear[Roles]()}.Apply(u, facts())); out.Lost != AttributesOf(AttrGranted, AttrRoles) {
		t.Errorf("the last role: lost %v", out.Lost)
	}
	if out = must(Patch{Roles: Set(RolesOf(Agent))}.Apply(u, facts())); out.Lost != 0 {
		t.Errorf("one role for another: lost %v", out.Lost)
	}
}

// Groups that stay, in whatever order they are kept, are no change.
func TestManagedGroupsAreComparedAsASet(t *testing.T) {
	ascending := Management{ListOf(Assignment{1, noon}, Assignment{2, noon})}
	for _, tt := range []struct {
		m    Management
		same bool
	}{
		{Management{ListOf(Assignment{1, noon.Add(1)}, Assignment{2, noon})}, true},
		{Management{ListOf(Assignment{2, noon}, Assignment{1, noon})}, true},
		{Management{ListOf(Assignment{1, noon}, Assignment{3, noon})}, false},
		{Management{ListOf(Assignment{1, noon})}, false},
		{Management{ListOf(Assignment{3, noon}, Assignment{4, noon})}, false},
	} {
		if got := ascending.sameGroups(tt.m); got != tt.same {
			t.Errorf("%v: same %v", tt.m, got)
		}
	}
}

// numbered returns n roles of a host.
func numbered(n int) Roles {
	list := make([]Role, n)
	for i := range list {
		list[i] = Role(fmt.Sprint("role_", i))
	}
	return RolesOf(list...)
}
