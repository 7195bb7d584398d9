package roster_test

import (
	"errors"
	"testing"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/permission"
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
// after the rules.
func TestProvided(t *testing.T) {
	w := newWorld(t, memstore.New())
	before, err := w.host.Revision(w.ctx)
	w.ok(err)
	access := user.Access{Profiles: user.IDSetOf(agentProfile)} // the role comes from the profile
	for name, call := range map[string]func(roster.Handle) error{
		"create": func(h roster.Handle) error {
			n := roster.CreateParams{User: user.User{Identity: user.Identity{Login: "new"}, Access: access}}
			return second(h.Create(w.ctx, n, roster.WithPrecondition(grouped)))
		},
		"patch": func(h roster.Handle) error {
			return second(h.Patch(w.ctx, boss, user.Patch{Profiles: user.Set(access.Profiles)}, roster.WithPrecondition(grouped)))
		},
		"edit with a password": func(h roster.Handle) error {
			e := roster.Edit{
				ID: boss, Patch: user.Patch{Profiles: user.Set(access.Profiles)}, Password: &roster.PasswordChange{New: newPhrase},
			}
			return second(h.Edit(w.ctx, []roster.Edit{e}, roster.WithPrecondition(grouped)))
		},
	} {
		if err := call(w.host); !errors.Is(err, errUngrouped) {
			t.Errorf("%s: %v", name, err)
		}
		if err := call(w.dir.As("acme", roster.UserActor(nobody))); !errors.Is(err, permission.ErrDenied) {
			t.Errorf("%s by nobody: %v, want the policy to refuse first", name, err)
		}
	}
	if after, _ := w.host.Revision(w.ctx); after != before {
		t.Errorf("a refused call made revision %d of %d", after, before)
	}
	w.ok(second(w.host.Patch(w.ctx, other, user.Patch{MaxChats: user.Set(2)}, roster.WithPrecondition(grouped))))
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
	for name, call := range map[string]func(roster.Handle) error{
		"Delete":     func(h roster.Handle) error { return second(h.Delete(w.ctx, agent, never)) },
		"DeleteMany": func(h roster.Handle) error { return second(h.DeleteMany(w.ctx, []user.ID{agent, manager}, never)) },
		"DeleteAll":  func(h roster.Handle) error { return second(h.DeleteAll(w.ctx, roster.ListParams{}, nil, never)) },
		"Restore":    func(h roster.Handle) error { return second(h.Restore(w.ctx, gone, never)) },
		"Erase":      func(h roster.Handle) error { return second(h.Erase(w.ctx, agent, never)) },
		"Patch":      func(h roster.Handle) error { return second(h.Disable(w.ctx, agent, never)) },
		"Replace":    func(h roster.Handle) error { return second(h.Replace(w.ctx, agent, w.user(agent), 0, never)) },
		"ResetPassword": func(h roster.Handle) error {
			return second(h.ResetPassword(w.ctx, agent, roster.PasswordChange{New: newPhrase}, never))
		},
		"SetStatus":  func(h roster.Handle) error { return second(h.SetStatus(w.ctx, agent, user.DND, 0, never)) },
		"LockStatus": func(h roster.Handle) error { return second(h.LockStatus(w.ctx, agent, user.DND, never)) },
		"Reserve":    func(h roster.Handle) error { return second(h.Reserve(w.ctx, agent, "chat", never)) },
		"SetView":    func(h roster.Handle) error { return second(h.SetView(w.ctx, agent, 1, true, never)) },
		"AddStatistic": func(h roster.Handle) error {
			return second(h.AddStatistic(w.ctx, agent, user.Statistic{Name: "own"}, never))
		},
		"SetCampaign": func(h roster.Handle) error {
			return second(h.SetCampaign(w.ctx, agent, user.Campaign{Name: "own"}, never))
		},
	} {
		w.unchanged(name, func() {
			asked = 0
			if err := call(w.host); !errors.Is(err, refused) || asked != 1 {
				t.Errorf("%s: %v, asked %d times", name, err, asked)
			}
		})
	}
}

// TestAdapt checks that the patch of Edit.PatchFunc is validated and authorized as Edit.Patch is.
func TestAdapt(t *testing.T) {
	w := newWorld(t, memstore.New())
	edit := func(h roster.Handle, adapt func(user.User, user.Patch) user.Patch) (roster.Result, error) {
		e := roster.Edit{ID: agent, Patch: user.Patch{MaxChats: user.Set(9)}, PatchFunc: adapt}
		list, err := h.Edit(w.ctx, []roster.Edit{e})
		if err != nil {
			return roster.Result{}, err
		}
		return list[0], nil
	}
	r, err := edit(w.host, func(present user.User, p user.Patch) user.Patch {
		p.Description = user.Set("was " + present.Identity.Login)
		return p
	})
	w.ok(err)
	if r.User.Identity.Description != "was agent" || r.User.Capacity.MaxChats != 9 {
		t.Errorf("became %+v", r.User)
	}
	_, err = edit(w.host, func(_ user.User, p user.Patch) user.Patch {
		p.Login = user.Set("")
		return p
	})
	if !errors.Is(err, validate.ErrInvalid) {
		t.Errorf("a patch that is wrong: %v", err)
	}
	promote := func(_ user.User, p user.Patch) user.Patch {
		p.Profiles = user.Set(user.IDSetOf(adminProfile))
		return p
	}
	if _, err = edit(w.dir.As("acme", roster.UserActor(manager)).WithAuthorizer(permission.LivePerson()), promote); !errors.Is(err, permission.ErrDenied) {
		t.Errorf("a patch that the actor may not make: %v", err)
	}
}

// TestActivationAtCreationNeedsItsPermission checks that a creation with Activation needs
// permission.ActivationSend.
func TestActivationAtCreationNeedsItsPermission(t *testing.T) {
	creators, err := permission.New(permission.Spec{Name: "creators", Source: "test", Rows: []permission.Row{{
		Name: "create", Actions: permission.ActionsOf(permission.UserCreate), Roles: user.RolesOf(user.Admin),
	}}})
	if err != nil {
		t.Fatal(err)
	}
	each(t, func(t *testing.T, w *world) {
		n := withID(0)
		n.Activation = true
		h := w.as(boss).WithAuthorizer(creators)
		w.unchanged("creation with a mail", func() { w.is(second(h.Create(w.ctx, n)), permission.ErrDenied, "with a mail") })
		n.Activation = false
		w.ok(second(h.Create(w.ctx, n)))
	})
}
