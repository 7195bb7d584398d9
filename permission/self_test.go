package permission_test

import (
	"errors"
	"testing"

	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/user"
)

// TestNoActorGrantsARoleBeyondItsGrants checks that an actor grants the roles that it holds, an
// Owner every role, and an Admin or an LPA every role except Owner.
func TestNoActorGrantsARoleBeyondItsGrants(t *testing.T) {
	chiefs := roles(user.Owner, user.Admin, user.LPA)
	standard := permission.StandardSelfRules()
	for holder := range user.VendorRoles().All() {
		for granted := range user.VendorRoles().All() {
			want := holder == granted ||
				holder == user.Owner ||
				(holder == user.Admin || holder == user.LPA) && granted != user.Owner ||
				holder == user.UserManager && granted == user.Agent
			if got := standard.MayGrant(roles(holder)).Has(granted); got != want {
				t.Errorf("%s grants %s: %v, want %v", holder, granted, got, want)
			}
			// Every policy that lets the holder set roles agrees.
			for _, p := range policies() {
				r := permission.Request{
					Action: permission.RolesSet, Actor: actor(1, holder), Target: target(2), Granted: roles(granted),
				}
				if ruleOf(t, p.Check(ctx, permission.Request{Action: r.Action, Actor: r.Actor, Target: r.Target})) != "" {
					continue // the role may not set roles at all
				}
				rule := ruleOf(t, p.Check(ctx, r))
				if want && rule != "" || !want && rule != permission.RuleGrant {
					t.Errorf("%s: %s grants %s: rule %q", p.Name(), holder, granted, rule)
				}
			}
		}
	}
	if got := (permission.SelfRules{}).MayGrant(chiefs); got != chiefs {
		t.Errorf("without a table a role grants %s", got)
	}
	if got := standard.MayGrant(roles(user.Agent, user.Owner)); got != user.AllRoles() {
		t.Errorf("two roles grant %s", got)
	}
}

// The rule holds whichever way a role comes: at creation, by an update of profiles, to oneself.
func TestGrantsAreGuardedWhicheverWay(t *testing.T) {
	for _, action := range []permission.Action{permission.UserCreate, permission.UserUpdate, permission.RolesSet} {
		r := permission.Request{
			Action: action, Actor: actor(1, user.UserManager), Target: target(1, user.UserManager),
			Granted: roles(user.Agent, user.Admin),
		}
		if action == permission.UserCreate {
			r.Target = target(0)
		}
		err := permission.Default().Check(ctx, r)
		var d *permission.Denied
		if !errors.As(err, &d) || d.Rule != permission.RuleGrant || d.Roles != roles(user.Admin) ||
			d.Need != "one of the roles admin,lpa,owner" {
			t.Errorf("%s: %+v", action, err)
		}
	}
	// At Genesys an agent may update every user, but cannot become an administrator by it.
	r := permission.Request{
		Action: permission.UserUpdate, Actor: actor(1, user.Agent), Target: target(1, user.Agent),
		Granted: roles(user.Admin), Attributes: attrs(user.AttrRoles),
	}
	if got := ruleOf(t, permission.Genesys().Check(ctx, r)); got != permission.RuleGrant {
		t.Errorf("rule %q", got)
	}
	// Roles that the policy does not name are granted by those who grant every role, and by their
	// holders.
	r.Granted = roles("host_role")
	if got := ruleOf(t, permission.Genesys().Check(ctx, r)); got != permission.RuleGrant {
		t.Errorf("rule %q", got)
	}
	if e := permission.Genesys().Explain(ctx, r); e.Need != "one of the roles admin,lpa,owner,host_role" {
		t.Errorf("%v", e)
	}
}

// TestNoUserTakesAdminFromThemselves checks that only another actor removes the role Admin from a
// user.
func TestNoUserTakesAdminFromThemselves(t *testing.T) {
	for _, p := range []*permission.Policy{permission.Genesys(), permission.LivePerson(), permission.Default()} {
		for _, action := range []permission.Action{permission.RolesSet, permission.UserUpdate} {
			r := permission.Request{
				Action: action, Actor: actor(1, user.Admin), Target: target(1, user.Admin), Removed: roles(user.Admin, user.Agent),
			}
			if got := ruleOf(t, p.Check(ctx, r)); got != permission.RuleOwnAdmin {
				t.Errorf("%s %s: rule %q", p.Name(), action, got)
			}
			r.Removed = roles(user.Agent)
			if err := p.Check(ctx, r); err != nil {
				t.Errorf("%s %s: an Admin removes another role from the own user: %v", p.Name(), action, err)
			}
			r.Removed, r.Target = roles(user.Admin), target(2, user.Admin)
			if err := p.Check(ctx, r); err != nil {
				t.Errorf("%s %s: an Admin takes it from another: %v", p.Name(), action, err)
			}
		}
	}
}

// No actor takes a role that it may not grant, but where a vendor's document lets it; its own it
// always may drop.
func TestNoActorTakesARoleItCouldNotGrant(t *testing.T) {
	r := permission.Request{
		Action: permission.RolesSet, Actor: actor(1, user.Admin), Target: target(2, user.Owner), Removed: roles(user.Owner),
	}
	for _, p := range []*permission.Policy{permission.Default(), permission.LivePerson()} {
		if got := ruleOf(t, p.Check(ctx, r)); got != permission.RuleTake {
			t.Errorf("%s: rule %q", p.Name(), got)
		}
	}
	if err := permission.Genesys().Check(ctx, r); err != nil {
		t.Errorf("genesys: %v", err)
	}
	r.Actor, r.Target, r.Removed = actor(1, user.Admin, user.Payer), target(1, user.Admin, user.Payer), roles(user.Payer)
	if err := permission.Default().Check(ctx, r); err != nil {
		t.Errorf("its own: %v", err)
	}
}

// One's own password needs the old one, whatever the call is named; a reset of another's does not.
func TestOwnPasswordNeedsTheOldOne(t *testing.T) {
	for _, tt := range []struct {
		name   string
		policy *permission.Policy
		change permission.Request
		want   string
	}{
		{"own change", permission.LivePerson(), permission.Request{Action: permission.PasswordChange}, permission.RuleOldPassword},
		{"own reset", permission.LivePerson(), permission.Request{Action: permission.PasswordReset}, permission.RuleOldPassword},
		{"own update with a password", permission.Genesys(),
			permission.Request{Action: permission.UserUpdate, Attributes: attrs(user.AttrPassword)}, permission.RuleOldPassword},
		{"own update without", permission.Genesys(),
			permission.Request{Action: permission.UserUpdate, Attributes: attrs(user.AttrFirstName)}, ""},
		{"own change with the old one", permission.Default(),
			permission.Request{Action: permission.PasswordChange, HasOld: true}, ""},
		{"own reset with the old one", permission.Default(),
			permission.Request{Action: permission.PasswordReset, HasOld: true}, ""},
		{"another's reset", permission.Default(),
			permission.Request{Action: permission.PasswordReset, Target: target(2)}, ""},
		{"another's update", permission.Voximplant(),
			permission.Request{Action: permission.UserUpdate, Target: target(2), Attributes: attrs(user.AttrPassword)}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := tt.change
			r.Actor = actor(1, user.Admin)
			if r.Target.ID == 0 {
				r.Target = target(1, user.Admin)
			}
			if got := ruleOf(t, tt.policy.Check(ctx, r)); got != tt.want {
				t.Errorf("rule %q, want %q", got, tt.want)
			}
		})
	}
}
