package roster_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
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

var errUngrouped = errors.New("an agent without a group")

// grouped is a condition such as a vendor's: agents must be in a group.
func grouped(_, after user.User) error {
	if after.Access.Roles.Has(user.Agent) && after.Capacity.MemberOf.IsZero() {
		return errUngrouped
	}
	return nil
}

// TestProvided checks that WithPrecondition receives users as the rules change them, and runs
// after the policy and the rules.
func TestProvided(t *testing.T) {
	w := newWorld(t, memstore.New())
	access := user.Access{Profiles: user.IDSetOf(agentProfile)} // the role comes from the profile
	made := withID(0)
	made.User.Access = access
	patch := user.Patch{Profiles: user.Set(access.Profiles)}
	edit := []roster.Edit{{ID: boss, Patch: patch, Password: &roster.PasswordChange{New: newPhrase}}}
	condition := roster.WithPrecondition(grouped)
	w.unchanged("a refused call", func() {
		for h, want := range map[*roster.Handle]error{&w.host: errUngrouped, new(w.as(noUser)): permission.ErrDenied} {
			for name, err := range map[string]error{
				"create": second(h.Create(w.ctx, made, condition)), "patch": second(h.Patch(w.ctx, boss, patch, condition)),
				"edit with a password": second(h.Edit(w.ctx, edit, condition)),
			} {
				w.is(err, want, name)
			}
		}
	})
	w.ok(second(w.host.Patch(w.ctx, other, user.Patch{MaxChats: user.Set(2)}, condition)))
}

// TestProvidedIsAskedByEveryCall checks that every call that changes a user runs the
// precondition, and that an aborted call writes nothing.
func TestProvidedIsAskedByEveryCall(t *testing.T) {
	w := newWorld(t, memstore.New())
	refused := errors.New("refused")
	asked := 0
	never := roster.WithPrecondition(func(before, after user.User) error {
		if before.ID == 0 || before.ID != after.ID {
			t.Errorf("user %d became user %d", before.ID, after.ID)
		}
		asked++
		return refused
	})
	h, c := w.host, w.ctx
	for name, call := range map[string]func() error{
		"Delete":        func() error { return second(h.Delete(c, agent, never)) },
		"DeleteMany":    func() error { return second(h.DeleteMany(c, []user.ID{agent, manager}, never)) },
		"DeleteAll":     func() error { return second(h.DeleteAll(c, roster.ListParams{}, nil, never)) },
		"Restore":       func() error { return second(h.Restore(c, gone, never)) },
		"Erase":         func() error { return second(h.Erase(c, agent, never)) },
		"Patch":         func() error { return second(h.Disable(c, agent, never)) },
		"Replace":       func() error { return second(h.Replace(c, agent, w.user(agent), 0, never)) },
		"ResetPassword": func() error { return second(h.ResetPassword(c, agent, roster.PasswordChange{New: newPhrase}, never)) },
		"SetStatus":     func() error { return second(h.SetStatus(c, agent, user.DND, 0, never)) },
		"LockStatus":    func() error { return second(h.LockStatus(c, agent, user.DND, never)) },
		"Reserve":       func() error { return second(h.Reserve(c, agent, "chat", never)) },
		"SetView":       func() error { return second(h.SetView(c, agent, 1, true, never)) },
		"AddStatistic":  func() error { return second(h.AddStatistic(c, agent, user.Statistic{Name: "own"}, never)) },
		"SetCampaign":   func() error { return second(h.SetCampaign(c, agent, user.Campaign{Name: "own"}, never)) },
	} {
		w.unchanged(name, func() {
			asked = 0
			if err := call(); !errors.Is(err, refused) || asked != 1 {
				t.Errorf("%s: %v, asked %d times", name, err, asked)
			}
		})
	}
}

// TestAdapt checks that the patch of Edit.PatchFunc is validated and authorized as Edit.Patch is.
func TestAdapt(t *testing.T) {
	w := newWorld(t, memstore.New())
	edit := func(h roster.Handle, adapt func(user.User, user.Patch) user.Patch) error {
		return second(h.Edit(w.ctx, []roster.Edit{{ID: agent, Patch: user.Patch{MaxChats: user.Set(9)}, PatchFunc: adapt}}))
	}
	w.ok(edit(w.host, func(present user.User, p user.Patch) user.Patch {
		p.Description = user.Set("was " + present.Identity.Login)
		return p
	}))
	if u := w.user(agent); u.Identity.Description != "was agent" || u.Capacity.MaxChats != 9 {
		t.Errorf("became %+v", u)
	}
	w.is(edit(w.host, func(_ user.User, p user.Patch) user.Patch {
		p.Login = user.Set("")
		return p
	}), validate.ErrInvalid, "a patch that is wrong")
	w.is(edit(w.as(manager).WithAuthorizer(permission.LivePerson()), func(_ user.User, p user.Patch) user.Patch {
		p.Profiles = user.Set(user.IDSetOf(adminProfile))
		return p
	}), permission.ErrDenied, "a patch that the actor may not make")
}

// TestCreateWithActivation checks that the revision that creates the user also records the request
// for the mail, and that the actor needs permission.ActivationSend.
func TestCreateWithActivation(t *testing.T) {
	creators := must(permission.New(permission.Spec{Name: "creators", Source: "test", Rows: []permission.Row{{
		Name: "create", Actions: permission.ActionsOf(permission.UserCreate), Roles: user.RolesOf(user.Admin),
	}}}))
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
