package permission_test

import (
	"strings"
	"testing"

	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/user"
)

func policyOf(t *testing.T, rows ...permission.Row) *permission.Policy {
	t.Helper()
	p, err := permission.New(permission.Spec{Name: "p", Rows: rows})
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
		{user.Admin, "custom.set.shift_start", ""},
		{"team_lead", "custom.set.shift_start", ""},
		{"team_lead", "custom.set.site", permission.RuleNoPermission},
		{"team_lead", permission.CustomSet, permission.RuleNoPermission},
		{"team_lead", "custom.set.level", permission.RuleNoPermission},
		{"coach", "custom.set.level", ""},
		{"coach", "custom.set.shift_start", permission.RuleNoPermission},
		{"coach", "ticket.close", ""},
		{user.Admin, "custom.set.level", ""},
		{user.Admin, "ticket.close", permission.RuleNoPermission},
		{"team_lead", "custom.setup", permission.RuleNotInPolicy},
		{user.Admin, "custom.setup", permission.RuleNotInPolicy},
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
	var nobody *permission.Policy
	if nobody.Check(ctx, r) == nil || new(permission.Policy).Check(ctx, r) == nil {
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
