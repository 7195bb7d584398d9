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

const lpaProfile user.ProfileID = 9

// alone makes boss the only administrator of the account: an LPA by a profile, beside an owner who
// is disabled, an admin who is an API user, and an admin who is deleted.
func alone(w *world) {
	w.Helper()
	w.ok(second(w.host.PutReference(w.ctx, user.Reference{
		Kind: user.ReferenceProfile, ID: int64(lpaProfile), Name: "LPA", Profile: user.Profile{Role: user.LPA},
	})))
	w.ok(second(w.host.Patch(w.ctx, boss, user.Patch{
		Granted: user.Clear[user.Roles](), Profiles: user.Set(user.IDSetOf(lpaProfile)),
	})))
	admin := user.RolesOf(user.Admin)
	for _, u := range []user.User{
		{ID: 20, Identity: user.Identity{Login: "disabled"}, Access: user.Access{Granted: user.RolesOf(user.Owner), Disabled: true}},
		{ID: 21, Identity: user.Identity{Login: "robot", APIUser: true}, Access: user.Access{Granted: admin, AllowedAppKeys: "key"}},
		{ID: 22, Identity: user.Identity{Login: "deleted"}, Access: user.Access{Granted: admin}},
	} {
		w.ok(second(w.host.Create(w.ctx, roster.CreateParams{User: u})))
	}
	w.ok(second(w.host.Delete(w.ctx, 22)))
}

// TestAnAccountKeepsItsLastAdministrator checks that only the system actor can remove the last
// administrator. A disabled or deleted user and an API user are no administrators, whatever their
// roles. Whether an administrator has a password does not matter.
func TestAnAccountKeepsItsLastAdministrator(t *testing.T) {
	type (
		h       = roster.Handle
		o       = roster.CallOption
		removal = func(w *world, h h, o ...o) error
	)
	patch := func(p user.Patch) removal {
		return func(w *world, h h, o ...o) error { return second(h.Patch(w.ctx, boss, p, o...)) }
	}
	for name, remove := range map[string]removal{
		"the profile":       patch(user.Patch{Profiles: user.Set(user.IDSetOf(agentProfile))}),
		"the API-user flag": patch(user.Patch{APIUser: user.Set(true), AllowedAppKeys: user.Set("k")}),
		"the roles":         patch(user.Patch{Roles: user.Set(user.RolesOf(user.Agent))}),
		"a replacement": func(w *world, h h, o ...o) error {
			return second(h.Replace(w.ctx, boss, user.User{Identity: user.Identity{Login: "boss"}}, 0, o...))
		},
		"an edit of several": func(w *world, h h, o ...o) error {
			return second(h.Edit(w.ctx, []roster.Edit{{ID: agent}, {ID: boss, Patch: user.Patch{Enabled: user.Set(false)}}}, o...))
		},
		"disabling": func(w *world, h h, o ...o) error { return second(h.Disable(w.ctx, boss, o...)) },
		"deletion":  func(w *world, h h, o ...o) error { return second(h.Delete(w.ctx, boss, o...)) },
		"deletion of several": func(w *world, h h, o ...o) error {
			return second(h.DeleteMany(w.ctx, []user.ID{agent, boss, other}, o...))
		},
		"erasure": func(w *world, h h, o ...o) error { return second(h.Erase(w.ctx, boss, o...)) },
	} {
		each(t, func(t *testing.T, w *world) {
			alone(w)
			w.unchanged(name, func() {
				w.is(remove(w, w.as(boss)), roster.ErrLastAdministrator, name)
				w.is(remove(w, w.as(boss), roster.DryRun()), roster.ErrLastAdministrator, name+" in a dry run")
				w.ok(remove(w, w.host, roster.DryRun()))
			})
			w.ok(second(w.host.SetRoles(w.ctx, manager, user.RolesOf(user.Admin))))
			w.ok(remove(w, w.as(boss)))
			w.ok(w.as(manager).DeleteReference(w.ctx, user.ReferenceSkill, 7)) // the other administrator goes on
		})
	}
}

