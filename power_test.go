package roster_test

import (
	"slices"
	"testing"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/user"
)

// freePolicy returns a policy that allows every action to every role and permission. Only the
// rules about power refuse anything under it.
func freePolicy(rules *permission.SelfRules) *permission.Policy {
	return must(permission.New(permission.Spec{Name: "free", Self: rules, Rows: []permission.Row{{
		Name: "all", Actions: permission.StandardActions(), Roles: user.VendorRoles(), Permissions: permission.VendorPermissions(),
	}}}))
}

// The users of the tests about power, beside those of the world.
const (
	owner    user.ID = 30 + iota // password oldPhrase
	sleeping                     // a disabled owner
	deleted                      // a deleted owner
	profiled                     // an owner by the profile secondProfile
)

// The profiles that give the role owner. No user has ownerProfile.
const (
	ownerProfile user.ProfileID = 9 + iota
	secondProfile
)

func profileOf(id user.ProfileID, name string, role user.Role) user.Reference {
	return user.Reference{Kind: user.ReferenceProfile, ID: int64(id), Name: name, Profile: user.Profile{Role: role}}
}

// powerWorld adds owners to a world, and profiles that give the role owner.
func powerWorld(w *world) {
	w.ok(second(w.host.PutReference(w.ctx, profileOf(ownerProfile, "Owners", user.Owner))))
	w.ok(second(w.host.PutReference(w.ctx, profileOf(secondProfile, "More owners", user.Owner))))
	owners := user.RolesOf(user.Owner)
	w.ok(second(w.host.CreateMany(w.ctx, []roster.CreateParams{
		{Password: oldPhrase, User: user.User{ID: owner, Identity: user.Identity{Login: "owner"}, Access: user.Access{Granted: owners}}},
		{User: user.User{ID: sleeping, Identity: user.Identity{Login: "sleeping"}, Access: user.Access{Granted: owners, Disabled: true}}},
		{User: user.User{ID: deleted, Identity: user.Identity{Login: "deleted"}, Access: user.Access{Granted: owners}}},
		{User: user.User{
			ID: profiled, Identity: user.Identity{Login: "profiled"}, Access: user.Access{Profiles: user.IDSetOf(secondProfile)},
		}},
	})))
	w.ok(second(w.host.Delete(w.ctx, deleted)))
}

// powerCalls are the calls that give power over a target or take it away.
var powerCalls = []struct {
	name   string
	target user.ID
	rule   string
	do     func(w *world, h roster.Handle, id user.ID) error
}{
	{"reset the password", owner, permission.RuleTargetHolds, func(w *world, h roster.Handle, id user.ID) error {
		return second(h.ResetPassword(w.ctx, id, roster.PasswordChange{New: newPhrase}))
	}},
	{"set the password in an edit", owner, permission.RuleTargetHolds, func(w *world, h roster.Handle, id user.ID) error {
		return second(h.Edit(w.ctx, []roster.Edit{
			{ID: agent, Patch: user.Patch{LastName: user.Set("A")}},
			{ID: id, Patch: user.Patch{LastName: user.Set("B")}, Password: &roster.PasswordChange{New: newPhrase}},
		}))
	}},
	{"app keys", owner, permission.RuleTargetHolds, patching(user.Patch{AllowedAppKeys: user.Set("app-1")})},
	{"the OAuth client", owner, permission.RuleTargetHolds, patching(user.Patch{OAuth2ClientID: user.Set("client")})},
	{"the API-user flag", owner, permission.RuleTargetHolds, patching(user.Patch{APIUser: user.Set(true)})},
	{"enable", sleeping, permission.RuleTargetHolds, func(w *world, h roster.Handle, id user.ID) error {
		return second(h.Enable(w.ctx, id))
	}},
	{"restore", deleted, permission.RuleTargetHolds, func(w *world, h roster.Handle, id user.ID) error {
		return second(h.Restore(w.ctx, id))
	}},
	{"give a role", owner, permission.RuleTargetHolds, patching(user.Patch{Roles: user.Set(user.RolesOf(user.Owner, user.Agent))})},
	{"give a profile", owner, permission.RuleTargetHolds, patching(user.Patch{Profiles: user.Set(user.IDSetOf(agentProfile))})},
	{"give by a profile what is granted", owner, permission.RuleGrant, patching(user.Patch{Profiles: user.Set(user.IDSetOf(ownerProfile))})},
	{"grant what a profile gives", profiled, permission.RuleGrant, patching(user.Patch{Granted: user.Set(user.RolesOf(user.Owner))})},
	{"replace the user", owner, permission.RuleTargetHolds, replacing(func(u *user.User) { u.Access.AllowedAppKeys = "app-1" })},
	{"grant the role", other, permission.RuleGrant, patching(user.Patch{Granted: user.Set(user.RolesOf(user.Owner))})},
	{"give the role", other, permission.RuleGrant, patching(user.Patch{Roles: user.Set(user.RolesOf(user.Owner))})},
	{"grant it to oneself", boss, permission.RuleGrant, patching(user.Patch{Roles: user.Set(user.RolesOf(user.Admin, user.Owner))})},
	{"grant it by a profile", other, permission.RuleGrant, patching(user.Patch{Profiles: user.Set(user.IDSetOf(ownerProfile))})},
	{"grant it in a replacement", other, permission.RuleGrant, replacing(func(u *user.User) { u.Access.Granted = user.RolesOf(user.Owner) })},
	{"grant it in an edit with a password", other, permission.RuleGrant, func(w *world, h roster.Handle, id user.ID) error {
		return second(h.Edit(w.ctx, []roster.Edit{{
			ID: id, Patch: user.Patch{Granted: user.Set(user.RolesOf(user.Owner))}, Password: &roster.PasswordChange{New: newPhrase},
		}}))
	}},
	{"create a user with it", 0, permission.RuleGrant, creating(user.Access{Granted: user.RolesOf(user.Owner)}, roster.Password{})},
	{"create a user with its profile", 0, permission.RuleGrant, creating(user.Access{Profiles: user.IDSetOf(ownerProfile)}, newPhrase)},
	{"rename the profile that gives it", 0, permission.RuleGrant, defining(profileOf(ownerProfile, "Agents too", user.Owner))},
	{"make that profile give nothing", 0, permission.RuleGrant, defining(profileOf(ownerProfile, "Owners", ""))},
	{"make another profile give it", 0, permission.RuleGrant, defining(profileOf(plainProfile, "Plain", user.Owner))},
	{"define a profile that gives it", 0, permission.RuleGrant, defining(profileOf(0, "New", user.Owner))},
	{"delete the profile that gives it", 0, permission.RuleGrant, func(w *world, h roster.Handle, _ user.ID) error {
		return h.DeleteReference(w.ctx, user.ReferenceProfile, int64(ownerProfile))
	}},
	{"take the role", owner, permission.RuleTake, patching(user.Patch{Roles: user.Set(user.Roles{})})},
	{"disable", owner, permission.RuleTake, patching(user.Patch{Enabled: user.Set(false)})},
	{"delete", owner, permission.RuleTake, func(w *world, h roster.Handle, id user.ID) error {
		return second(h.Delete(w.ctx, id))
	}},
	{"delete with others", owner, permission.RuleTake, func(w *world, h roster.Handle, id user.ID) error {
		return second(h.DeleteMany(w.ctx, []user.ID{agent, id}))
	}},
	{"delete all", owner, permission.RuleTake, func(w *world, h roster.Handle, id user.ID) error {
		return second(h.DeleteAll(w.ctx, list([]user.ID{id}), nil))
	}},
	{"erase", owner, permission.RuleTake, erasing},
	{"erase a deleted user", deleted, permission.RuleTake, erasing},
}

