package permission_test

import (
	"slices"
	"testing"

	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/user"
)

// scopes are one of each sort.
var scopes = []permission.Scope{
	permission.Anybody, permission.AnyUser, permission.Self, permission.ManagedGroup, permission.SameAs(user.AttrMemberOf),
	permission.SameAs(user.AttrGroups), permission.SameAs(user.AttrProfiles), permission.SameAs(user.AttrPermissionGroups),
	permission.SameAs(user.AttrApplications), permission.SameAs(user.AttrLinesOfBusiness), permission.SameCustom("site"),
}

// memberships are some that have values in common, and some that have none.
var memberships = []permission.Membership{
	{},
	{Groups: user.IDSetOf[user.GroupID](1, 3, 5), LinesOfBusiness: user.IDSetOf[user.LineOfBusinessID](1)},
	{Groups: user.IDSetOf[user.GroupID](2, 3), Profiles: user.IDSetOf[user.ProfileID](7), Custom: site("Berlin")},
	{Groups: user.IDSetOf[user.GroupID](4), Profiles: user.IDSetOf[user.ProfileID](7), Custom: site("Riga")},
	{PermissionGroups: user.IDSetOf[user.PermissionGroupID](1, 2), Custom: site("Berlin").With("shift_start", user.TextValue("08:00"))},
	{PermissionGroups: user.IDSetOf[user.PermissionGroupID](2, 9), Applications: user.IDSetOf[user.ApplicationID](1)},
	{Applications: user.IDSetOf[user.ApplicationID](1, 2), Custom: user.Custom{}.With("team", user.TextValue("Berlin"))},
	{LinesOfBusiness: user.IDSetOf[user.LineOfBusinessID](1, 4)},
	{PermissionGroups: user.IDSetOf[user.PermissionGroupID](2)},
}

func site(name string) user.Custom { return user.Custom{}.With("site", user.TextValue(name)) }

// inCommon says by the elements one by one whether two sets share one.
func inCommon[T ~int64](a, b user.IDSet[T]) bool {
	return slices.ContainsFunc(a.Slice(), func(id T) bool { return slices.Contains(b.Slice(), id) })
}

// A row for the same value of an attribute reaches the targets that have one in common with the
// actor, and no target without a value.
func TestSameValueOfAnAttribute(t *testing.T) {
	allowed := map[permission.Scope]int{}
	for _, scope := range scopes[4:] {
		p := policyOf(t, []permission.Row{
			{Name: "same", Actions: actions("recording.listen"), Roles: roles("quality_analyst"), Scope: scope},
		}...)
		for _, a := range memberships {
			for _, b := range memberships {
				for group := range user.GroupID(3) {
					who := actor(1, "quality_analyst")
					who.Group, who.Membership = 1, a
					of := target(2)
					of.Group, of.Membership = group, b
					x, _ := a.Custom.Get("site")
					y, _ := b.Custom.Get("site")
					want := map[permission.Scope]bool{
						permission.SameAs(user.AttrMemberOf):         group == 1,
						permission.SameAs(user.AttrGroups):           inCommon(a.Groups, b.Groups),
						permission.SameAs(user.AttrProfiles):         inCommon(a.Profiles, b.Profiles),
						permission.SameAs(user.AttrPermissionGroups): inCommon(a.PermissionGroups, b.PermissionGroups),
						permission.SameAs(user.AttrApplications):     inCommon(a.Applications, b.Applications),
						permission.SameAs(user.AttrLinesOfBusiness):  inCommon(a.LinesOfBusiness, b.LinesOfBusiness),
						permission.SameCustom("site"):                x == y && !x.IsZero(),
					}[scope]
					rule := ruleOf(t, p.Check(ctx, permission.Request{Action: "recording.listen", Actor: who, Target: of}))
					if (rule == "") != want || !want && rule != permission.RuleNotSame {
						t.Errorf("%s: %+v for %+v in group %d: rule %q, want %t", scope, a, b, group, rule, want)
					}
					if want {
						allowed[scope]++
					}
				}
			}
		}
		who := permission.Request{Action: "recording.listen", Actor: actor(1, "quality_analyst")}
		if reach, err := p.Scope(ctx, who); err != nil || len(reach.Subsets) > 0 {
			t.Errorf("%s: an actor without a value reaches %+v, %v", scope, reach, err)
		}
	}
	if len(allowed) != len(scopes)-4 {
		t.Errorf("only %v were ever allowed", allowed)
	}
}

// Values are the same if their texts are, as in the lists that a storage finds.
func TestSameCustomComparesTexts(t *testing.T) {
	p := policyOf(t, []permission.Row{
		{Name: "same", Actions: actions("recording.listen"), Roles: roles(user.Agent), Scope: permission.SameCustom("level")},
	}...)
	r := permission.Request{Action: "recording.listen", Actor: actor(1, user.Agent), Target: target(2)}
	r.Actor.Custom = user.Custom{}.With("level", user.NumberValue(3))
	for text, want := range map[string]bool{"3": true, "4": false} {
		r.Target.Custom = user.Custom{}.With("level", user.TextValue(text))
		if got := p.Check(ctx, r) == nil; got != want {
			t.Errorf("3 and %q: %t", text, got)
		}
	}
}

