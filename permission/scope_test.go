package permission_test

import (
	"slices"
	"strings"
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
		p := policyOf(t, permission.Row{Name: "same", Actions: actions("recording.listen"), Roles: roles("quality_analyst"), Scope: scope})
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
	p := policyOf(t, permission.Row{
		Name: "same", Actions: actions("recording.listen"), Roles: roles(user.Agent), Scope: permission.SameCustom("level"),
	})
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
	no, none := user.Custom{}, permission.Shared{}
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
		"all of two custom values":    {permission.All(policy(same), policy(team)), none, site("Riga"), 1, true},
		"all of two sites":            {permission.All(policy(same), berlin), none, site("Riga"), 1, true},
		"all of all and one value":    {permission.All(every, policy(same)), none, site("Riga"), 1, false},
		"all of one value and all":    {permission.All(policy(same), every), none, site("Riga"), 1, false},
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

// policyOf returns the policy of the rows, with the name "p".
func policyOf(t *testing.T, rows ...permission.Row) *permission.Policy {
	t.Helper()
	return newPolicy(t, permission.Spec{Name: "p", Rows: rows})
}

// newPolicy returns the policy that spec describes.
func newPolicy(t testing.TB, spec permission.Spec) *permission.Policy {
	t.Helper()
	p, err := permission.New(spec)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// Each custom attribute has an action of its own, as far as a name of an action is long enough.
func TestTheActionOfACustomAttribute(t *testing.T) {
	long := "a" + strings.Repeat("b", 52)
	for name, want := range map[string]permission.Action{
		"shift_start": "custom.set.shift_start", "a.b": "custom.set.a.b", long: permission.Action("custom.set." + long),
		long + "b": permission.CustomSet, "Site": permission.CustomSet, "": "custom.set.",
	} {
		if got := permission.CustomSetOf(name); got != want {
			t.Errorf("%q: %s, want %s", name, got, want)
		}
	}
}

// A row for custom.set is for every custom attribute, a row for custom.set.shift_start for one.
func TestRowsForOneCustomAttribute(t *testing.T) {
	custom := attrs(user.AttrCustom)
	p := policyOf(t,
		permission.Row{Name: "all", Actions: actions(permission.CustomSet), Roles: roles(user.Admin)},
		permission.Row{Name: "shifts", Actions: actions("custom.set.shift_start"), Roles: roles("team_lead")},
		permission.Row{Name: "levels", Actions: actions("custom.set.level", "ticket.close"), Roles: roles("coach")},
	)
	for _, tt := range []struct {
		role   user.Role
		action permission.Action
		rule   string
	}{
		{user.Admin, permission.CustomSet, ""},
		{user.Admin, "custom.set.site", ""},
		{"team_lead", "custom.set.shift_start", ""},
		{"team_lead", "custom.set.site", permission.RuleNoPermission},
		{"team_lead", permission.CustomSet, permission.RuleNoPermission},
		{"coach", "custom.set.level", ""},
		{"coach", "ticket.close", ""},
		{user.Admin, "custom.set.level", ""},
		{"team_lead", "custom.setup", permission.RuleNotInPolicy},
	} {
		r := permission.Request{Action: tt.action, Actor: actor(1, tt.role), Target: target(2), Attributes: custom}
		if rule := ruleOf(t, p.Check(ctx, r)); rule != tt.rule {
			t.Errorf("%s, %s: rule %q, want %q", tt.role, tt.action, rule, tt.rule)
		}
		if e := p.Explain(ctx, r); e.Scoped || e.Allowed != (tt.rule == "") || e.Allowed && e.Rule != map[user.Role]string{user.Admin: "all", "team_lead": "shifts", "coach": "levels"}[tt.role] {
			t.Errorf("%s, %s: %v", tt.role, tt.action, e)
		}
	}
	none := policyOf(t, permission.Row{Name: "read", Actions: actions(permission.UserRead), Roles: roles(user.Admin)})
	r := permission.Request{Action: "custom.set.site", Actor: actor(1, user.Admin), Target: target(2), Attributes: custom}
	if rule := ruleOf(t, none.Check(ctx, r)); rule != permission.RuleNotInPolicy {
		t.Error(rule)
	}
	var zero *permission.Policy
	if zero.Check(ctx, r) == nil || new(permission.Policy).Check(ctx, r) == nil {
		t.Error("a policy without rows allows it")
	}
}

// No row lets an actor choose which users another row reaches, by a change of the own value that
// the row compares. A row that lets the actor change the value for every user does.
func TestNoActorChoosesItsReach(t *testing.T) {
	const own, another = 1, 2
	lead := roles("team_lead")
	sameSite := permission.Row{Name: "reads", Actions: actions(permission.UserRead), Roles: roles("quality_analyst"), Scope: permission.SameCustom("site")}
	sameAs := func(a user.Attribute) permission.Row {
		row := sameSite
		row.Scope = permission.SameAs(a)
		return row
	}
	row := func(a permission.Action, s permission.Scope) permission.Row {
		return permission.Row{Name: "writes", Actions: actions(a), Roles: lead, Scope: s}
	}
	for _, tt := range []struct {
		name      string
		reads     permission.Row
		writes    permission.Row
		action    permission.Action
		attribute user.Attribute
		target    user.ID
		rule      string
	}{
		{"the own site, by a row for oneself", sameSite, row(permission.CustomSet, permission.Self), "custom.set.site", user.AttrCustom, own, permission.RuleOwnReach},
		{"the own site, by its name", sameSite, row("custom.set.site", permission.Self), "custom.set.site", user.AttrCustom, own, permission.RuleOwnReach},
		{"all own values", sameSite, row(permission.CustomSet, permission.Self), permission.CustomSet, user.AttrCustom, own, permission.RuleOwnReach},
		{"the own shift", sameSite, row(permission.CustomSet, permission.Self), "custom.set.shift_start", user.AttrCustom, own, ""},
		{"the own shift, by its name", sameSite, row("custom.set.shift_start", permission.Self), "custom.set.shift_start", user.AttrCustom, own, ""},
		{"the own site, as a member of a managed group", sameSite, row("custom.set.site", permission.ManagedGroup), "custom.set.site", user.AttrCustom, own, permission.RuleOwnReach},
		{"the site of a member of a managed group", sameSite, row("custom.set.site", permission.ManagedGroup), "custom.set.site", user.AttrCustom, another, ""},
		{"the own site, by a row for all users", sameSite, row("custom.set.site", permission.AnyUser), "custom.set.site", user.AttrCustom, own, ""},
		{"the own site, by a row for all", sameSite, row("custom.set.site", permission.Anybody), "custom.set.site", user.AttrCustom, own, ""},
		{"the own groups", sameAs(user.AttrGroups), row(permission.UserUpdate, permission.Self), permission.UserUpdate, user.AttrGroups, own, permission.RuleOwnReach},
		{"all own values, of which no row compares one", sameAs(user.AttrGroups), row(permission.CustomSet, permission.Self), permission.CustomSet, user.AttrCustom, own, ""},
		{"the own name", sameAs(user.AttrGroups), row(permission.UserUpdate, permission.Self), permission.UserUpdate, user.AttrFirstName, own, ""},
		{"the own applications, which no row compares", sameAs(user.AttrGroups), row(permission.UserUpdate, permission.Self), permission.UserUpdate, user.AttrApplications, own, ""},
		{"the own agent group", sameAs(user.AttrMemberOf), row(permission.UserUpdate, permission.Self), permission.UserUpdate, user.AttrMemberOf, own, permission.RuleOwnReach},
		{"the own profiles", sameAs(user.AttrProfiles), row(permission.RolesSet, permission.Self), permission.RolesSet, user.AttrRoles, own, permission.RuleOwnReach},
		{"the own roles", sameAs(user.AttrGroups), row(permission.RolesSet, permission.Self), permission.RolesSet, user.AttrRoles, own, ""},
	} {
		p := policyOf(t, tt.reads, tt.writes)
		a, to := actor(own, "team_lead"), target(tt.target)
		a.Manages, to.Group = user.ListOf(user.Assignment{Group: 7}), 7
		r := permission.Request{Action: tt.action, Actor: a, Target: to, Attributes: attrs(tt.attribute)}
		err := p.Check(ctx, r)
		if rule := ruleOf(t, err); rule != tt.rule {
			t.Errorf("%s: rule %q, want %q", tt.name, rule, tt.rule)
		}
		if err != nil && (!strings.Contains(err.Error(), "needs a row for every user") || permission.Reason(err.(*permission.Denied).Reason).Attributes != attrs(tt.attribute)) {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}

// A row for the own user lets no actor manage a group.
func TestNoActorMakesItselfAManager(t *testing.T) {
	manager := attrs(user.AttrManagerOf)
	change := permission.Change{
		Actor: actor(1, "team_lead"), Target: target(1), After: target(1), Named: manager, Changed: manager, Manages: []user.GroupID{7},
	}
	check := func(p *permission.Policy) (err error) {
		for r := range change.Requests() {
			if err == nil {
				err = p.Check(ctx, r)
			}
		}
		return err
	}
	row := permission.Row{Name: "own", Actions: actions(permission.UserUpdate), Everyone: true, Scope: permission.Self}
	if rule := ruleOf(t, check(policyOf(t, row))); rule != permission.RuleNotSelf {
		t.Errorf("rule %q", rule)
	}
	row.Everyone, row.Roles, row.Scope = false, roles("team_lead"), permission.AnyUser
	if err := check(policyOf(t, row)); err != nil {
		t.Error(err)
	}
}