func erasing(w *world, h roster.Handle, id user.ID) error { return second(h.Erase(w.ctx, id)) }

func patching(p user.Patch) func(*world, roster.Handle, user.ID) error {
	return func(w *world, h roster.Handle, id user.ID) error { return second(h.Patch(w.ctx, id, p)) }
}

func replacing(change func(*user.User)) func(*world, roster.Handle, user.ID) error {
	return func(w *world, h roster.Handle, id user.ID) error {
		u := w.user(id)
		change(&u)
		return second(h.Replace(w.ctx, id, u, 0))
	}
}

func creating(access user.Access, p roster.Password) func(*world, roster.Handle, user.ID) error {
	return func(w *world, h roster.Handle, _ user.ID) error {
		u := user.User{Identity: user.Identity{Login: "new"}, Access: access}
		return second(h.Create(w.ctx, roster.CreateParams{User: u, Password: p}))
	}
}

func defining(profile user.Reference) func(*world, roster.Handle, user.ID) error {
	return func(w *world, h roster.Handle, _ user.ID) error { return second(h.PutReference(w.ctx, profile)) }
}

func TestNoActorGainsOrGivesMoreThanItMayGrant(t *testing.T) {
	standard := permission.StandardSelfRules()
	for name, a := range map[string]permission.Authorizer{
		"default": permission.Default(), "free": freePolicy(nil), "own rules": freePolicy(&standard),
		"guarded": permission.Guarded(permissive, standard), "host": permissive,
		"all": permission.All(permissive, permissive), "any": permission.Any(freePolicy(nil), permissive),
	} {
		for _, call := range powerCalls {
			w := newWorld(t, memstore.New())
			powerWorld(w)
			h := w.as(boss).WithAuthorizer(a)
			w.unchanged(call.name, func() {
				if got := rule(call.do(w, h, call.target)); got != call.rule {
					t.Errorf("%s, %s: got rule %q, want %q", name, call.name, got, call.rule)
				}
			})
			w.ok(second(w.host.SetRoles(w.ctx, boss, user.RolesOf(user.Admin, user.Owner))))
			w.ok(call.do(w, h, call.target)) // the rule alone refused it
		}
	}
}

