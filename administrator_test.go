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
	for i, u := range []user.User{
		{Access: user.Access{Granted: user.RolesOf(user.Owner), Disabled: true}},
		{Access: user.Access{Granted: user.RolesOf(user.Admin), AllowedAppKeys: "key"}, Identity: user.Identity{APIUser: true}},
		{Access: user.Access{Granted: user.RolesOf(user.Admin)}},
	} {
		u.ID, u.Identity.Login = user.ID(20+i), []string{"disabled", "robot", "deleted"}[i]
		w.ok(second(w.host.Create(w.ctx, roster.CreateParams{User: u})))
	}
	w.ok(second(w.host.Delete(w.ctx, 22)))
}

// removals are the calls that remove an administrator from an account.
var removals = map[string]func(w *world, h roster.Handle, id user.ID, opts ...roster.CallOption) error{
	"the roles": func(w *world, h roster.Handle, id user.ID, opts ...roster.CallOption) error {
		return second(h.SetRoles(w.ctx, id, user.RolesOf(user.Agent), opts...))
	},
	"the profile": func(w *world, h roster.Handle, id user.ID, opts ...roster.CallOption) error {
		return second(h.Patch(w.ctx, id, user.Patch{Profiles: user.Set(user.IDSetOf(agentProfile))}, opts...))
	},
	"a replacement": func(w *world, h roster.Handle, id user.ID, opts ...roster.CallOption) error {
		return second(h.Replace(w.ctx, id, user.User{Identity: user.Identity{Login: "boss"}}, 0, opts...))
	},
	"disabling": func(w *world, h roster.Handle, id user.ID, opts ...roster.CallOption) error {
		return second(h.Disable(w.ctx, id, opts...))
	},
	"the API-user flag": func(w *world, h roster.Handle, id user.ID, opts ...roster.CallOption) error {
		return second(h.Patch(w.ctx, id, user.Patch{APIUser: user.Set(true), AllowedAppKeys: user.Set("k")}, opts...))
	},
	"an edit of several": func(w *world, h roster.Handle, id user.ID, opts ...roster.CallOption) error {
		return second(h.Edit(w.ctx, []roster.Edit{
			{ID: agent, Patch: user.Patch{LastName: user.Set("Aal")}}, {ID: id, Patch: user.Patch{Enabled: user.Set(false)}},
			{ID: other, Patch: user.Patch{LastName: user.Set("Bos")}},
		}, opts...))
	},
	"deletion": func(w *world, h roster.Handle, id user.ID, opts ...roster.CallOption) error {
		return second(h.Delete(w.ctx, id, opts...))
	},
	"deletion of several": func(w *world, h roster.Handle, id user.ID, opts ...roster.CallOption) error {
		return second(h.DeleteMany(w.ctx, []user.ID{agent, id, other}, opts...))
	},
	"erasure": func(w *world, h roster.Handle, id user.ID, opts ...roster.CallOption) error {
		return second(h.Erase(w.ctx, id, opts...))
	},
}

// TestAnAccountKeepsItsLastAdministrator checks that only the system actor can remove the last
// administrator. A disabled or deleted user and an API user are no administrators, whatever their
// roles. Whether an administrator has a password does not matter.
func TestAnAccountKeepsItsLastAdministrator(t *testing.T) {
	for name, remove := range removals {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, w *world) {
				alone(w)
				w.unchanged(name, func() {
					w.is(remove(w, w.as(boss), boss), roster.ErrLastAdministrator, "by the administrator itself")
					w.is(remove(w, w.as(boss), boss, roster.DryRun()), roster.ErrLastAdministrator, "in a dry run")
					w.ok(remove(w, w.host, boss, roster.DryRun()))
				})
				w.ok(second(w.host.SetRoles(w.ctx, manager, user.RolesOf(user.Admin))))
				w.ok(remove(w, w.as(boss), boss))
				w.is(w.as(manager).DeleteReference(w.ctx, user.ReferenceSkill, 7), nil, "the other administrator goes on")
			})
		})
	}
}

// TestTheLastAdministratorsProfileStays checks that a profile which users have keeps its role,
// also if the last administrator has the profile.
func TestTheLastAdministratorsProfileStays(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		alone(w)
		w.unchanged("refused", func() {
			_, err := w.as(boss).PutReference(w.ctx, user.Reference{
				Kind: user.ReferenceProfile, ID: int64(lpaProfile), Name: "LPA", Profile: user.Profile{Role: user.Agent},
			})
			w.is(err, roster.ErrInUse, "another role")
			w.is(w.as(boss).DeleteReference(w.ctx, user.ReferenceProfile, int64(lpaProfile)), roster.ErrInUse, "deleted")
		})
	})
}

