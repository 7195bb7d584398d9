package permission_test

import (
	"reflect"
	"slices"
	"testing"

	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/user"
)

// ActorOf and TargetOf read a user as the model means it.
func TestActorAndTargetOfAUser(t *testing.T) {
	u := user.User{ID: 5}
	u.Access.Roles, u.Access.Disabled = roles(user.AgentManager), true
	u.Management.ManagerOf = user.ListOf(user.Assignment{Group: 7})
	u.Capacity.MemberOf = user.Assignment{Group: 8}
	a := permission.ActorOf(u)
	if a.ID != 5 || a.Roles != u.Access.Roles || !a.Disabled || a.Deleted || a.System || !a.Permissions.IsZero() ||
		!a.Manages.Equal(u.Management.ManagerOf) {
		t.Errorf("actor %+v", a)
	}
	u.Lifecycle.Deleted = u.Lifecycle.Deleted.AddDate(2020, 0, 0)
	if !permission.ActorOf(u).Deleted {
		t.Error("a deleted user acts")
	}
	if got, want := permission.TargetOf(u), (permission.Target{ID: 5, Roles: u.Access.Roles, Group: 8, Disabled: true}); !reflect.DeepEqual(got, want) {
		t.Errorf("target %+v, want %+v", got, want)
	}
}

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
