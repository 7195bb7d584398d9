package permission_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/user"
)

// free returns a policy that allows every action to every role, under the given rules: what it
// refuses they refuse.
func free(t *testing.T, rules *permission.SelfRules) *permission.Policy {
	t.Helper()
	return newPolicy(t, permission.Spec{Name: "free", Self: rules, Rows: []permission.Row{{
		Name: "all", Actions: permission.StandardActions(), Roles: user.VendorRoles(), Permissions: permission.VendorPermissions(),
	}}})
}

// An actor gives nothing to, and never acts as, a user with a role that the actor may not grant;
// nor does it take from such a user, unless the rules leave that to the rows.
func TestPowerOverATargetIsBounded(t *testing.T) {
	const holds, take = permission.RuleTargetHolds, permission.RuleTake
	disabled := func(r permission.Request) permission.Request { r.Target.Disabled = true; return r }
	do := func(a permission.Action, attributes ...user.Attribute) permission.Request {
		return permission.Request{Action: a, Attributes: attrs(attributes...)}
	}
	setRoles := func(granted, removed user.Roles) permission.Request {
		return permission.Request{Action: permission.RolesSet, Granted: granted, Removed: removed}
	}
	agent := roles(user.Agent)
	for _, tt := range []struct {
		name string
		r    permission.Request
		rule string // that refuses power over a greater target
		free string // the same, where taking is free
	}{
		{"reset the password", do(permission.PasswordReset), holds, holds},
		{"change the password", do(permission.PasswordChange), holds, holds},
		{"an update of the password", do(permission.UserUpdate, user.AttrPassword), holds, holds},
		{"app keys", do(permission.UserUpdate, user.AttrFirstName, user.AttrAllowedAppKeys), holds, holds},
		{"the OAuth client", do(permission.UserUpdate, user.AttrOAuth2ClientID), holds, holds},
		{"the API-user flag", do(permission.UserUpdate, user.AttrAPIUser), holds, holds},
		{"restore", do(permission.UserRestore), holds, holds},
		{"enable", disabled(do(permission.EnabledSet, user.AttrEnabled)), holds, holds},
		{"enable, asked without attributes", disabled(do(permission.EnabledSet)), holds, holds},
		{"give a role", setRoles(agent, user.Roles{}), holds, holds},
		{"give one and take one", setRoles(agent, roles(user.Payer)), holds, holds},
		{"give a role by an update", permission.Request{Action: permission.UserUpdate, Granted: agent}, holds, holds},
		{"take a role", setRoles(user.Roles{}, agent), take, ""},
		{"take a role by an update", permission.Request{Action: permission.UserUpdate, Removed: agent}, take, ""},
		{"roles, asked without saying which", do(permission.RolesSet), take, ""},
		{"disable", do(permission.EnabledSet, user.AttrEnabled), take, ""},
		{"delete", do(permission.UserDelete), take, ""},
		{"erase", do(permission.UserErase), take, ""},
		{"say who disabled the user", disabled(do(permission.EnabledSet, user.AttrDisabledManually)), "", ""},
		{"rename", do(permission.UserRename, user.AttrLogin), "", ""},
		{"the e-mail address", do(permission.UserUpdate, user.AttrEmail), "", ""},
		{"read the app keys", do(permission.UserRead, user.AttrAllowedAppKeys), "", ""},
		{"read", do(permission.UserRead), "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			taking := permission.StandardSelfRules()
			taking.FreeTaking = true
			for _, authorizer := range []struct {
				name string
				permission.Authorizer
				rule string
			}{
				{"policy", free(t, nil), tt.rule},
				{"free taking", free(t, &taking), tt.free},
				{"guarded", permission.Guarded(answering(nil), permission.StandardSelfRules()), tt.rule},
				{"guarded, free taking", permission.Guarded(answering(nil), taking), tt.free},
				{"a host's own", permission.EnsureGuarded(answering(nil)), tt.rule},
			} {
				for _, who := range []struct {
					actor  permission.Actor
					target user.Roles
					not    user.Roles
				}{
					{actor(1, user.Admin), roles(user.Agent, user.Owner), roles(user.Owner)},
					{actor(1, user.Agent, user.Payer), roles(user.Agent, user.Admin, user.Support), roles(user.Admin, user.Support)},
					{actor(1, user.Agent, user.Payer), roles(user.Agent, "host_role"), roles("host_role")},
					{permission.Actor{ID: 1, Key: true, Roles: user.VendorRoles(), Permissions: permission.PermissionsOf(permission.PermUserRead), Grants: roles(user.Agent, user.Payer)},
						roles(user.Supervisor), roles(user.Supervisor)},
				} {
					r := tt.r
					r.Actor, r.Target.ID, r.Target.Roles = who.actor, 2, who.target
					err := authorizer.Check(ctx, r)
					if got := ruleOf(t, err); got != authorizer.rule {
						t.Fatalf("%s, %s: rule %q, want %q", authorizer.name, who.target, got, authorizer.rule)
					}
					var d *permission.Denied
					if errors.As(err, &d) && (d.Roles != who.not || d.Need == "" || d.Source == "" || !d.AboutPower() || d.Scoped) {
						t.Errorf("%s: denied as %+v", authorizer.name, d.Reason)
					}
					if e := permission.Explain(ctx, authorizer, r); e.Allowed != (err == nil) || err != nil && e.Reason != d.Reason {
						t.Errorf("%s: explained as %v, denied as %v", authorizer.name, e, err)
					}
				}
				for _, who := range []struct {
					actor  permission.Actor
					target user.Roles
				}{
					{actor(1, user.Admin), user.VendorRoles().Without(roles(user.Owner)).With(roles("host_role"))},
					{actor(1, user.Owner), user.VendorRoles().With(roles("host_role"))},
					{actor(1, user.Agent, user.Payer), roles(user.Agent)},
					{permission.Actor{Permissions: permission.PermissionsOf(permission.PermUserRead), Key: true, Grants: roles(user.Admin)}, roles(user.Supervisor)},
					{permission.Actor{System: true}, user.VendorRoles().With(roles("host_role"))},
				} {
					r := tt.r
					r.Actor, r.Target.ID, r.Target.Roles = who.actor, 2, who.target
					if err := authorizer.Check(ctx, r); err != nil {
						t.Errorf("%s: %s: %v", authorizer.name, who.target, err)
					}
				}
			}
		})
	}
}

