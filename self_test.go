package roster_test

import (
	"errors"
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
	cud, lead := permission.PermissionsOf(permission.PermUserCUD), user.RolesOf(user.AgentManager)
	self, group, dnd, admins := roster.UserActor(agent), roster.UserActor(manager), user.Set(user.DND), user.RolesOf(user.Admin)
	for _, tt := range []struct {
		name  string
		actor roster.Actor
		patch user.Patch
		want  string
	}{
		{"an agent sets their own status", self, user.Patch{Status: dnd}, ""},
		{"but not with more chats beside", self, user.Patch{Status: dnd, MaxChats: user.Set(9)}, permission.RuleNoPermission},
		{"the present number of chats is no change", self, user.Patch{Status: dnd, MaxChats: user.Set(4)}, ""},
		{"nor is the present login", self, user.Patch{Login: user.Set("agent"), ChatSound: user.Set(true)}, ""},
		{"another login is", self, user.Patch{Login: user.Set("chief"), ChatSound: user.Set(true)}, permission.RuleNoPermission},
		{"a manager sets the chats of a managed agent", group, user.Patch{MaxChats: user.Set(9)}, ""},
		{"but no roles", group, user.Patch{MaxChats: user.Set(9), Roles: user.Set(lead)}, permission.RuleNoPermission},
		{"nor access", group, user.Patch{Applications: user.Set(user.IDSetOf[user.ApplicationID](1))}, permission.RuleAttribute},
		{"a key may write names", roster.KeyActor(0, cud), user.Patch{LastName: user.Set("A")}, ""},
		{"but not make an admin", roster.KeyActor(boss, cud), user.Patch{Roles: user.Set(admins)}, permission.RuleNoPermission},
	} {
		each(t, func(t *testing.T, w *world) {
			if got := rule(second(w.dir.As("acme", tt.actor).Patch(w.ctx, agent, tt.patch))); got != tt.want {
				t.Errorf("%s: got rule %q, want %q", tt.name, got, tt.want)
			}
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
		admin := named("second")
		admin.User.ID, admin.User.Access.Profiles = 21, user.IDSetOf(adminProfile)
		w.ok(second(w.host.Create(w.ctx, admin)))
		w.unchanged("taking one's own admin role", func() {
			for id, patches := range map[user.ID][]user.Patch{
				boss: {{Roles: user.Set(user.Roles{})}, {Granted: user.Clear[user.Roles]()}, {Roles: user.Clear[user.Roles]()}},
				21:   {{Profiles: user.Clear[user.IDSet[user.ProfileID]]()}, {Roles: user.Set(user.RolesOf(user.Agent))}},
			} {
				for _, p := range patches {
					if got := rule(second(w.as(id).Patch(w.ctx, id, p))); got != permission.RuleOwnAdmin {
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
			all := roster.TransferParams{All: true, Amount: usd("1.00")}
			w.is(second(h.Reserve(w.ctx, 0, "chat")), roster.ErrNoAgentAvailable, "agent has a reservation, boss is an administrator")
			w.is(second(h.WithAuthorizer(beyond).Transfer(w.ctx, all)), permission.ErrDenied, "Transfer to all, one of them out of reach")
			r := must(h.Transfer(w.ctx, all, roster.DryRun()))
			for _, p := range r.Transfer.Postings {
				if p.To == balance.HolderOf(boss) {
					t.Error("a transfer to all reaches a user that the actor may not read")
				}
			}
			both := roster.TransferParams{Users: []user.ID{agent, boss}, Amount: usd("1.00")}
			w.is(second(h.Transfer(w.ctx, both)), storage.ErrNotFound, "Transfer") // the actor may not read boss
		})
		if r := must(w.host.Reserve(w.ctx, 0, "chat")); r.User.ID != boss {
			t.Errorf("the host was given user %d", r.User.ID)
		}
	})
}

func list(ids []user.ID) roster.ListParams { return roster.ListParams{Query: storage.Query{IDs: ids}} }

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
		w.is(second(w.host.Explain(w.ctx, permission.UserDelete, noUser)), storage.ErrNotFound, "the host asks about a missing user")
		deleted, account := must(w.host.Explain(w.ctx, permission.UserRestore, gone)), must(w.as(boss).Explain(w.ctx, permission.AccountWrite, 0))
		if !deleted.Allowed || !account.Allowed {
			t.Errorf("the host asks about a deleted user: %v, the administrator about the account: %v", deleted, account)
		}
	})
}
