package permission_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/user"
)

func roles(list ...user.Role) user.Roles           { return user.RolesOf(list...) }
func attrs(list ...user.Attribute) user.Attributes { return user.AttributesOf(list...) }
func actor(id user.ID, list ...user.Role) (a permission.Actor) {
	a.ID, a.Roles = id, roles(list...)
	return a
}
func target(id user.ID, list ...user.Role) (t permission.Target) {
	t.ID, t.Roles = id, roles(list...)
	return t
}

var ctx = context.Background()

// ruleOf returns the rule of a denial, or "" for an allowed request.
func ruleOf(t *testing.T, err error) string {
	t.Helper()
	if err == nil {
		return ""
	}
	var d *permission.Denied
	if !errors.As(err, &d) || !errors.Is(err, permission.ErrDenied) {
		t.Fatalf("%v is no *Denied that is ErrDenied", err)
	}
	return d.Rule
}

// TestANilPolicyDeniesEveryone: a policy without rows allows the system actor alone.
func TestANilPolicyDeniesEveryone(t *testing.T) {
	admin := permission.Request{Action: permission.UserRead, Actor: actor(1, user.Admin), Target: target(2)}
	system := permission.Request{Action: permission.UserRead, Actor: permission.Actor{System: true}}
	var none *permission.Policy
	empty := new(permission.Policy)
	for _, e := range []permission.Explanation{none.Explain(ctx, admin), none.Explain(ctx, system), empty.Explain(ctx, admin)} {
		if e.Allowed {
			t.Error(e)
		}
	}
	for range none.Operations() {
		t.Error("a nil policy has operations")
	}
	if diff := cmp.Diff(permission.Spec{}, none.Spec()); diff != "" {
		t.Error(diff)
	}
}

// TestTargetsAndTheWholeAccount checks which actions without a target a row with Targets allows:
// all but those that concern users of every role.
func TestTargetsAndTheWholeAccount(t *testing.T) {
	p := policyOf(t, permission.Row{
		Name: "agents", Actions: permission.StandardActions(), Roles: roles(user.Support), Targets: roles(user.Agent),
	})
	refused := permission.ActionsOf(permission.ChangesRead, permission.StatementRead, permission.MoneyRead, permission.MoneyReverse)
	for a := range permission.StandardActions().All() {
		want := ""
		if refused.Has(a) {
			want = permission.RuleTargetRole
		}
		r := permission.Request{Action: a, Actor: actor(1, user.Support)}
		got := p.Explain(ctx, r)
		if got.Allowed && want != "" || !got.Allowed && (got.Rule != want || !got.Scoped) {
			t.Errorf("%s without a target: %v, want the rule %q", a, got, want)
		}
		if r.Target = target(2, user.Agent); refused.Has(a) && p.Check(ctx, r) != nil {
			t.Errorf("%s for an agent: %v", a, p.Check(ctx, r))
		}
	}
}

// Rows add up: who holds two roles may in one request what each role may in its own.
func TestRowsReachAttributesTogether(t *testing.T) {
	spec := permission.Spec{Name: "two", Rows: []permission.Row{
		{Name: "none of both", Actions: permission.StandardActions(), Roles: roles(user.Agent, user.Support), Attributes: attrs(user.AttrPID)},
		{Name: "names", Actions: permission.StandardActions(), Roles: roles(user.Agent), Attributes: attrs(user.AttrFirstName)},
		{Name: "phones", Actions: permission.StandardActions(), Roles: roles(user.Support), Attributes: attrs(user.AttrPhone)},
	}}
	p := newPolicy(t, spec)
	r := permission.Request{
		Action: permission.UserUpdate, Actor: actor(1, user.Agent, user.Support), Target: target(2),
		Attributes: attrs(user.AttrFirstName, user.AttrPhone),
	}
	if e := p.Explain(ctx, r); !e.Allowed || e.Rule != "names+phones" {
		t.Errorf("%v", e)
	}
	r.Actor = actor(1, user.Support)
	want := permission.Reason{
		Action: permission.UserUpdate, Policy: "two", Rule: permission.RuleAttribute,
		Need: "role agent", Attributes: attrs(user.AttrFirstName),
	}
	if e := p.Explain(ctx, r); e.Allowed || e.Reason != want {
		t.Errorf("got %+v\nwant %+v", e, want)
	}
	// No row reaches it: it is not that the actor lacks a role.
	r.Attributes = attrs(user.AttrEmail)
	if e := p.Explain(ctx, r); e.Rule != permission.RuleAttributeUnknown {
		t.Errorf("%v", e)
	}
}

