package roster_test

import (
	"context"
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

// removal is a call that removes an administrator from an account.
type removal func(c context.Context, h roster.Handle, id user.ID, o ...roster.CallOption) error

func removals() map[string]removal {
	type (
		c = context.Context
		h = roster.Handle
		o = roster.CallOption
	)
	patch := func(p user.Patch) removal {
		return func(c c, h h, id user.ID, o ...o) error { return second(h.Patch(c, id, p, o...)) }
	}
	return map[string]removal{
		"the profile":       patch(user.Patch{Profiles: user.Set(user.IDSetOf(agentProfile))}),
		"the API-user flag": patch(user.Patch{APIUser: user.Set(true), AllowedAppKeys: user.Set("k")}),
		"the roles":         patch(user.Patch{Roles: user.Set(user.RolesOf(user.Agent))}),
		"a replacement": func(c c, h h, id user.ID, o ...o) error {
			return second(h.Replace(c, id, user.User{Identity: user.Identity{Login: "boss"}}, 0, o...))
		},
		"disabling": func(c c, h h, id user.ID, o ...o) error { return second(h.Disable(c, id, o...)) },
		"an edit of several": func(c c, h h, id user.ID, o ...o) error {
			return second(h.Edit(c, []roster.Edit{
				{ID: agent, Patch: user.Patch{LastName: user.Set("Aal")}}, {ID: id, Patch: user.Patch{Enabled: user.Set(false)}},
			}, o...))
		},
		"deletion": func(c c, h h, id user.ID, o ...o) error { return second(h.Delete(c, id, o...)) },
		"deletion of several": func(c c, h h, id user.ID, o ...o) error {
			return second(h.DeleteMany(c, []user.ID{agent, id, other}, o...))
		},
		"erasure": func(c c, h h, id user.ID, o ...o) error { return second(h.Erase(c, id, o...)) },
	}
}

// TestAnAccountKeepsItsLastAdministrator checks that only the system actor can remove the last
// administrator. A disabled or deleted user and an API user are no administrators, whatever their
// roles. Whether an administrator has a password does not matter.
func TestAnAccountKeepsItsLastAdministrator(t *testing.T) {
	for name, remove := range removals() {
		each(t, func(t *testing.T, w *world) {
			alone(w)
			w.unchanged(name, func() {
				w.is(remove(w.ctx, w.as(boss), boss), roster.ErrLastAdministrator, name)
				w.is(remove(w.ctx, w.as(boss), boss, roster.DryRun()), roster.ErrLastAdministrator, name+" in a dry run")
				w.ok(remove(w.ctx, w.host, boss, roster.DryRun()))
			})
			w.ok(second(w.host.SetRoles(w.ctx, manager, user.RolesOf(user.Admin))))
			w.ok(remove(w.ctx, w.as(boss), boss))
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

// TestAHostNamesItsAdministrators sets permission.Spec.Administrators.
func TestAHostNamesItsAdministrators(t *testing.T) {
	spec := permission.Default().Spec()
	spec.Administrators = user.RolesOf(user.Supervisor)
	policy := must(permission.New(spec))
	each(t, func(t *testing.T, w *world) {
		w.ok(second(w.host.SetRoles(w.ctx, manager, user.RolesOf(user.Supervisor))))
		h := w.as(boss).WithAuthorizer(permission.All(policy, permission.Default()))
		w.unchanged("the host's administrator", func() {
			w.is(second(h.Disable(w.ctx, manager)), roster.ErrLastAdministrator, "Disable")
			w.ok(second(h.Disable(w.ctx, boss, roster.DryRun())))
		})
	})
}

// TestDeleteAllLeavesAnAdministrator checks which administrator DeleteAll leaves out: the acting
// user, else the one with the lowest id.
func TestDeleteAllLeavesAnAdministrator(t *testing.T) {
	admins := roster.ListParams{Query: storage.Query{Roles: permission.StandardAdministratorRoles()}}
	for _, tt := range []struct {
		name  string
		actor user.ID
		list  roster.ListParams
		but   []user.ID
		kept  user.ID
		want  []user.ID
	}{
		{"all, by an administrator", manager, roster.ListParams{}, nil, manager, []user.ID{boss, agent, other, 20, 21}},
		{"the administrators, by one", boss, admins, nil, boss, []user.ID{manager, 20, 21}},
		{"one is spared", boss, roster.ListParams{}, []user.ID{manager}, 0, []user.ID{boss, agent, other, 20, 21}},
		{"the spared user is no administrator", boss, roster.ListParams{}, []user.ID{20}, boss, []user.ID{agent, other, manager, 21}},
		{"one is not on the list", boss, roster.ListParams{Query: storage.Query{IDs: []user.ID{boss, agent}}}, nil, 0, []user.ID{boss, agent}},
		{"by a user that is none", other, roster.ListParams{}, nil, boss, []user.ID{agent, other, manager, 20, 21}},
		{"only the last administrator", boss, roster.ListParams{Query: storage.Query{IDs: []user.ID{boss}}}, nil, boss, nil},
		{"the host", 0, roster.ListParams{}, nil, 0, []user.ID{boss, agent, other, manager, 20, 21}},
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
				d, err := h.DeleteAll(w.ctx, tt.list, tt.but, opts...)
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
