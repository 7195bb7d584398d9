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
	for name, policy := range map[string]permission.Authorizer{"default": permission.Default(), "liveperson": permission.LivePerson()} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, w *world) {
				h := w.as(manager).WithAuthorizer(policy)
				to := func(g user.GroupID) user.Patch { return user.Patch{MemberOf: user.Set(g), EmployeeID: user.Set("e")} }
				w.unchanged("moving out of reach", func() {
					for _, p := range []user.Patch{to(2), to(0), {MemberOf: user.Clear[user.GroupID]()}, {MemberOf: user.Set[user.GroupID](2), MaxChats: user.Set(9)}} {
						_, err := h.Patch(w.ctx, agent, p)
						if got := rule(err); got != permission.RuleNotManagedGroup {
							t.Errorf("got rule %q", got)
						}
					}
					_, err := h.Patch(w.ctx, other, to(1)) // nor from another group
					if got := rule(err); got != permission.RuleNotManagedGroup {
						t.Errorf("got rule %q", got)
					}
				})
				w.ok(second(w.host.Patch(w.ctx, manager, user.Patch{ManagerOf: user.Set(user.IDSetOf[user.GroupID](1, 2))})))
				w.ok(second(h.Patch(w.ctx, agent, to(2))))
				if got := w.user(agent).Capacity.MemberOf.Group; got != 2 {
					t.Errorf("is in group %d", got)
				}
			})
		})
	}
}

// TestAManagerGivesOnlyGroupsThatTheyManage uses a row that lets managers update the members of
// their groups. A manager can make a user the manager of such a group only.
func TestAManagerGivesOnlyGroupsThatTheyManage(t *testing.T) {
	read := permission.Row{Name: "read", Actions: permission.ActionsOf(permission.UserRead), Roles: user.VendorRoles()}
	update := permission.Row{
		Name: "update", Actions: permission.ActionsOf(permission.UserUpdate), Roles: user.RolesOf(user.AgentManager),
		Scope: permission.ManagedGroup,
	}
	policy := must(permission.New(permission.Spec{Name: "managers", Rows: []permission.Row{read, update}}))
	each(t, func(t *testing.T, w *world) {
		managing := func(groups ...user.GroupID) user.Patch {
			return user.Patch{ManagerOf: user.Set(user.IDSetOf(groups...))}
		}
		for _, id := range []user.ID{manager, agent} {
			w.ok(second(w.host.Patch(w.ctx, id, user.Patch{
				MemberOf: user.Set[user.GroupID](1), Roles: user.Set(user.RolesOf(user.AgentManager, user.Agent)),
			})))
		}
		h := w.as(manager).WithAuthorizer(policy)
		w.unchanged("groups out of reach", func() {
			for _, id := range []user.ID{manager, agent} {
				for _, p := range []user.Patch{managing(1, 2), managing(2), {ManagerOf: managing(2).ManagerOf, EmployeeID: user.Set("e")}} {
					_, err := h.Patch(w.ctx, id, p)
					if got := rule(err); got != permission.RuleNotManagedGroup {
						t.Errorf("user %d: got rule %q, error %v", id, got, err)
					}
				}
			}
			_, err := h.Edit(w.ctx, []roster.Edit{{ID: agent, Patch: managing(1)}, {ID: manager, Patch: managing(1, 2)}})
			if got := rule(err); got != permission.RuleNotManagedGroup {
				t.Errorf("two edits: got rule %q, error %v", got, err)
			}
			_, err = h.Patch(w.ctx, other, user.Patch{EmployeeID: user.Set("e")})
			if got := rule(err); got != permission.RuleNotManagedGroup {
				t.Errorf("an agent of group 2: got rule %q, error %v", got, err)
			}
		})
		w.ok(second(h.Patch(w.ctx, agent, managing(1))))
		w.ok(second(w.host.Patch(w.ctx, agent, managing(1, 2))))
		w.ok(second(h.Patch(w.ctx, agent, managing(2))))
		w.ok(second(h.Patch(w.ctx, agent, managing())))
	})
}