// New refuses rows that would do other than they look, and names them.
func TestNewRefusesFaultyRows(t *testing.T) {
	good := permission.Row{Name: "good", Actions: permission.ActionsOf(permission.UserRead), Roles: roles(user.Agent)}
	change := func(f func(*permission.Row)) []permission.Row {
		row := good
		f(&row)
		return []permission.Row{row}
	}
	many := make([]permission.Row, 1025)
	for i := range many {
		many[i] = good
		many[i].Name = fmt.Sprint(i)
	}
	for _, tt := range []struct {
		name string
		rows []permission.Row
		want string
	}{
		{"no name", change(func(r *permission.Row) { r.Name = "" }), "has no name"},
		{"no action", change(func(r *permission.Row) { r.Actions = permission.Actions{} }), "names no action"},
		{"bad action", change(func(r *permission.Row) { r.Actions = actions("Recording.Listen") }), "action whose name is not valid"},
		{"the zero action", change(func(r *permission.Row) { r.Actions = actions("") }), "action whose name is not valid"},
		{"too many actions", change(func(r *permission.Row) { r.Actions = actions(numbered[permission.Action](257)...) }), "more than 256 actions of its own"},
		{"too many permissions", change(func(r *permission.Row) {
			r.Permissions = permission.PermissionsOf(numbered[permission.Permission](257)...)
		}), "more than 256 permissions of its own"},
		{"no actor", change(func(r *permission.Row) { r.Roles = user.Roles{} }), "allows no actor"},
		{"bad role", change(func(r *permission.Row) { r.Roles = roles("Team Lead") }), "whose name is not valid"},
		{"bad target", change(func(r *permission.Row) { r.Targets = roles("Team Lead").Complement() }), "whose name is not valid"},
		{"too many roles", change(func(r *permission.Row) { r.Roles = roles(numbered[user.Role](257)...) }), "more than 256 roles of its own"},
		{"bad permission", change(func(r *permission.Row) { r.Permissions = permission.PermissionsOf("REPORT-READ") }), "permission whose name is not valid"},
		{"unknown scope", change(func(r *permission.Row) { r.Scope = "same login" }), "scope that there is not"},
		{"no attribute", change(func(r *permission.Row) { r.Scope = "same custom/Site" }), "scope that there is not"},
		{"a number that is none", change(func(r *permission.Row) { r.Scope = permission.SameAs(255) }), "scope that there is not"},
		{"no name of an attribute", change(func(r *permission.Row) { r.Scope = "same " }), "scope that there is not"},
		{"a scope cut off", change(func(r *permission.Row) { r.Scope = "same" }), "scope that there is not"},
		{"no custom attribute", change(func(r *permission.Row) { r.Scope = "same custom/" }), "scope that there is not"},
		{"everyone everything", change(func(r *permission.Row) { r.Everyone = true }), "everyone more than self"},
		{"twice", []permission.Row{good, good}, "two rows"},
		{"too many", many, "more than 1024"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p, err := permission.New(permission.Spec{Name: "x", Rows: tt.rows})
			if p != nil || err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("New = %v, %v; want an error with %q", p, err, tt.want)
			}
		})
	}
	grant := func(holder, may user.Role) *permission.SelfRules {
		return &permission.SelfRules{Grants: []permission.Grant{{Holder: user.Owner}, {Holder: holder, May: roles(may)}}}
	}
	for _, tt := range []struct {
		spec permission.Spec
		want string
	}{
		{permission.Spec{Rows: []permission.Row{good}}, "has no name"},
		{permission.Spec{Name: "x", Administrators: user.AllRoles()}, "must list roles by valid names"},
		{permission.Spec{Name: "x", Administrators: roles("Team Lead")}, "must list roles by valid names"},
		{permission.Spec{Name: "x", Self: grant("Team Lead", user.Agent)}, `grant 1, of "Team Lead"`},
		{permission.Spec{Name: "x", Self: grant("team_lead", "An Agent")}, `grant 1, of "team_lead"`},
	} {
		if _, err := permission.New(tt.spec); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("New(%+v): %v", tt.spec, err)
		}
	}
	_, err := permission.New(permission.Spec{
		Name: "x", Rows: many[:1024], Administrators: user.VendorRoles().With(roles("team_lead")), Self: grant("team_lead", user.Agent),
	})
	if err != nil {
		t.Error(err)
	}
}

