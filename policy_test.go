package roster_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/memstore"
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

func TestResetsNeedNoPermissionOfTheirOwn(t *testing.T) {
	rolesOnly := policyOf(permission.Row{
		Actions: permission.ActionsOf(permission.RolesSet, permission.UserRead), Roles: user.RolesOf(user.Admin),
	})
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
	policy := policyOf(permission.Row{
		Actions: permission.ActionsOf(permission.Reserve, permission.MoneyTransfer, permission.UserRead),
		Roles:   user.RolesOf(user.AgentManager), Targets: user.RolesOf(user.Agent, user.AgentManager),
	})
	reads := permission.Row{Actions: permission.ActionsOf(permission.UserRead), Roles: user.RolesOf(user.AgentManager)}
	beyond := permission.Any(policy, policyOf(reads))
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

// TestNamesAreCheckedWhereTheyEnter checks that every call refuses a text that can be no name, with
// the path of the argument. The shortest and the longest names are not refused.
func TestNamesAreCheckedWhereTheyEnter(t *testing.T) {
	lower := []string{"Team Lead", "team lead", "Team_lead", "1st", "_a", "-a", ".a", "a/b", "ä", "a\x00", "a\n", "\xff", "a" + strings.Repeat("b", 64)}
	upper := append([]string{"REPORT-READ", "1ST", "_A", "Ä"}, lower[2:]...)
	good := []string{"a", "a1_.-", "a" + strings.Repeat("b", 63)}
	w := newWorld(t, memstore.New())
	w.ok(w.define(site))
	h, c, dry := w.host, w.ctx, roster.DryRun()
	patch := func(p user.Patch) error { return second(h.Patch(c, agent, p, dry)) }
	query := func(q storage.Query) error { return second(h.List(c, roster.ListParams{Query: q})) }
	with := func(transition user.Transition) error {
		list := append(user.DefaultTransitions(), transition)
		return second(roster.New(w.store, roster.WithTransitions(list)).As("acme", roster.SystemActor()).Get(c, agent))
	}
	key := func(p string, grants ...user.Role) error {
		permissions := permission.PermissionsOf(permission.PermUserRead, permission.Permission(p))
		return denied(second(w.dir.As("acme", roster.KeyActor(0, permissions, grants...)).Get(c, agent)))
	}
	roles := func(n string) user.Roles { return user.RolesOf(user.Role(n)) }
	yes := user.BoolValue(true)
	for _, entry := range []struct {
		name string
		path string // of the problem
		bad  []string
		call func(n string) error
	}{
		{"a patch of roles", "/access/roles", lower, func(n string) error { return patch(user.Patch{Roles: user.Set(roles(n))}) }},
		{"SetRoles", "/access/roles", lower, func(n string) error { return second(h.SetRoles(c, agent, roles(n), dry)) }},
		{"a creation", "/access/granted", lower, func(n string) error {
			u := user.User{Identity: user.Identity{Login: "new"}, Access: user.Access{Granted: roles(n)}}
			return second(h.Create(c, roster.CreateParams{User: u}, dry))
		}},
		{"a profile", "/profile/role", lower, func(n string) error {
			return second(h.PutReference(c, profileOf(0, "new", user.Role(n)), roster.DryRun()))
		}},
		{"a filter by role", "/roles", lower, func(n string) error { return query(storage.Query{Roles: roles(n)}) }},
		{"a role that is lost", "/options/transitions/2/lost", lower, func(n string) error { return with(user.Transition{Lost: user.Role(n)}) }},
		{"an attribute that is reset", "/options/transitions/2/custom/0", lower, func(n string) error {
			return with(user.Transition{Lost: "a", Custom: []string{n}})
		}},
		{"a permission of a key", "/actor/permissions", upper, func(n string) error { return key(n) }},
		{"a role that a key grants", "/actor/grants", lower, func(n string) error { return key("A", user.Role(n)) }},
		{"Check", "/action", lower, func(n string) error { return denied(h.Check(c, permission.Action(n), agent)) }},
		{"Explain", "/action", lower, func(n string) error { return second(h.Explain(c, permission.Action(n), agent)) }},
		{"the settings", "/customAttributes/0/name", lower, func(n string) error {
			schema := user.CustomSchemaOf(user.CustomAttribute{Name: n, Type: user.CustomBoolean}, site)
			return second(h.UpdateAccount(c, user.Account{Currency: "USD", CustomAttributes: schema}, roster.DryRun()))
		}},
		{"a custom attribute", "/custom", append(lower, good...), func(n string) error { return patch(setCustom(n, yes)) }},
		{"a filter by them", "/custom", lower, func(n string) error { return query(storage.Query{Custom: user.Custom{}.With(n, yes)}) }},
		{"by users who have one", "/hasCustom", lower, func(n string) error { return query(storage.Query{HasCustom: n}) }},
		{"by users who lack one", "/lacksCustom", lower, func(n string) error { return query(storage.Query{LacksCustom: n}) }},
	} {
		for _, name := range slices.Concat(good, entry.bad) {
			err, path := entry.call(name), ""
			if slices.Contains(entry.bad, name) { // a good name may be of no attribute of the account
				path = entry.path
			}
			if field(err) != path || err != nil && path == "" {
				t.Errorf("%s: %q: %v, want a problem at %q", entry.name, name, err, path)
			}
		}
	}
}

// denied returns nil for a denial: the name was taken.
func denied(err error) error {
	if errors.Is(err, permission.ErrDenied) {
		return nil
	}
	return err
}

// TestRolesAreBounded checks that a user holds at most user.MaxRoles roles, from grants and from
// profiles together.
func TestRolesAreBounded(t *testing.T) {
	w := newWorld(t, memstore.New())
	var profiles []user.ProfileID
	for i := range 4 {
		ref := must(w.host.PutReference(w.ctx, profileOf(0, fmt.Sprint("own ", i), user.Role(fmt.Sprint("p", i)))))
		profiles = append(profiles, user.ProfileID(ref.ID))
	}
	for _, tt := range []struct {
		roles, profiles int
		want            []string
	}{
		{32, 0, nil}, {33, 0, []string{"/access/granted out_of_range"}},
		{28, 4, nil}, {29, 4, []string{"/access/roles out_of_range"}}, {32, 1, []string{"/access/roles out_of_range"}},
	} {
		var granted []user.Role
		for i := range tt.roles {
			granted = append(granted, user.Role(fmt.Sprint("r", i)))
		}
		p := user.Patch{Granted: user.Set(user.RolesOf(granted...)), Profiles: user.Set(user.IDSetOf(profiles[:tt.profiles]...))}
		r, err := w.host.Patch(w.ctx, agent, p, roster.DryRun())
		if w.invalid(err, tt.want...); err == nil && r.User.Access.Roles.Len() != 32 {
			t.Errorf("%d roles", r.User.Access.Roles.Len())
		}
	}
}

// TestUnknownRolesStayReadable checks that a role that no policy, profile or transition names any
// more is read, found, recorded and kept, gives nothing, and goes when it is taken.
func TestUnknownRolesStayReadable(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		want := user.RolesOf(user.Agent, "floor_walker")
		w.ok(second(w.host.SetRoles(w.ctx, agent, want)))
		h := roster.New(w.store).As("acme", roster.UserActor(boss))
		u := must(h.Get(w.ctx, agent))
		page := must(h.List(w.ctx, roster.ListParams{Query: storage.Query{Roles: user.RolesOf("floor_walker")}, Total: true}))
		if u.Access.Roles != want || len(page.Users) != 1 || page.Users[0].ID != agent || page.Total != 1 {
			t.Errorf("read as %s, found %d users, total %d", u.Access.Roles, len(page.Users), page.Total)
		}
		changes := must(h.Changes(w.ctx, storage.ChangeQuery{UserID: agent, Newest: true, Limit: 1}))
		if b := string(must(json.Marshal(changes))); !strings.Contains(b, `"floor_walker"`) {
			t.Errorf("the change is %s", b)
		}
		if r := must(h.Replace(w.ctx, agent, u, user.AttributesOf(user.AttrManagerOf))); r.Changed != 0 {
			t.Errorf("what was read and sent back changed %s", r.Changed)
		}
		w.is(w.as(agent).Check(w.ctx, permission.UserUpdate, other), permission.ErrDenied, "an unknown role")
		if r := must(h.SetRoles(w.ctx, agent, user.RolesOf(user.Agent))); r.User.Access.Roles != user.RolesOf(user.Agent) {
			t.Errorf("after it was taken: %s", r.User.Access.Roles)
		}
	})
}

