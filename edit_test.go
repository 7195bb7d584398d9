package roster_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// TestAnEditMayPassUniqueNamesAmongItsUsers checks that users of one Edit may exchange unique
// names. Each user has one change, with the names before and after, in one revision.
func TestAnEditMayPassUniqueNamesAmongItsUsers(t *testing.T) {
	login := func(id user.ID, name string) roster.Edit {
		return roster.Edit{ID: id, Patch: user.Patch{Login: user.Set(name)}}
	}
	withPassword := login(other, "boss")
	withPassword.Password = &roster.PasswordChange{New: newPhrase}
	for name, edits := range map[string][]roster.Edit{
		"a swap":                 {login(agent, "other"), login(other, "agent")},
		"a ring with a password": {login(agent, "other"), withPassword, login(boss, "agent")},
		"a chain that ends at a deleted user's name": {login(agent, "other"), login(other, "gone")},
	} {
		each(t, func(t *testing.T, w *world) {
			was := map[user.ID]string{}
			for _, e := range edits {
				was[e.ID] = w.user(e.ID).Identity.Login
			}
			w.unchanged("a dry run", func() { must(w.host.Edit(w.ctx, edits, roster.DryRun())) })
			before := w.state().Revision
			results := must(w.host.Edit(w.ctx, edits))
			changes := slices.DeleteFunc(must(w.host.Changes(w.ctx, storage.ChangeQuery{After: storage.AfterRevision(before)})),
				func(c storage.Change) bool { return c.Type != storage.UserUpdated })
			if len(changes) != len(edits) {
				t.Fatalf("%s: %d changes for %d users", name, len(changes), len(edits))
			}
			for i, e := range edits {
				want, _ := e.Patch.Login.Get()
				found, r, c := must(w.host.Find(w.ctx, user.KeyLogin, want)), results[i], changes[i]
				if found.ID != e.ID || found.Version != before+1 || r.User.Identity.Login != want || r.User.Version != before+1 ||
					!r.Changed.Has(user.AttrLogin) || r.Lost != 0 {
					t.Errorf("%s: %q is user %d, version %d; result %+v", name, want, found.ID, found.Version, r)
				}
				d := c.Diff[slices.IndexFunc(c.Diff, func(d user.Difference) bool { return d.Attribute == user.AttrLogin })]
				if c.UserID != e.ID || c.ID.Revision != before+1 || d.Before.String() != was[e.ID] || d.After.String() != want {
					t.Errorf("%s: change %d: user %d from %q to %q", name, i, c.UserID, d.Before, d.After)
				}
			}
		})
	}
	each(t, func(t *testing.T, w *world) {
		w.unchanged("a name that its user keeps", func() {
			_, err := w.host.Edit(w.ctx, []roster.Edit{login(other, "boss"), login(agent, "boss"), login(boss, "agent")})
			var at *roster.ItemError
			var exists *storage.ExistsError
			if !errors.As(err, &at) || at.Index != 1 || !errors.As(err, &exists) || exists.ID != int64(other) {
				t.Errorf("error %v", err)
			}
		})
	})
}

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