// What a caller does to a Spec, before or after, does not reach the policy.
func TestPolicyCannotBeChanged(t *testing.T) {
	spec := permission.Genesys().Spec()
	p := newPolicy(t, spec)
	for _, s := range []permission.Spec{spec, p.Spec()} {
		clear(s.Rows)
		clear(s.Attributes)
		clear(s.Operations)
		clear(s.Self.Grants)
	}
	// A policy made of another's Spec is the same policy.
	if diff := cmp.Diff(permission.Genesys().Matrix(), p.Matrix()); diff != "" {
		t.Error(diff)
	}
}

// A denial in words has all that a person needs, in one line.
func TestReasonInWords(t *testing.T) {
	agent, status := actor(1, user.Agent), attrs(user.AttrStatus, user.AttrFirstName)
	update := permission.Request{Action: permission.UserUpdate, Actor: agent, Target: target(2), Attributes: status}
	reverse := permission.Request{Action: permission.MoneyReverse, Actor: agent, Target: target(2)}
	for want, err := range map[string]error{
		"permission denied: user.update: rule attribute-read-only of genesys, attributes status":      permission.Genesys().Check(ctx, update),
		"permission denied: money.reverse: rule no-permission of default; needs role admin|lpa|owner": permission.Default().Check(ctx, reverse),
		"permission denied": (*permission.Denied)(nil),
	} {
		if err.Error() != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
}

// numbered returns n names of a host's own.
func numbered[T ~string](n int) []T {
	list := make([]T, n)
	for i := range list {
		list[i] = T(fmt.Sprint("own_", i))
	}
	return list
}

func actions(names ...permission.Action) permission.Actions { return permission.ActionsOf(names...) }

// TestTheNearestMissSaysWhy checks which row gives the reason if several rows are not for the
// target, in any order of the rows: one that excludes a role of the target, then one for other
// groups or values, then one for the own user, then one for users. Each denial is scoped.
func TestTheNearestMissSaysWhy(t *testing.T) {
	misses := []struct {
		rule  string
		scope permission.Scope
		only  user.Roles
	}{
		{permission.RuleTargetRole, permission.AnyUser, roles(user.Agent)},
		{permission.RuleNotManagedGroup, permission.ManagedGroup, user.Roles{}},
		{permission.RuleNotSame, permission.SameAs(user.AttrProfiles), user.Roles{}},
		{permission.RuleNotSelf, permission.Self, user.Roles{}},
		{permission.RuleNotAUser, permission.AnyUser, user.Roles{}},
	}
	for i, near := range misses {
		for _, far := range misses[i+1:] {
			if far.rule == permission.RuleNotSame && near.rule == permission.RuleNotManagedGroup {
				continue // equally near
			}
			row := func(name string, scope permission.Scope, only user.Roles) permission.Row {
				return permission.Row{Name: name, Actions: permission.ActionsOf(permission.UserRead), Roles: roles(user.Agent), Scope: scope, Targets: only}
			}
			a, b := row("near", near.scope, near.only), row("far", far.scope, far.only)
			who := target(2, user.Admin)
			if far.rule == permission.RuleNotAUser {
				if who = (permission.Target{}); near.rule == permission.RuleTargetRole {
					who.Roles, a.Scope = roles(user.Admin), permission.Anybody
				}
			}
			for _, rows := range [][]permission.Row{{a, b}, {b, a}} {
				p := policyOf(t, rows...)
				e := p.Explain(ctx, permission.Request{Action: permission.UserRead, Actor: actor(1, user.Agent), Target: who})
				if e.Rule != near.rule || !e.Scoped {
					t.Errorf("%s and %s, %s first: %+v", near.rule, far.rule, rows[0].Name, e)
				}
			}
		}
	}
}

// Without attributes, one row is enough, and it is the first that allows.
func TestOneRowIsEnoughWithoutAttributes(t *testing.T) {
	all := permission.ActionsOf(permission.UserUpdate)
	p := policyOf(t, permission.Row{Name: "a", Actions: all, Roles: roles(user.Agent)}, permission.Row{Name: "b", Actions: all, Roles: roles(user.Agent)})
	r := permission.Request{Action: permission.UserUpdate, Actor: actor(1, user.Agent), Target: target(2)}
	if e := p.Explain(ctx, r); !e.Allowed || e.Rule != "a" {
		t.Errorf("%+v", e)
	}
	// An action that no row names is not in the policy, whichever attributes are asked for, where
	// there is no table of them.
	r.Action, r.Attributes = permission.UserDelete, attrs(user.AttrPhone)
	if e := p.Explain(ctx, r); e.Rule != permission.RuleNotInPolicy {
		t.Errorf("%+v", e)
	}
}

// The denial of an action that no row names says what a host's own action needs: its name may be
// mistyped.
func TestAHostsActionNeedsARow(t *testing.T) {
	p := policyOf(t)
	for action, want := range map[permission.Action]string{"ticket.close": "a row that names the action", permission.UserRead: ""} {
		e := p.Explain(ctx, permission.Request{Action: action, Actor: actor(1, user.Agent), Target: target(2)})
		if e.Rule != permission.RuleNotInPolicy || e.Need != want || e.Scoped {
			t.Errorf("%s: %+v, want the need %q", action, e, want)
		}
	}
}

// What only a reading action has, whichever it is, is read-only for those that write. What only a
// host's own action has is write-only for actions that read, and not in the policy for those that
// write: it counts as a write.
func TestWhatAnotherActionHas(t *testing.T) {
	for a := range permission.StandardActions().With(actions("ticket.close")).All() {
		if !a.Reads() && a != "ticket.close" || a == permission.UserList { // nothing is listed that may not be read
			continue
		}
		p := policyOf(t,
			permission.Row{Name: "a", Actions: actions(a), Roles: roles(user.Agent), Attributes: attrs(user.AttrEmail)},
			permission.Row{Name: "b", Actions: actions(permission.UserUpdate, permission.ViewsRead), Roles: roles(user.Agent), Attributes: attrs(user.AttrPhone)})
		want := map[permission.Action]string{a: "", permission.UserUpdate: permission.RuleAttributeReadOnly}
		if !a.Reads() {
			want[permission.UserUpdate], want[permission.ViewsRead] = permission.RuleAttributeUnknown, permission.RuleAttributeWriteOnly
		}
		for action, rule := range want {
			r := permission.Request{Action: action, Actor: actor(1, user.Agent), Target: target(2), Attributes: attrs(user.AttrEmail)}
			if got := ruleOf(t, p.Check(ctx, r)); got != rule {
				t.Errorf("%s beside %s: rule %q, want %q", action, a, got, rule)
			}
		}
	}
}
