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

// Nobody, the deleted and the disabled may do nothing, whatever roles and permissions stand beside
// it.
func TestDefaultDeny(t *testing.T) {
	everything := permission.Actor{ID: 1, Roles: user.VendorRoles(), Permissions: permission.VendorPermissions()}
	disabled, deleted, nobody := everything, everything, everything
	disabled.Disabled, deleted.Deleted, deleted.Disabled = true, true, true
	nobody.ID, nobody.Permissions = 0, permission.Permissions{}
	for _, p := range policies() {
		for action := range permission.StandardActions().All() {
			for rule, a := range map[string]permission.Actor{
				permission.RuleNoActor: {}, permission.RuleActorDisabled: disabled, permission.RuleActorDeleted: deleted,
			} {
				r := permission.Request{Action: action, Actor: a, Target: target(1), HasOld: true}
				if got := ruleOf(t, p.Check(ctx, r)); got != rule {
					t.Errorf("%s %s: rule %q, want %q", p.Name(), action, got, rule)
				}
			}
			if got := ruleOf(t, p.Check(ctx, permission.Request{Action: action, Actor: nobody})); got != permission.RuleNoActor {
				t.Errorf("%s %s: roles without a user: rule %q", p.Name(), action, got)
			}
			if err := p.Check(ctx, permission.Request{Action: action, Actor: actor(1), Target: target(2)}); err == nil {
				t.Errorf("%s %s: a user without roles may do it to another", p.Name(), action)
			}
		}
		for _, action := range []permission.Action{"", "?", "User.Read", "user.read,user.list", "user read"} {
			for _, a := range []permission.Actor{everything, {System: true}} {
				if got := ruleOf(t, p.Check(ctx, permission.Request{Action: action, Actor: a})); got != permission.RuleUnknownAction {
					t.Errorf("%s action %q: rule %q", p.Name(), action, got)
				}
			}
		}
	}
}

// System may do everything that is an action, the self rules included.
func TestSystemMayDoEverything(t *testing.T) {
	for _, p := range policies() {
		for action := range permission.StandardActions().All() {
			r := permission.Request{
				Action: action, Actor: permission.Actor{ID: 1, System: true, Disabled: true}, Target: target(1, user.Admin),
				Granted: user.VendorRoles(), Removed: user.VendorRoles(), Attributes: user.AllAttributes(),
			}
			if err := p.Check(ctx, r); err != nil {
				t.Errorf("%s: %v", p.Name(), err)
			}
			if e := p.Explain(ctx, r); !e.Allowed || e.Rule != permission.RuleSystem {
				t.Errorf("%s: %v", p.Name(), e)
			}
		}
	}
}

// A policy that is not there denies; one without rows allows System alone.
func TestNoPolicyAllowsNobody(t *testing.T) {
	admin := permission.Request{Action: permission.UserRead, Actor: actor(1, user.Admin), Target: target(2)}
	system := permission.Request{Action: permission.UserRead, Actor: permission.Actor{System: true}}
	var none *permission.Policy
	empty := new(permission.Policy)
	for _, err := range []error{none.Check(ctx, admin), none.Check(ctx, system), empty.Check(ctx, admin)} {
		if err == nil {
			t.Error("allowed")
		}
	}
	if e := none.Explain(ctx, admin); e.Allowed {
		t.Error(e)
	}
	if e := empty.Explain(ctx, admin); e.Allowed || e.Rule != permission.RuleNotInPolicy {
		t.Error(e)
	}
	for range none.Operations() {
		t.Error("a nil policy has operations")
	}
	if diff := cmp.Diff(permission.Spec{}, none.Spec()); diff != "" {
		t.Error(diff)
	}
}