// Who may grant a role may grant what that role may grant.
func TestGrantsAreClosed(t *testing.T) {
	rules := permission.SelfRules{Grants: []permission.Grant{
		{Holder: user.Agent, May: roles(user.Payer)}, {Holder: user.Support, May: roles(user.Agent)},
		{Holder: user.Payer, May: roles(user.Scenarios, user.Support)},
		{Holder: "team_lead", May: roles(user.Owner)}, {Holder: "analyst", May: roles(user.Owner)},
	}}
	circle := roles(user.Agent, user.Payer, user.Scenarios, user.Support)
	for held, want := range map[user.Roles]user.Roles{
		roles(user.Agent): circle, roles(user.Support): circle, roles(user.Scenarios): roles(user.Scenarios),
		roles(user.Scenarios, user.Payer): circle, roles("host_role"): roles("host_role"), user.Roles{}: user.Roles{},
	} {
		if got := rules.MayGrant(held); got != want {
			t.Errorf("%s grants %s, want %s", held, got, want)
		}
		r := permission.Request{Action: permission.RolesSet, Actor: permission.Actor{ID: 1, Roles: held.With(roles(user.Developer))}, Target: target(2)}
		for role := range user.VendorRoles().With(roles("host_role")).All() {
			r.Granted = roles(role)
			if got := ruleOf(t, permission.Guarded(answering(nil), rules).Check(ctx, r)); (got == "") != (want.Has(role) || role == user.Developer) {
				t.Errorf("%s grants %s: rule %q", held, role, got)
			}
		}
	}
}

