package roster_test

import (
	"errors"
	"testing"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// TestAnEditMayPassUniqueNamesAmongItsUsers checks edits with a password, and the name of a deleted
// user. internal/systemtest/model checks the results and changes of random edits.
func TestAnEditMayPassUniqueNamesAmongItsUsers(t *testing.T) {
	login := func(id user.ID, name string) roster.Edit {
		return roster.Edit{ID: id, Patch: user.Patch{Login: user.Set(name)}}
	}
	withPassword := login(other, "boss")
	withPassword.Password = &roster.PasswordChange{New: newPhrase}
	for name, edits := range map[string][]roster.Edit{
		"a ring with a password":                     {login(agent, "other"), withPassword, login(boss, "agent")},
		"a chain that ends at a deleted user's name": {login(agent, "other"), login(other, "gone")},
	} {
		each(t, func(t *testing.T, w *world) {
			w.unchanged("a dry run", func() { must(w.host.Edit(w.ctx, edits, roster.DryRun())) })
			must(w.host.Edit(w.ctx, edits))
			for _, e := range edits {
				want, _ := e.Patch.Login.Get()
				if u := must(w.host.Find(w.ctx, user.KeyLogin, want)); u.ID != e.ID {
					t.Errorf("%s: %q is user %d", name, want, u.ID)
				}
			}
		})
	}
}

// TestAManagerMovesAgentsWithinManagedGroups checks that a manager can move an agent between
// groups that the manager manages, and to or from no other group. A row lets managers update the
// members of these groups: they can make a user the manager of such a group only.
func TestAManagerMovesAgentsWithinManagedGroups(t *testing.T) {
	managers := user.RolesOf(user.AgentManager)
	policy := policyOf(
		permission.Row{Actions: permission.ActionsOf(permission.UserRead), Roles: user.VendorRoles()},
		permission.Row{Actions: permission.ActionsOf(permission.UserUpdate), Roles: managers, Scope: permission.ManagedGroup},
	)
	each(t, func(t *testing.T, w *world) {
		w.ok(second(w.host.SetRoles(w.ctx, agent, managers.With(user.RolesOf(user.Agent)))))
		h, gives := w.as(manager), w.as(manager).WithAuthorizer(policy)
		to := func(g user.GroupID) user.Patch { return user.Patch{MemberOf: user.Set(g), EmployeeID: user.Set("e")} }
		managing := func(groups ...user.GroupID) user.Patch {
			return user.Patch{ManagerOf: user.Set(user.IDSetOf(groups...))}
		}
		w.unchanged("moving out of reach", func() {
			for name, err := range map[string]error{
				"to another group":        second(gives.Patch(w.ctx, agent, to(2))),
				"out of all groups":       second(gives.Patch(w.ctx, agent, user.Patch{MemberOf: user.Clear[user.GroupID]()})),
				"from another group":      second(h.Patch(w.ctx, other, to(1))),
				"to manage another group": second(gives.Patch(w.ctx, agent, managing(2))),
			} {
				if got := rule(err); got != permission.RuleNotManagedGroup {
					t.Errorf("%s: got rule %q, error %v", name, got, err)
				}
			}
		})
		w.ok(second(gives.Patch(w.ctx, agent, managing(1))))
		w.ok(second(w.host.Patch(w.ctx, agent, managing(1, 2))))
		w.ok(second(gives.Patch(w.ctx, agent, managing(2)))) // a group that stays is not given
		w.ok(second(w.host.SetRoles(w.ctx, agent, user.RolesOf(user.Agent))))
		w.ok(second(w.host.Patch(w.ctx, manager, managing(1, 2))))
		w.ok(second(h.Patch(w.ctx, agent, to(2))))
		if got := w.user(agent).Capacity.MemberOf.Group; got != 2 {
			t.Errorf("is in group %d", got)
		}
	})
}

// TestPreconditionRunsLast checks that WithPrecondition receives users as the rules change them,
// and runs after the policy and the rules. The zero User stands for one that does not exist.
func TestPreconditionRunsLast(t *testing.T) {
	w := newWorld(t, memstore.New())
	ungrouped := errors.New("an agent without a group")
	condition := roster.WithPrecondition(func(before, after user.User) error {
		if before.ID != after.ID {
			t.Errorf("user %d became user %d", before.ID, after.ID)
		}
		if after.Access.Roles.Has(user.Agent) && after.Capacity.MemberOf.IsZero() {
			return ungrouped
		}
		return nil
	})
	access := user.Access{Profiles: user.IDSetOf(agentProfile)} // the role comes from the profile
	made := withID(0)
	made.User.Access = access
	patch := user.Patch{Profiles: user.Set(access.Profiles)}
	edit := []roster.Edit{{ID: boss, Patch: patch, Password: &roster.PasswordChange{New: newPhrase}}}
	w.unchanged("a refused call", func() {
		for h, want := range map[*roster.Handle]error{&w.host: ungrouped, new(w.as(noUser)): permission.ErrDenied} {
			w.is(second(h.Create(w.ctx, made, condition)), want, "Create")
			w.is(second(h.Patch(w.ctx, boss, patch, condition)), want, "Patch")
			w.is(second(h.Edit(w.ctx, edit, condition)), want, "Edit with a password")
		}
	})
	w.ok(second(w.host.Patch(w.ctx, other, user.Patch{MaxChats: user.Set(2)}, condition)))
}

// TestPatchFunc checks that the patch of Edit.PatchFunc is validated and authorized as Edit.Patch
// is.
func TestPatchFunc(t *testing.T) {
	w := newWorld(t, memstore.New())
	edit := func(h roster.Handle, change func(*user.Patch, user.User)) error {
		return second(h.Edit(w.ctx, []roster.Edit{{ID: agent, Patch: user.Patch{MaxChats: user.Set(9)},
			PatchFunc: func(present user.User, p user.Patch) user.Patch {
				change(&p, present)
				return p
			}}}))
	}
	w.ok(edit(w.host, func(p *user.Patch, present user.User) { p.Description = user.Set("was " + present.Identity.Login) }))
	if u := w.user(agent); u.Identity.Description != "was agent" || u.Capacity.MaxChats != 9 {
		t.Errorf("became %+v", u)
	}
	w.is(edit(w.host, func(p *user.Patch, _ user.User) { p.Login = user.Set("") }), validate.ErrInvalid, "a patch that is wrong")
	w.is(edit(w.as(manager).WithAuthorizer(permission.LivePerson()), func(p *user.Patch, _ user.User) {
		p.Profiles = user.Set(user.IDSetOf(adminProfile))
	}), permission.ErrDenied, "a patch that the actor may not make")
}

// TestCreateWithActivation checks that the revision that creates the user also records the request
// for the mail, and that the actor needs permission.ActivationSend.
func TestCreateWithActivation(t *testing.T) {
	creators := policyOf(permission.Row{Actions: permission.ActionsOf(permission.UserCreate), Roles: user.RolesOf(user.Admin)})
	each(t, func(t *testing.T, w *world) {
		n, h := withID(0), w.as(boss).WithAuthorizer(creators)
		w.ok(second(h.Create(w.ctx, n, roster.DryRun())))
		n.Activation = true
		w.unchanged("a mail", func() { w.is(second(h.Create(w.ctx, n)), permission.ErrDenied, "a mail") })
		before := w.start()
		id := must(w.as(boss).Create(w.ctx, n)).User.ID
		c := must(w.host.Changes(w.ctx, storage.ChangeQuery{After: before}))
		if len(c) != 2 || c[0].Type != storage.UserCreated || c[1].Type != storage.ActivationRequested || c[1].UserID != id ||
			c[0].ID.Revision != c[1].ID.Revision {
			t.Errorf("changes: %+v", c)
		}
	})
}
