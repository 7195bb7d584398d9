package roster_test

import (
	"testing"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/user"
)

// TestAManagerMovesAgentsWithinManagedGroups checks that a manager can move an agent between
// groups that the manager manages, and to or from no other group.
func TestAManagerMovesAgentsWithinManagedGroups(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		h := w.as(manager)
		to := func(g user.GroupID) user.Patch { return user.Patch{MemberOf: user.Set(g), EmployeeID: user.Set("e")} }
		w.unchanged("moving out of reach", func() {
			for name, err := range map[string]error{
				"to another group":   second(h.Patch(w.ctx, agent, to(2))),
				"out of all groups":  second(h.Patch(w.ctx, agent, user.Patch{MemberOf: user.Clear[user.GroupID]()})),
				"from another group": second(h.Patch(w.ctx, other, to(1))),
			} {
				if got := rule(err); got != permission.RuleNotManagedGroup {
					t.Errorf("%s: got rule %q", name, got)
				}
			}
		})
		w.ok(second(w.host.Patch(w.ctx, manager, user.Patch{ManagerOf: user.Set(user.IDSetOf[user.GroupID](1, 2))})))
		w.ok(second(h.Patch(w.ctx, agent, to(2))))
		if got := w.user(agent).Capacity.MemberOf.Group; got != 2 {
			t.Errorf("is in group %d", got)
		}
	})
}

// TestAManagerGivesOnlyGroupsThatTheyManage uses a row that lets managers update the members of
// their groups. A manager can make a user the manager of such a group only.
func TestAManagerGivesOnlyGroupsThatTheyManage(t *testing.T) {
	managers := user.RolesOf(user.AgentManager)
	policy := must(permission.New(permission.Spec{Name: "managers", Rows: []permission.Row{
		{Name: "read", Actions: permission.ActionsOf(permission.UserRead), Roles: user.VendorRoles()},
		{Name: "update", Actions: permission.ActionsOf(permission.UserUpdate), Roles: managers, Scope: permission.ManagedGroup},
	}}))
	each(t, func(t *testing.T, w *world) {
		managing := func(groups ...user.GroupID) user.Patch {
			return user.Patch{ManagerOf: user.Set(user.IDSetOf(groups...))}
		}
		for _, id := range []user.ID{manager, agent} {
			w.ok(second(w.host.Patch(w.ctx, id, user.Patch{
				MemberOf: user.Set[user.GroupID](1), Roles: user.Set(managers.With(user.RolesOf(user.Agent))),
			})))
		}
		h := w.as(manager).WithAuthorizer(policy)
		w.unchanged("groups out of reach", func() {
			for name, err := range map[string]error{
				"the own groups":    second(h.Patch(w.ctx, manager, managing(1, 2))),
				"another's groups":  second(h.Patch(w.ctx, agent, managing(2))),
				"two edits":         second(h.Edit(w.ctx, []roster.Edit{{ID: agent, Patch: managing(1)}, {ID: manager, Patch: managing(1, 2)}})),
				"another's account": second(h.Patch(w.ctx, other, user.Patch{EmployeeID: user.Set("e")})),
			} {
				if got := rule(err); got != permission.RuleNotManagedGroup {
					t.Errorf("%s: got rule %q, error %v", name, got, err)
				}
			}
		})
		w.ok(second(h.Patch(w.ctx, agent, managing(1))))
		w.ok(second(w.host.Patch(w.ctx, agent, managing(1, 2))))
		w.ok(second(h.Patch(w.ctx, agent, managing(2)))) // a group that stays is not given
		w.ok(second(h.Patch(w.ctx, agent, managing())))
	})
}