// TestCheckOfAHostsOwnAction checks that Check and Explain agree. A hidden and a missing user
// produce the same error. An action that no row names is denied by a rule of its own.
func TestCheckOfAHostsOwnAction(t *testing.T) {
	const listen, report permission.Action = "recording.listen", "report.read"
	policy := policyOf(
		permission.Row{Actions: permission.ActionsOf(listen), Roles: user.RolesOf(user.AgentManager), Scope: permission.ManagedGroup},
		permission.Row{Actions: permission.ActionsOf(report), Permissions: permission.PermissionsOf("REPORT_READ")},
	)
	each(t, func(t *testing.T, w *world) {
		as := func(a roster.Actor) roster.Handle { return w.dir.As("acme", a).WithAuthorizer(policy) }
		reader := as(roster.KeyActor(0, permission.PermissionsOf("REPORT_READ")))
		for _, tt := range []struct {
			name   string
			h      roster.Handle
			action permission.Action
			target user.ID
			rule   string
			err    error
		}{
			{"in the group", as(roster.UserActor(manager)), listen, agent, "row 0", nil},
			{"outside of it", as(roster.UserActor(manager)), listen, other, "", storage.ErrNotFound},
			{"missing", as(roster.UserActor(manager)), listen, noUser, "", storage.ErrNotFound},
			{"by another role", as(roster.UserActor(agent)), listen, agent, permission.RuleNoPermission, permission.ErrDenied},
			{"no user in particular", as(roster.UserActor(manager)), listen, 0, permission.RuleNotManagedGroup, permission.ErrDenied},
			{"a key", reader, report, 0, "row 1", nil},
			{"a key of another permission", as(roster.KeyActor(0, permission.PermissionsOf("REPORT_WRITE"))), report, 0, permission.RuleNoPermission, permission.ErrDenied},
			{"mistyped", reader, "report.raed", 0, permission.RuleNotInPolicy, permission.ErrDenied},
			{"the host", as(roster.SystemActor()), "report.raed", agent, permission.RuleSystem, nil},
		} {
			err := tt.h.Check(w.ctx, tt.action, tt.target)
			e, failed := tt.h.Explain(w.ctx, tt.action, tt.target)
			var denied *permission.Denied
			if !errors.Is(err, tt.err) || errors.Is(err, storage.ErrNotFound) != errors.Is(failed, storage.ErrNotFound) ||
				e.Allowed != (err == nil) || e.Rule != tt.rule || errors.As(err, &denied) && denied.Reason != e.Reason {
				t.Errorf("%s: Check %v, want %v, Explain %v, %v", tt.name, err, tt.err, e, failed)
			}
		}
	})
}