// A host adds attributes that let an actor act as a user at its site. The standard ones always
// count.
func TestCredentialsAreData(t *testing.T) {
	rules := permission.StandardSelfRules()
	rules.Credentials = attrs(user.AttrEmail)
	for _, a := range []permission.Authorizer{free(t, &rules), permission.Guarded(answering(nil), rules)} {
		for _, attribute := range append(slices.Collect(permission.StandardCredentials().All()), user.AttrEmail) {
			r := permission.Request{
				Action: permission.UserUpdate, Actor: actor(1, user.Agent), Target: target(2, user.Admin), Attributes: attrs(attribute),
			}
			if got := ruleOf(t, a.Check(ctx, r)); got != permission.RuleTargetHolds {
				t.Errorf("%s: rule %q", attribute, got)
			}
		}
	}
	if got := free(t, &rules).Spec().Self.Credentials; got != rules.Credentials {
		t.Errorf("the spec says %s", got)
	}
	if free(t, nil).Spec().Self == nil {
		t.Error("a policy without rules of its own has none")
	}
}

// An Authorizer without rules about power gets the standard ones; one that has rules keeps those
// and no others.
func TestEnsureGuarded(t *testing.T) {
	lax := permission.SelfRules{Grants: []permission.Grant{{Holder: user.Agent, May: user.AllRoles()}}}
	laxPolicy, laxGuard, open := free(t, &lax), permission.Guarded(answering(nil), lax), answering(nil)
	for _, tt := range []struct {
		name string
		a    permission.Authorizer
		rule string
	}{
		{"a policy's own", laxPolicy, ""},
		{"guarded", laxGuard, ""},
		{"a function", open, permission.RuleTargetHolds},
		{"a host's type that embeds a policy", struct{ *permission.Policy }{laxPolicy}, permission.RuleTargetHolds},
		{"all, one of which has rules", permission.All(open, laxPolicy), ""},
		{"all, none of which has", permission.All(open, open), permission.RuleTargetHolds},
		{"any, all of which have", permission.Any(laxPolicy, nil, laxGuard), ""},
		{"any, one of which has some and one allows nothing", permission.Any(laxPolicy, permission.AuthorizerFunc(nil)), ""},
		{"any, one of which has none", permission.Any(laxPolicy, open), permission.RuleTargetHolds},
		{"all of any", permission.All(permission.Any(laxPolicy, open)), permission.RuleTargetHolds},
		{"the standard ones", free(t, nil), permission.RuleTargetHolds},
	} {
		r := permission.Request{Action: permission.PasswordReset, Actor: actor(1, user.Agent), Target: target(2, user.Admin)}
		a := permission.EnsureGuarded(tt.a)
		if got := ruleOf(t, a.Check(ctx, r)); got != tt.rule {
			t.Errorf("%s: rule %q, want %q", tt.name, got, tt.rule)
		}
		if e := permission.Explain(ctx, a, r); e.Allowed != (tt.rule == "") || !e.Allowed && e.Rule != tt.rule {
			t.Errorf("%s: %v", tt.name, e)
		}
	}
	// What the rules do not refuse is the host's to decide, about its own calls too.
	refusing := permission.EnsureGuarded(answering(errDown))
	for _, who := range []permission.Actor{{System: true}, actor(1, user.Agent)} {
		if err := refusing.Check(ctx, permission.Request{Action: permission.UserRead, Actor: who}); !errors.Is(err, errDown) {
			t.Errorf("%+v: %v", who, err)
		}
	}
	for _, a := range []permission.Authorizer{
		permission.EnsureGuarded(nil), permission.EnsureGuarded(permission.AuthorizerFunc(nil)), permission.EnsureGuarded(permission.Any()),
	} {
		if got := ruleOf(t, a.Check(ctx, permission.Request{Action: permission.UserRead, Actor: permission.Actor{System: true}})); got != permission.RuleNoAuthorizer {
			t.Errorf("rule %q", got)
		}
	}
}

