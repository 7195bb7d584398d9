package roster_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// rule returns the rule of a *permission.Denied, or "".
func rule(err error) string {
	var denied *permission.Denied
	if errors.As(err, &denied) {
		return denied.Rule
	}
	if err != nil {
		return err.Error()
	}
	return ""
}

// TestPermissionForEachChangedAttribute checks that a patch needs the permission of each
// attribute that it changes, and of no attribute that stays as it is.
func TestPermissionForEachChangedAttribute(t *testing.T) {
	cud := permission.PermissionsOf(permission.PermUserCUD)
	for _, tt := range []struct {
		name  string
		actor roster.Actor
		patch user.Patch
		want  string
	}{
		{"an agent sets their own status", roster.UserActor(agent), user.Patch{Status: user.Set(user.DND)}, ""},
		{"but not with more chats beside", roster.UserActor(agent), user.Patch{Status: user.Set(user.DND), MaxChats: user.Set(9)}, permission.RuleNoPermission},
		{"the present number of chats is no change", roster.UserActor(agent), user.Patch{Status: user.Set(user.DND), MaxChats: user.Set(4)}, ""},
		{"the present login is no change", roster.UserActor(agent), user.Patch{Login: user.Set("agent"), ChatSound: user.Set(true)}, ""},
		{"another login is", roster.UserActor(agent), user.Patch{Login: user.Set("chief"), ChatSound: user.Set(true)}, permission.RuleNoPermission},
		{"an agent may not set incognito", roster.UserActor(agent), user.Patch{Incognito: user.Set(true)}, permission.RuleNoPermission},
		{"a manager sets the chats of a managed agent", roster.UserActor(manager), user.Patch{MaxChats: user.Set(9)}, ""},
		{"but no roles", roster.UserActor(manager), user.Patch{MaxChats: user.Set(9), Roles: user.Set(user.RolesOf(user.AgentManager))}, permission.RuleNoPermission},
		{"nor access", roster.UserActor(manager), user.Patch{Applications: user.Set(user.IDSetOf[user.ApplicationID](1))}, permission.RuleAttribute},
		{"a manager may not disable an agent", roster.UserActor(manager), user.Patch{Enabled: user.Set(false)}, permission.RuleNoPermission},
		{"a key may write names", roster.KeyActor(0, cud), user.Patch{LastName: user.Set("A")}, ""},
		{"but not around another permission", roster.KeyActor(0, cud), user.Patch{LastName: user.Set("A"), Incognito: user.Set(true)}, permission.RuleNoPermission},
		{"nor make itself an administrator's key", roster.KeyActor(boss, cud), user.Patch{Roles: user.Set(user.RolesOf(user.Admin))}, permission.RuleNoPermission},
	} {
		t.Run(tt.name, func(t *testing.T) {
			each(t, func(t *testing.T, w *world) {
				_, err := w.dir.As("acme", tt.actor).Patch(w.ctx, agent, tt.patch)
				if got := rule(err); got != tt.want {
					t.Errorf("got rule %q, want %q", got, tt.want)
				}
			})
		})
	}
}

// TestResetsNeedNoPermissionOfTheirOwn checks that the permission to remove a role is enough for
// the attributes that the loss of the role resets.
func TestResetsNeedNoPermissionOfTheirOwn(t *testing.T) {
	rolesOnly := must(permission.New(permission.Spec{Name: "roles", Source: "test", Rows: []permission.Row{{
		Name: "roles", Actions: permission.ActionsOf(permission.RolesSet, permission.UserRead), Roles: user.RolesOf(user.Admin),
	}}}))
	each(t, func(t *testing.T, w *world) {
		r := must(w.as(boss).WithAuthorizer(rolesOnly).SetRoles(w.ctx, agent, user.Roles{}))
		if len(r.Resets) != 4 {
			t.Errorf("resets %v", r.Resets)
		}
	})
}

