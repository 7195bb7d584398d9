package permission_test

import (
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
		}
	}
	if got := (permission.SelfRules{}).MayGrant(chiefs); got != chiefs {
		t.Errorf("without a table a role grants %s", got)
	}
	if got := standard.MayGrant(roles(user.Agent, user.Owner)); got != user.AllRoles() {
		t.Errorf("two roles grant %s", got)
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