// A denial by scope says that a narrower request would pass, and which rule came nearest.
func TestScopedDenials(t *testing.T) {
	manager := permission.Actor{
		ID: 1, Roles: roles(user.AgentManager, user.Agent),
		Manages: user.ListOf(user.Assignment{Group: 7}),
	}
	supervisor := actor(1, user.Supervisor)
	for _, tt := range []struct {
		name   string
		policy *permission.Policy
		actor  permission.Actor
		action permission.Action
		target permission.Target
		rule   string
		scoped bool
		roles  user.Roles
	}{
		{"agent reads another", permission.LivePerson(), actor(1, user.Agent), permission.UserRead, target(2),
			permission.RuleNotSelf, true, user.Roles{}},
		{"agent lists", permission.LivePerson(), actor(1, user.Agent), permission.UserList, target(0),
			permission.RuleNotSelf, true, user.Roles{}},
		{"agent deletes", permission.LivePerson(), actor(1, user.Agent), permission.UserDelete, target(2),
			permission.RuleNoPermission, false, user.Roles{}},
		{"manager, agent of no group", permission.LivePerson(), manager, permission.UserUpdate, target(2, user.Agent),
			permission.RuleNotManagedGroup, true, user.Roles{}},
		{"manager, agent of another group", permission.LivePerson(), manager, permission.UserUpdate,
			permission.Target{ID: 2, Roles: roles(user.Agent), Group: 8}, permission.RuleNotManagedGroup, true, user.Roles{}},
		{"manager, agent of a managed group", permission.LivePerson(), manager, permission.UserUpdate,
			permission.Target{ID: 2, Roles: roles(user.Agent), Group: 7}, "", false, user.Roles{}},
		{"manager, administrator in a managed group", permission.LivePerson(), manager, permission.UserUpdate,
			permission.Target{ID: 2, Roles: roles(user.Agent, user.Admin), Group: 7}, permission.RuleTargetRole, true,
			roles(user.Admin)},
		{"manager, the own user in a managed group", permission.LivePerson(), manager, permission.UserUpdate,
			permission.Target{ID: 1, Roles: manager.Roles, Group: 7}, permission.RuleTargetRole, true,
			roles(user.AgentManager)},
		{"supervisor, a user's balance", permission.Voximplant(), supervisor, permission.MoneyRead, target(2), "", false, user.Roles{}},
		{"supervisor, the account's balance", permission.Voximplant(), supervisor, permission.MoneyRead, target(0),
			permission.RuleNotAUser, true, user.Roles{}},
		{"agent, somebody's presence", permission.Default(), actor(1, user.Agent), permission.PresenceSet, target(2),
			permission.RuleNotSelf, true, user.Roles{}},
		{"nobody's action", permission.Genesys(), actor(1, user.Admin), permission.MoneyFund, target(0),
			permission.RuleNotInPolicy, false, user.Roles{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := permission.Request{Action: tt.action, Actor: tt.actor, Target: tt.target}
			err := tt.policy.Check(ctx, r)
			if got := ruleOf(t, err); got != tt.rule {
				t.Fatalf("rule %q, want %q", got, tt.rule)
			}
			var d *permission.Denied
			if errors.As(err, &d) && (d.Scoped != tt.scoped || d.Roles != tt.roles) {
				t.Errorf("scoped %v roles %v, want %v %v", d.Scoped, d.Roles, tt.scoped, tt.roles)
			}
		})
	}
}

// TestKeyWithoutUserIsNotItself checks that an API key of no user is never its own target, not
// even if the request has no target.
func TestKeyWithoutUserIsNotItself(t *testing.T) {
	key := permission.Actor{Permissions: permission.VendorPermissions()}
	r := permission.Request{Action: permission.PasswordChange, Actor: key, HasOld: true}
	if got := ruleOf(t, permission.Default().Check(ctx, r)); got != permission.RuleNotSelf {
		t.Errorf("rule %q", got)
	}
}

// Rows add up: who holds two roles may in one request what each role may in its own.
func TestRowsReachAttributesTogether(t *testing.T) {
	spec := permission.Spec{Name: "two", Rows: []permission.Row{
		{Name: "none of both", Actions: permission.StandardActions(), Roles: roles(user.Agent, user.Support), Attributes: attrs(user.AttrPID)},
		{Name: "names", Actions: permission.StandardActions(), Roles: roles(user.Agent), Attributes: attrs(user.AttrFirstName)},
		{Name: "phones", Actions: permission.StandardActions(), Roles: roles(user.Support), Attributes: attrs(user.AttrPhone)},
	}}
	p, err := permission.New(spec)
	if err != nil {
		t.Fatal(err)
	}
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
		{"nobody", change(func(r *permission.Row) { r.Roles = user.Roles{} }), "allows nobody"},
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
	if _, err := permission.New(permission.Spec{Rows: []permission.Row{good}}); err == nil {
		t.Error("a policy without a name")
	}
	if _, err := permission.New(permission.Spec{Name: "x", Rows: many[:1024]}); err != nil {
		t.Error(err)
	}
}

// What a caller does to a Spec, before or after, does not reach the policy.
func TestPolicyCannotBeChanged(t *testing.T) {
	spec := permission.Genesys().Spec()
	p, err := permission.New(spec)
	if err != nil {
		t.Fatal(err)
	}
	before := p.Matrix()
	for _, s := range []permission.Spec{spec, p.Spec()} {
		clear(s.Rows)
		clear(s.Attributes)
		clear(s.Operations)
		clear(s.Self.Grants)
	}
	if diff := cmp.Diff(before, p.Matrix()); diff != "" {
		t.Error(diff)
	}
	// A policy made of another's Spec is the same policy.
	if diff := cmp.Diff(permission.Genesys().Matrix(), p.Matrix()); diff != "" {
		t.Error(diff)
	}
}

// A denial in words has all that a person needs, in one line.
func TestReasonInWords(t *testing.T) {
	err := permission.Genesys().Check(ctx, permission.Request{
		Action: permission.UserUpdate, Actor: actor(1, user.Agent), Target: target(2),
		Attributes: attrs(user.AttrStatus, user.AttrFirstName),
	})
	const want = "permission denied: user.update: rule attribute-read-only of genesys, attributes status"
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	err = permission.Default().Check(ctx, permission.Request{
		Action: permission.MoneyReverse, Actor: actor(1, user.Agent), Target: target(2),
	})
	if want := "permission denied: money.reverse: rule no-permission of default; needs role admin|lpa|owner"; err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	if got := (*permission.Denied)(nil).Error(); got != "permission denied" {
		t.Errorf("nil: %q", got)
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