// TestEditsAreJudgedByTheirEndState checks edits of several users together: one edit may make an
// administrator and another remove one.
func TestEditsAreJudgedByTheirEndState(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		alone(w)
		edits := func(roles user.Roles) error {
			return second(w.as(boss).Edit(w.ctx, []roster.Edit{
				{ID: boss, Patch: user.Patch{Enabled: user.Set(false)}}, {ID: manager, Patch: user.Patch{Roles: user.Set(roles)}},
			}))
		}
		w.unchanged("no administrator made", func() {
			err := edits(user.RolesOf(user.Agent))
			if w.is(err, roster.ErrLastAdministrator, "an agent instead"); errors.As(err, new(*roster.ItemError)) {
				t.Errorf("the error is about one item: %v", err)
			}
		})
		w.ok(edits(user.RolesOf(user.Admin)))
	})
}

// TestDeleteAllLeavesAnAdministrator checks which administrator DeleteAll leaves out: the acting
// user, else the one with the lowest id.
func TestDeleteAllLeavesAnAdministrator(t *testing.T) {
	for _, tt := range []struct {
		name  string
		actor user.ID
		ids   []user.ID // of the list, nil for all users
		kept  user.ID
		want  []user.ID
	}{
		{"all, by an administrator", manager, nil, manager, []user.ID{boss, agent, other, 20, 21}},
		{"one is not on the list", boss, []user.ID{boss, agent}, 0, []user.ID{boss, agent}},
		{"by a user that is none", other, nil, boss, []user.ID{agent, other, manager, 20, 21}},
		{"only the last administrator", boss, []user.ID{boss}, boss, nil},
		{"the host", 0, nil, 0, []user.ID{boss, agent, other, manager, 20, 21}},
	} {
		each(t, func(t *testing.T, w *world) {
			alone(w)
			if tt.want != nil {
				w.ok(second(w.host.SetRoles(w.ctx, manager, user.RolesOf(user.Admin))))
			}
			rules := permission.StandardSelfRules()
			for _, holder := range []user.Role{user.Admin, user.LPA, user.Agent} {
				rules.Grants = append(rules.Grants, permission.Grant{Holder: holder, May: user.AllRoles()})
			}
			h := w.host
			if tt.actor != 0 {
				h = w.as(tt.actor).WithAuthorizer(permission.Guarded(permissive, rules))
			}
			deletes := func(opts ...roster.CallOption) {
				d, err := h.DeleteAll(w.ctx, roster.ListParams{Query: storage.Query{IDs: tt.ids}}, nil, opts...)
				if err != nil || d.Kept != tt.kept || !slices.Equal(d.IDs, tt.want) {
					t.Errorf("%s: deleted %v and kept %d: %v", tt.name, d.IDs, d.Kept, err)
				}
			}
			w.unchanged("a dry run", func() { deletes(roster.DryRun()) })
			if deletes(); tt.kept != 0 && !w.user(tt.kept).Live() {
				t.Errorf("%s: user %d is deleted", tt.name, tt.kept)
			}
		})
	}
}

// TestAVendorsPolicyKeepsAnAdministratorThatItKnows uses a policy whose rows do not name every
// role of administrators. The account keeps an administrator that the rows let create users.
func TestAVendorsPolicyKeepsAnAdministratorThatItKnows(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		owner := roster.CreateParams{User: user.User{ID: 30, Identity: user.Identity{Login: "owner"}, Access: user.Access{Granted: user.RolesOf(user.Owner)}}}
		w.ok(second(w.host.Create(w.ctx, owner)))
		h := w.as(agent).WithAuthorizer(permission.Genesys())
		w.unchanged("the last admin", func() {
			w.is(second(h.Delete(w.ctx, boss)), roster.ErrLastAdministrator, "deleting the only admin beside an owner")
			w.is(second(h.SetRoles(w.ctx, boss, user.Roles{})), roster.ErrLastAdministrator, "taking the role")
		})
		done, err := h.DeleteAll(w.ctx, roster.ListParams{}, nil)
		if err != nil || done.Kept != boss {
			t.Errorf("all: %d was kept, %v", done.Kept, err)
		}
		w.ok(second(w.host.Delete(w.ctx, boss)))
		w.ok(second(w.host.Restore(w.ctx, 30)))
		w.ok(second(w.host.Restore(w.ctx, agent)))
		w.is(second(h.Delete(w.ctx, 30)), roster.ErrLastAdministrator, "the owner is the last administrator")
	})
}
