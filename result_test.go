package roster_test

import (
	"testing"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/user"
)

// writers returns a policy whose agent managers may write to users, and may do the given actions
// that read.
func writers(t *testing.T, actions ...permission.Action) *permission.Policy {
	t.Helper()
	rules := permission.StandardSelfRules()
	rules.Grants = append(rules.Grants, permission.Grant{Holder: user.AgentManager, May: user.RolesOf(user.Agent, user.Supervisor)})
	p := must(permission.New(permission.Spec{Name: "writers", Self: &rules, Rows: []permission.Row{{
		Name: "writes", Roles: user.RolesOf(user.AgentManager),
		Actions: permission.ActionsOf(append(actions, permission.UserCreate, permission.UserUpdate, permission.UserDelete,
			permission.UserRestore, permission.UserErase, permission.RolesSet, permission.CapacitySet, permission.PresenceSet,
			permission.StatusLock, permission.Reserve, permission.ViewsSet, permission.PasswordReset)...),
	}}}))
	return p
}

// TestAResultShowsWhatReadsReturn checks that each write, and its dry run, returns what
// GetDeleted returns to the actor afterwards. An actor that may not read the user gets the id,
// the version and the changed attributes.
func TestAResultShowsWhatReadsReturn(t *testing.T) {
	patch := func(p user.Patch) func(*world, roster.Handle, ...roster.CallOption) (roster.Result, error) {
		return func(w *world, h roster.Handle, o ...roster.CallOption) (roster.Result, error) {
			return h.Patch(w.ctx, agent, p, o...)
		}
	}
	calls := []struct {
		name string
		do   func(*world, roster.Handle, ...roster.CallOption) (roster.Result, error)
	}{
		{"patch", patch(user.Patch{Description: user.Set("new")})},
		{"patch that changes nothing", patch(user.Patch{MaxChats: user.Set(4)})},
		{"view", func(w *world, h roster.Handle, o ...roster.CallOption) (roster.Result, error) {
			return h.SetView(w.ctx, agent, 2, true, o...)
		}},
		{"reserve", func(w *world, h roster.Handle, o ...roster.CallOption) (roster.Result, error) {
			return h.Reserve(w.ctx, agent, "mail", o...)
		}},
		{"roles", patch(user.Patch{Roles: user.Set(user.RolesOf(user.Supervisor))})},
		{"password", func(w *world, h roster.Handle, o ...roster.CallOption) (roster.Result, error) {
			return h.ResetPassword(w.ctx, agent, roster.PasswordChange{New: newPhrase}, o...)
		}},
		{"create", func(w *world, h roster.Handle, o ...roster.CallOption) (roster.Result, error) {
			return h.Create(w.ctx, roster.CreateParams{User: user.User{Identity: user.Identity{Login: "new"}}}, o...)
		}},
		{"lock", func(w *world, h roster.Handle, o ...roster.CallOption) (roster.Result, error) {
			return h.LockStatus(w.ctx, agent, user.DND, o...)
		}},
		{"delete", func(w *world, h roster.Handle, o ...roster.CallOption) (roster.Result, error) {
			return h.Delete(w.ctx, agent, o...)
		}},
		{"restore", func(w *world, h roster.Handle, o ...roster.CallOption) (roster.Result, error) {
			return h.Restore(w.ctx, gone, o...)
		}},
		{"erase", func(w *world, h roster.Handle, o ...roster.CallOption) (roster.Result, error) {
			return h.Erase(w.ctx, other, o...)
		}},
	}
	for name, reads := range map[string][]permission.Action{
		"nothing": nil, "users": {permission.UserRead}, "users and views": {permission.UserRead, permission.ViewsRead},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, w *world) {
				h := w.as(manager).WithAuthorizer(writers(t, reads...))
				for _, call := range calls {
					dry := must(call.do(w, h, roster.DryRun()))
					got := must(call.do(w, h))
					if !dry.User.Equal(got.User) {
						t.Errorf("%s: the dry run shows %+v, the call %+v", call.name, dry.User, got.User)
					}
					want, err := h.GetDeleted(w.ctx, got.User.ID)
					if err != nil {
						want, err = w.host.GetDeleted(w.ctx, got.User.ID)
						want = want.Only(got.Changed)
						for _, reset := range append(got.Resets, dry.Resets...) {
							if !reset.Before.IsZero() {
								t.Errorf("%s: it shows that %s was %q", call.name, reset.Attribute, reset.Before)
							}
						}
					}
					w.ok(err)
					if !got.User.Equal(want) || got.User.Version != want.Version {
						t.Errorf("%s: it shows %+v, a read %+v", call.name, got.User, want)
					}
				}
			})
		})
	}
}
