package roster_test

import (
	"testing"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/user"
)

// writers returns a policy whose agent managers may write to users, and may do the given actions
// that read.
func writers(actions ...permission.Action) *permission.Policy {
	rules := permission.StandardSelfRules()
	rules.Grants = append(rules.Grants, permission.Grant{Holder: user.AgentManager, May: user.RolesOf(user.Agent, user.Supervisor)})
	return must(permission.New(permission.Spec{Name: "writers", Self: &rules, Rows: []permission.Row{{
		Name: "writes", Roles: user.RolesOf(user.AgentManager),
		Actions: permission.ActionsOf(append(actions, permission.UserCreate, permission.UserUpdate, permission.UserDelete,
			permission.UserRestore, permission.UserErase, permission.RolesSet, permission.CapacitySet, permission.PresenceSet,
			permission.StatusLock, permission.Reserve, permission.ViewsSet, permission.PasswordReset)...),
	}}}))
}

// TestAResultShowsWhatReadsReturn checks that each write, and its dry run, returns what
// GetDeleted returns to the actor afterwards. An actor that may not read the user gets the id,
// the version and the changed attributes.
func TestAResultShowsWhatReadsReturn(t *testing.T) {
	type (
		h = roster.Handle
		o = []roster.CallOption
	)
	for name, reads := range map[string][]permission.Action{
		"nothing": nil, "users": {permission.UserRead}, "users and views": {permission.UserRead, permission.ViewsRead},
	} {
		each(t, func(t *testing.T, w *world) {
			c := w.ctx
			patch := func(p user.Patch) func(h, o) (roster.Result, error) {
				return func(h h, o o) (roster.Result, error) { return h.Patch(c, agent, p, o...) }
			}
			by := w.as(manager).WithAuthorizer(writers(reads...))
			for i, do := range []func(h, o) (roster.Result, error){
				patch(user.Patch{Description: user.Set("new")}),
				patch(user.Patch{MaxChats: user.Set(4)}), // which changes nothing
				func(h h, o o) (roster.Result, error) { return h.SetView(c, agent, 2, true, o...) },
				func(h h, o o) (roster.Result, error) { return h.Reserve(c, agent, "mail", o...) },
				patch(user.Patch{Roles: user.Set(user.RolesOf(user.Supervisor))}),
				func(h h, o o) (roster.Result, error) {
					return h.ResetPassword(c, agent, roster.PasswordChange{New: newPhrase}, o...)
				},
				func(h h, o o) (roster.Result, error) { return h.Create(c, named("new"), o...) },
				func(h h, o o) (roster.Result, error) { return h.LockStatus(c, agent, user.DND, o...) },
				func(h h, o o) (roster.Result, error) { return h.Delete(c, agent, o...) },
				func(h h, o o) (roster.Result, error) { return h.Restore(c, gone, o...) },
				func(h h, o o) (roster.Result, error) { return h.Erase(c, other, o...) },
			} {
				dry, got := must(do(by, o{roster.DryRun()})), must(do(by, nil))
				want, err := by.GetDeleted(c, got.User.ID)
				if err != nil {
					want = must(w.host.GetDeleted(c, got.User.ID)).Only(got.Changed)
					for _, reset := range append(got.Resets, dry.Resets...) {
						if !reset.Before.IsZero() {
							t.Errorf("%s, call %d: it shows that %s was %q", name, i, reset.Attribute, reset.Before)
						}
					}
				}
				if !dry.User.Equal(got.User) || !got.User.Equal(want) || got.User.Version != want.Version {
					t.Errorf("%s, call %d: the dry run shows %+v, the call %+v, a read %+v", name, i, dry.User, got.User, want)
				}
			}
		})
	}
}