// TestNoUserRemovesTheirOwnAdminRole checks "You cannot remove role 'ROLE_ADMIN' from yourself"
// (Genesys), also by a profile or a direct grant.
func TestNoUserRemovesTheirOwnAdminRole(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		_, err := w.host.Create(w.ctx, roster.CreateParams{User: user.User{
			ID: 21, Identity: user.Identity{Login: "second"}, Access: user.Access{Profiles: user.IDSetOf(adminProfile)},
		}})
		w.ok(err)
		w.unchanged("taking one's own admin role", func() {
			for id, patches := range map[user.ID][]user.Patch{
				boss: {{Roles: user.Set(user.Roles{})}, {Granted: user.Clear[user.Roles]()}, {Roles: user.Clear[user.Roles]()}},
				21:   {{Profiles: user.Clear[user.IDSet[user.ProfileID]]()}, {Roles: user.Set(user.RolesOf(user.Agent))}},
			} {
				for _, p := range patches {
					_, err := w.as(id).Patch(w.ctx, id, p)
					if got := rule(err); got != permission.RuleOwnAdmin {
						t.Errorf("user %d, %v: got rule %q", id, p.Attributes(), got)
					}
				}
			}
		})
		w.ok(second(w.as(21).SetRoles(w.ctx, boss, user.Roles{})))
	})
}

// TestCallsThatPickTheirTargetsStayWithinReach checks that calls which choose users choose only
// users that the actor may do the action to.
func TestCallsThatPickTheirTargetsStayWithinReach(t *testing.T) {
	policy := must(permission.New(permission.Spec{Name: "no chiefs", Source: "test", Rows: []permission.Row{{
		Name: "agents-only", Actions: permission.ActionsOf(permission.Reserve, permission.MoneyTransfer, permission.UserRead),
		Roles: user.RolesOf(user.AgentManager), Targets: user.RolesOf(user.Agent, user.AgentManager),
	}}}))
	everybody := must(permission.New(permission.Spec{Name: "reads", Source: "test", Rows: []permission.Row{{
		Name: "reads", Actions: permission.ActionsOf(permission.UserRead), Roles: user.RolesOf(user.AgentManager),
	}}}))
	beyond := permission.Any(policy, everybody)
	each(t, func(t *testing.T, w *world) {
		w.ok(second(w.host.Patch(w.ctx, boss, user.Patch{MaxChats: user.Set(99), Status: user.Set(user.Ready)})))
		h := w.as(manager).WithAuthorizer(policy)
		w.unchanged("what is out of reach", func() {
			_, err := h.Reserve(w.ctx, 0, "chat") // agent has a reservation, boss is an administrator
			w.is(err, roster.ErrNoAgentAvailable, "Reserve")
			_, err = h.WithAuthorizer(beyond).Transfer(w.ctx, roster.TransferParams{All: true, Amount: usd("1.00")})
			w.is(err, permission.ErrDenied, "Transfer to all, one of them out of reach")
			r := must(h.Transfer(w.ctx, roster.TransferParams{All: true, Amount: usd("1.00")}, roster.DryRun()))
			for _, p := range r.Transfer.Postings {
				if p.To == balance.HolderOf(boss) {
					t.Error("a transfer to all reaches a user that the actor may not read")
				}
			}
			_, err = h.Transfer(w.ctx, roster.TransferParams{Users: []user.ID{agent, boss}, Amount: usd("1.00")})
			w.is(err, storage.ErrNotFound, "Transfer") // the actor may not read boss
		})
		r := must(w.host.Reserve(w.ctx, 0, "chat"))
		if r.User.ID != boss {
			t.Errorf("the host was given user %d", r.User.ID)
		}
	})
}

func list(ids []user.ID) roster.ListParams {
	var l roster.ListParams
	l.IDs = ids
	return l
}

// TestExplainTellsNothingOfHiddenUsers checks that Explain reveals no more than the calls do.
func TestExplainTellsNothingOfHiddenUsers(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		h := w.as(other).WithAuthorizer(permission.LivePerson())
		for a := range permission.StandardActions().All() {
			there, err1 := h.Explain(w.ctx, a, agent)
			absent, err2 := h.Explain(w.ctx, a, noUser)
			if there.String() != absent.String() || rule(err1) != rule(err2) {
				t.Errorf("%s: hidden %v %v, absent %v %v", a, there, err1, absent, err2)
			}
		}
		_, err := w.host.Explain(w.ctx, permission.UserDelete, noUser)
		if err == nil || !strings.Contains(err.Error(), "not found") {
			t.Errorf("the host asks about nobody: %v", err)
		}
		e, err := w.host.Explain(w.ctx, permission.UserRestore, gone)
		if err != nil || !e.Allowed {
			t.Errorf("the host asks about a deleted user: %v %v", e, err)
		}
		e, err = w.as(boss).Explain(w.ctx, permission.AccountWrite, 0)
		if err != nil || !e.Allowed {
			t.Errorf("the administrator asks about the account: %v %v", e, err)
		}
	})
}