// TestEditsAreJudgedByTheirEndState checks edits of several users together: one edit may make an
// administrator and another remove one.
func TestEditsAreJudgedByTheirEndState(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		alone(w)
		step := roster.Edit{ID: boss, Patch: user.Patch{Enabled: user.Set(false)}}
		w.unchanged("nothing made", func() {
			_, err := w.as(boss).Edit(w.ctx, []roster.Edit{step, {ID: manager, Patch: user.Patch{Roles: user.Set(user.RolesOf(user.Agent))}}})
			w.is(err, roster.ErrLastAdministrator, "an agent instead")
			var at *roster.ItemError
			if errors.As(err, &at) {
				t.Errorf("the error is about item %d alone", at.Index)
			}
		})
		w.ok(second(w.as(boss).Edit(w.ctx, []roster.Edit{step, {ID: manager, Patch: user.Patch{Roles: user.Set(user.RolesOf(user.Admin))}}})))
	})
}

// TestAHostNamesItsAdministrators sets permission.Spec.Administrators.
func TestAHostNamesItsAdministrators(t *testing.T) {
	spec := permission.Default().Spec()
	spec.Administrators = user.RolesOf(user.Supervisor)
	policy := must(permission.New(spec))
	each(t, func(t *testing.T, w *world) {
		w.ok(second(w.host.SetRoles(w.ctx, manager, user.RolesOf(user.Supervisor))))
		for name, a := range map[string]permission.Authorizer{
			"alone": policy, "in All": permission.All(policy, permission.Default()), "in Any": permission.Any(policy),
		} {
			h := w.as(boss).WithAuthorizer(a)
			w.unchanged(name, func() {
				w.is(second(h.Disable(w.ctx, manager)), roster.ErrLastAdministrator, name)
				w.ok(second(h.Disable(w.ctx, boss, roster.DryRun())))
			})
		}
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
		{"the host", 0, roster.ListParams{}, nil, 0, []user.ID{boss, agent, other, manager, 20, 21}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			each(t, func(t *testing.T, w *world) {
				alone(w)
				w.ok(second(w.host.SetRoles(w.ctx, manager, user.RolesOf(user.Admin))))
				rules := permission.StandardSelfRules()
				rules.Grants = append(rules.Grants,
					permission.Grant{Holder: user.Admin, May: user.AllRoles()}, permission.Grant{Holder: user.LPA, May: user.AllRoles()},
					permission.Grant{Holder: user.Agent, May: user.AllRoles()})
				anything := permission.AuthorizerFunc(func(context.Context, permission.Request) error { return nil })
				h := w.host
				if tt.actor != 0 {
					h = w.as(tt.actor).WithAuthorizer(permission.Guarded(anything, rules))
				}
				w.unchanged("a dry run", func() {
					d, err := h.DeleteAll(w.ctx, tt.list, tt.but, roster.DryRun())
					if err != nil || d.Kept != tt.kept || !slices.Equal(d.IDs, tt.want) {
						t.Errorf("a dry run deletes %v and keeps %d: %v", d.IDs, d.Kept, err)
					}
				})
				d, err := h.DeleteAll(w.ctx, tt.list, tt.but)
				if err != nil || d.Kept != tt.kept || !slices.Equal(d.IDs, tt.want) {
					t.Errorf("deleted %v and kept %d: %v", d.IDs, d.Kept, err)
				}
				if tt.kept != 0 && !w.user(tt.kept).Live() {
					t.Error("it is deleted")
				}
			})
		})
	}
}

// TestDeleteAllOfTheLastAdministrator checks that DeleteAll deletes no user if only the last
// administrator matches.
func TestDeleteAllOfTheLastAdministrator(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		alone(w)
		w.unchanged("the last administrator", func() {
			d, err := w.as(boss).DeleteAll(w.ctx, roster.ListParams{Query: storage.Query{IDs: []user.ID{boss}}}, nil)
			if err != nil || d.Kept != boss || len(d.IDs) != 0 || d.Revision != w.state().Revision {
				t.Errorf("%+v, %v", d, err)
			}
		})
	})
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
