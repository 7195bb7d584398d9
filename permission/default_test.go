package permission_test

import (
	"slices"
	"testing"

	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/user"
)

// Default: who does not administer the account cannot write to those who do.
func TestDefaultKeepsAdministratorsOutOfReach(t *testing.T) {
	p := permission.Default()
	chiefs := []user.Role{user.Owner, user.Admin, user.LPA}
	for role := range user.VendorRoles().All() {
		if slices.Contains(chiefs, role) {
			continue
		}
		for _, chief := range chiefs {
			a := actor(1, role)
			a.Manages = user.ListOf(user.Assignment{Group: 7})
			r := permission.Request{Actor: a, Target: permission.Target{ID: 2, Roles: roles(chief, user.Agent), Group: 7}}
			for action := range permission.StandardActions().All() {
				if r.Action = action; action.Reads() || action == permission.MoneyTransfer {
					continue
				}
				if p.Check(ctx, r) == nil {
					t.Errorf("%s does %s to %s", role, action, chief)
				}
			}
		}
	}
}

// A key of an administrator does what the key's permissions allow, and not what its owner may.
func TestKeyDoesNotInheritItsOwnersRoles(t *testing.T) {
	key := permission.Actor{
		ID: 1, Roles: roles(user.Admin), Permissions: permission.PermissionsOf(permission.PermUserRead), Key: true,
	}
	var got permission.Actions
	for action := range permission.StandardActions().All() {
		for _, to := range []permission.Target{target(1), target(2)} {
			if permission.Default().Check(ctx, permission.Request{Action: action, Actor: key, Target: to, HasOld: true}) == nil {
				got = got.With(permission.ActionsOf(action))
			}
		}
	}
	if want := permission.ActionsOf(permission.UserRead, permission.UserList, permission.UserReadSettings); got != want {
		t.Errorf("the key may %s, want %s", got, want)
	}
	for _, action := range []permission.Action{permission.UserRead, permission.PasswordChange} {
		none := permission.Request{Action: action, Actor: permission.Actor{ID: 1, Roles: roles(user.Admin), Key: true}, Target: target(1), HasOld: true}
		if got := ruleOf(t, permission.Default().Check(ctx, none)); got != permission.RuleNoPermission {
			t.Errorf("a key without permissions, %s: rule %q", action, got)
		}
	}
}