// TestAnAPIKeyGrantsWhatItsDefinitionSays checks that an API key grants the roles of KeyActor,
// not the roles of its user.
func TestAnAPIKeyGrantsWhatItsDefinitionSays(t *testing.T) {
	all := permission.VendorPermissions()
	for _, call := range powerCalls {
		w := newWorld(t, memstore.New())
		powerWorld(w)
		as := func(key roster.Actor) roster.Handle { return w.dir.As("acme", key).WithAuthorizer(freePolicy(nil)) }
		for _, key := range []roster.Actor{roster.KeyActor(owner, all), roster.KeyActor(0, all, user.Admin)} {
			w.unchanged(call.name, func() {
				if got := rule(call.do(w, as(key), call.target)); got != call.rule && got != permission.RuleGrant {
					t.Errorf("%s: got rule %q, want %q", call.name, got, call.rule)
				}
			})
		}
		w.ok(call.do(w, as(roster.KeyActor(0, all, user.Owner)), call.target))
	}
}

// TestOnlyAChangeIsBounded checks that the rules about power do not refuse a value that stays,
// nor an attribute that gives no power.
func TestOnlyAChangeIsBounded(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		powerWorld(w)
		keys := user.Patch{AllowedAppKeys: user.Set("app-1"), OAuth2ClientID: user.Set("c")}
		w.ok(second(w.host.Patch(w.ctx, sleeping, keys)))
		for _, id := range []user.ID{owner, sleeping} {
			u := w.user(id)
			w.unchanged("what is the same", func() {
				w.ok(second(w.as(boss).Replace(w.ctx, id, u, 0)))
				w.ok(second(w.as(boss).Patch(w.ctx, id, user.Patch{
					Roles: user.Set(u.Access.Roles), Enabled: user.Set(u.Enabled()), APIUser: user.Set(false),
					AllowedAppKeys: user.Set(u.Access.AllowedAppKeys),
				})))
			})
			u.Names.Last = "Renamed"
			w.ok(second(w.as(boss).Replace(w.ctx, id, u, 0)))
			harmless := user.Patch{Email: user.Set("new@example.com"), DisabledManually: user.Set(true)}
			w.ok(second(w.as(boss).Patch(w.ctx, id, harmless)))
		}
		own := roster.PasswordChange{New: newPhrase, Old: oldPhrase, HasOld: true}
		w.ok(second(w.as(owner).ChangePassword(w.ctx, own)))
	})
}

// TestAHostsOwnCredentials adds the e-mail address to the credentials, as a host does that
// recovers accounts by e-mail.
func TestAHostsOwnCredentials(t *testing.T) {
	rules := permission.StandardSelfRules()
	rules.Credentials = user.AttributesOf(user.AttrEmail)
	for _, a := range []permission.Authorizer{freePolicy(&rules), permission.Guarded(permissive, rules)} {
		each(t, func(t *testing.T, w *world) {
			powerWorld(w)
			h, p := w.as(boss).WithAuthorizer(a), user.Patch{Email: user.Set("boss@example.com")}
			if got := rule(second(h.Patch(w.ctx, owner, p))); got != permission.RuleTargetHolds {
				t.Errorf("got rule %q", got)
			}
			w.ok(second(h.Patch(w.ctx, agent, p)))
		})
	}
}

func TestPowerTellsNothingOfHiddenUsers(t *testing.T) {
	w := newWorld(t, memstore.New())
	powerWorld(w)
	unread := permission.StandardActions().Without(permission.ActionsOf(permission.UserRead, permission.UserList))
	h := w.as(agent).WithAuthorizer(policyOf(permission.Row{Roles: user.RolesOf(user.Agent), Actions: unread}))
	for _, call := range powerCalls {
		if !slices.Contains([]string{"reset the password", "enable", "restore", "disable", "delete", "delete with others", "erase"}, call.name) {
			continue
		}
		hidden, absent := call.do(w, h, call.target), call.do(w, h, noUser)
		if hidden == nil || absent == nil || hidden.Error() != absent.Error() {
			t.Errorf("%s: hidden %v, absent %v", call.name, hidden, absent)
		}
	}
}

func TestExplainTellsOfPower(t *testing.T) {
	w := newWorld(t, memstore.New())
	powerWorld(w)
	for action, tt := range map[permission.Action]struct {
		target user.ID
		rule   string
	}{
		permission.PasswordReset: {owner, permission.RuleTargetHolds}, permission.EnabledSet: {sleeping, permission.RuleTargetHolds},
		permission.UserRestore: {deleted, permission.RuleTargetHolds}, permission.RolesSet: {owner, permission.RuleTake},
		permission.UserDelete: {owner, permission.RuleTake}, permission.UserErase: {deleted, permission.RuleTake},
	} {
		for name, a := range map[string]permission.Authorizer{"free": freePolicy(nil), "self-rules": permissive} {
			h := w.as(boss).WithAuthorizer(a)
			e := must(h.Explain(w.ctx, action, tt.target))
			if e.Allowed || e.Rule != tt.rule || e.Policy != name || e.Need != "one of the roles owner" || e.Source == "" ||
				!must(h.Explain(w.ctx, action, agent)).Allowed {
				t.Errorf("%s: %v", action, e)
			}
		}
	}
}