// A refusal says who could do it: the roles that grant all of those refused, or several together
// where no role does.
func TestARefusalSaysWhoMayGrant(t *testing.T) {
	for _, tt := range []struct {
		name  string
		rules permission.SelfRules
		gives user.Roles
		need  string
	}{
		{"one role does", permission.SelfRules{}, roles(user.Admin), "one of the roles admin"},
		{"several do", permission.StandardSelfRules(), roles(user.Payer), "one of the roles admin,lpa,owner,payer"},
		{"those who grant every role and the holders do", permission.StandardSelfRules(), roles("host_role"), "one of the roles admin,lpa,owner,host_role"},
		{"no role does", permission.SelfRules{}, roles(user.Admin, user.Payer), "roles that together grant those refused"},
	} {
		r := permission.Request{Action: permission.RolesSet, Actor: actor(1, user.Agent), Granted: tt.gives, Target: target(2)}
		var d *permission.Denied
		if err := free(t, &tt.rules).Check(ctx, r); !errors.As(err, &d) || d.Need != tt.need {
			t.Errorf("%s: %v, want the need %q", tt.name, err, tt.need)
		}
	}
}

// An actor does not remove the role Admin from its own user, and sets its own password only with
// the old one, whatever the call is named. Another actor may do both.
func TestWhatAnAdminDoesToItsOwnUser(t *testing.T) {
	const byOldPassword, ownAdmin = permission.RuleOldPassword, permission.RuleOwnAdmin
	another, password, name := target(2, user.Admin), attrs(user.AttrPassword), attrs(user.AttrFirstName)
	for _, tt := range []struct {
		name   string
		policy *permission.Policy
		r      permission.Request
		want   string
	}{
		{"own change", permission.LivePerson(), permission.Request{Action: permission.PasswordChange}, byOldPassword},
		{"own reset", permission.LivePerson(), permission.Request{Action: permission.PasswordReset}, byOldPassword},
		{"own update of it", permission.Genesys(), permission.Request{Action: permission.UserUpdate, Attributes: password}, byOldPassword},
		{"own update", permission.Genesys(), permission.Request{Action: permission.UserUpdate, Attributes: name}, ""},
		{"own change with the old one", permission.Default(), permission.Request{Action: permission.PasswordChange, HasOld: true}, ""},
		{"own reset with the old one", permission.Default(), permission.Request{Action: permission.PasswordReset, HasOld: true}, ""},
		{"another's reset", permission.Default(), permission.Request{Action: permission.PasswordReset, Target: another}, ""},
		{"another's update", permission.Voximplant(), permission.Request{Action: permission.UserUpdate, Target: another, Attributes: password}, ""},
		{"own role", permission.LivePerson(), permission.Request{Action: permission.RolesSet, Removed: roles(user.Admin, user.Agent)}, ownAdmin},
		{"own role, by an update", permission.Genesys(), permission.Request{Action: permission.UserUpdate, Removed: roles(user.Admin)}, ownAdmin},
		{"own other role", permission.Default(), permission.Request{Action: permission.RolesSet, Removed: roles(user.Agent)}, ""},
		{"another's role", permission.Default(), permission.Request{Action: permission.RolesSet, Target: another, Removed: roles(user.Admin)}, ""},
	} {
		tt.r.Actor = actor(1, user.Admin)
		if tt.r.Target.ID == 0 {
			tt.r.Target = target(1, user.Admin)
		}
		if got := ruleOf(t, tt.policy.Check(ctx, tt.r)); got != tt.want {
			t.Errorf("%s: rule %q, want %q", tt.name, got, tt.want)
		}
	}
}