// The reach of rows for the same value is limited by the value of the actor, so that lists find the
// users by an index. Rows of several sorts are judged one by one, and so are several ids.
func TestReachByAValue(t *testing.T) {
	const analyst = "quality_analyst"
	reads := actions(permission.UserRead)
	same := permission.Row{Name: "same", Actions: reads, Roles: roles(analyst), Scope: permission.SameCustom("site"), Targets: roles(user.Agent)}
	team := permission.Row{Name: "team", Actions: reads, Roles: roles(analyst), Scope: permission.SameCustom("team")}
	self := permission.Row{Name: "self", Actions: reads, Everyone: true, Scope: permission.Self}
	group := permission.Row{Name: "group", Actions: reads, Roles: roles(analyst), Scope: permission.SameAs(user.AttrMemberOf)}
	lobs := permission.Row{Name: "lobs", Actions: reads, Roles: roles(analyst), Scope: permission.SameAs(user.AttrLinesOfBusiness)}
	who := actor(1, analyst)
	who.Custom, who.Group = site("Riga").With("team", user.TextValue("blue")), 3
	who.LinesOfBusiness, who.Groups = user.IDSetOf[user.LineOfBusinessID](1), user.IDSetOf[user.GroupID](1, 2)
	groups := lobs
	groups.Name, groups.Scope = "groups", permission.SameAs(user.AttrGroups)
	lob, other := permission.Shared{Attribute: user.AttrLinesOfBusiness, ID: 1}, permission.Shared{Attribute: user.AttrLinesOfBusiness, ID: 2}
	second := scoper{reach: permission.Reach{Subsets: []user.Subset{{}}, Shared: other}}
	policy := func(rows ...permission.Row) *permission.Policy { return policyOf(t, rows...) }
	every := scoper{reach: permission.Reach{Subsets: []user.Subset{{}}}}
	berlin := scoper{reach: permission.Reach{Subsets: []user.Subset{{}}, Custom: site("Berlin")}}
	nothing := policy(permission.Row{Name: "x", Actions: reads, Roles: roles(user.Admin)})
	both, no, none := site("Riga").With("team", user.TextValue("blue")), user.Custom{}, permission.Shared{}
	for name, tt := range map[string]struct {
		a       permission.Authorizer
		shared  permission.Shared
		custom  user.Custom
		subsets int
		each    bool
	}{
		"one id":                      {policy(lobs), lob, no, 1, false},
		"one id and the own user":     {policy(lobs, self), lob, no, 1, false},
		"two ids":                     {policy(groups), none, no, 1, true},
		"two attributes":              {policy(lobs, groups), none, no, 1, true},
		"one id and a custom value":   {policy(lobs, same), none, no, 1, true},
		"one id and the agent group":  {policy(lobs, group), none, no, 1, true},
		"all of one id and all users": {permission.All(every, policy(lobs)), lob, no, 1, false},
		"all of the same id":          {permission.All(policy(lobs), policy(lobs, self)), lob, no, 1, false},
		"all of two ids":              {permission.All(policy(lobs), second), lob, no, 1, true},
		"all of one id and no limit":  {permission.All(policy(lobs), every), lob, no, 1, false},
		"any of the same id":          {permission.Any(policy(lobs), policy(lobs, self)), lob, no, 1, false},
		"any of two ids":              {permission.Any(policy(lobs), second), none, no, 1, true},
		"a custom value":              {policy(same), none, site("Riga"), 1, false},
		"and the own user":            {policy(same, self), none, site("Riga"), 2, false},
		"two custom values":           {policy(same, team), none, no, 1, true},
		"the agent group":             {policy(group), none, no, 1, false},
		"and a custom attribute":      {policy(group, same), none, no, 2, true},
		"all of two custom values":    {permission.All(policy(same), policy(team)), none, both, 1, false},
		"all of two sites":            {permission.All(policy(same), berlin), none, no, 0, false},
		"any of the same value":       {permission.Any(policy(same), policy(same, self)), none, site("Riga"), 2, false},
		"any of two sites":            {permission.Any(policy(same), berlin), none, no, 1, true},
		"any of nothing and one":      {permission.Any(nothing, policy(same)), none, site("Riga"), 1, false},
		"any of one and nothing":      {permission.Any(policy(same), nothing), none, site("Riga"), 1, false},
		"behind rules about power":    {permission.Guarded(policy(same), permission.StandardSelfRules()), none, site("Riga"), 1, false},
	} {
		got, err := permission.ReachOf(ctx, tt.a, permission.Request{Action: permission.UserRead, Actor: who})
		if err != nil || got.Shared != tt.shared || !got.Custom.Equal(tt.custom) || len(got.Subsets) != tt.subsets || got.Each != tt.each {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	if (permission.Shared{Attribute: user.AttrMemberOf, ID: 1}).Has(user.User{}) || !(permission.Shared{}).Has(user.User{}) {
		t.Error("Shared.Has")
	}
	unnamed := permission.Request{Action: "Not A Name", Actor: permission.Actor{System: true}}
	if reach, err := policyOf(t, lobs).Scope(ctx, unnamed); err != nil || len(reach.Subsets) > 0 {
		t.Errorf("an action that is no name reaches %+v, %v", reach, err)
	}
}
