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
