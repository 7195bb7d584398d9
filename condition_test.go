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
		for h, want := range map[*roster.Handle]error{&w.host: errUngrouped, new(w.as(nobody)): permission.ErrDenied} {
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
