package roster_test

import (
	"context"
	"slices"
	"testing"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/user"
)

// allowEverything is an Authorizer that allows every request.
var allowEverything = permission.AuthorizerFunc(func(context.Context, permission.Request) error { return nil })

// freePolicy returns a policy that allows every action to every role and permission. Only the
// rules about power refuse anything under it.
func freePolicy(t testing.TB, rules *permission.SelfRules) *permission.Policy {
	t.Helper()
	p, err := permission.New(permission.Spec{Name: "free", Self: rules, Rows: []permission.Row{{
		Name: "all", Actions: permission.StandardActions(), Roles: user.VendorRoles(), Permissions: permission.VendorPermissions(),
	}}})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// The users of the tests about power, beside those of the world.
const (
	owner    user.ID = 30 + iota // password oldPhrase
	sleeping                     // a disabled owner
	deleted                      // a deleted owner
)

// powerWorld adds owners to a world, and a profile that gives the role Owner and that no user
// has.
func powerWorld(t testing.TB, w *world) {
	t.Helper()
	owners := user.Access{Granted: user.RolesOf(user.Owner)}
	_, err := w.host.CreateMany(w.ctx, []roster.CreateParams{
		{Password: oldPhrase, User: user.User{ID: owner, Identity: user.Identity{Login: "owner"}, Access: owners}},
		{User: user.User{
			ID: sleeping, Identity: user.Identity{Login: "sleeping"}, Access: user.Access{Granted: owners.Granted, Disabled: true},
		}},
		{User: user.User{ID: deleted, Identity: user.Identity{Login: "deleted"}, Access: owners}},
	})
	w.ok(err)
	_, err = w.host.Delete(w.ctx, deleted)
	w.ok(err)
	_, err = w.host.PutReference(w.ctx, ownerProfile("Owners"))
	w.ok(err)
}

func ownerProfile(name string) user.Reference {
	return user.Reference{Kind: user.ReferenceProfile, ID: 9, Name: name, Profile: user.Profile{Role: user.Owner}}
}

// powerCalls are the calls that give power over a target or take it away.
var powerCalls = []struct {
	name   string
	target user.ID
	rule   string
	do     func(w *world, h roster.Handle, id user.ID) error
}{
	{"reset the password", owner, permission.RuleTargetHolds, func(w *world, h roster.Handle, id user.ID) error {
		_, err := h.ResetPassword(w.ctx, id, roster.PasswordChange{New: newPhrase})
		return err
	}},
	{"set the password in an edit", owner, permission.RuleTargetHolds, func(w *world, h roster.Handle, id user.ID) error {
		_, err := h.Edit(w.ctx, []roster.Edit{
			{ID: agent, Patch: user.Patch{LastName: user.Set("A")}},
			{ID: id, Patch: user.Patch{LastName: user.Set("B")}, Password: &roster.PasswordChange{New: newPhrase}},
		})
		return err
	}},
	{"app keys", owner, permission.RuleTargetHolds, patching(user.Patch{AllowedAppKeys: user.Set("app-1")})},
	{"the OAuth client", owner, permission.RuleTargetHolds, patching(user.Patch{OAuth2ClientID: user.Set("client")})},
	{"the API-user flag", owner, permission.RuleTargetHolds, patching(user.Patch{APIUser: user.Set(true)})},
	{"enable", sleeping, permission.RuleTargetHolds, func(w *world, h roster.Handle, id user.ID) error {
		_, err := h.Enable(w.ctx, id)
		return err
	}},
	{"restore", deleted, permission.RuleTargetHolds, func(w *world, h roster.Handle, id user.ID) error {
		_, err := h.Restore(w.ctx, id)
		return err
	}},
	{"give a role", owner, permission.RuleTargetHolds, patching(user.Patch{Roles: user.Set(user.RolesOf(user.Owner, user.Agent))})},
	{"give a profile", owner, permission.RuleTargetHolds, patching(user.Patch{Profiles: user.Set(user.IDSetOf(agentProfile))})},
	{"replace the user", owner, permission.RuleTargetHolds, func(w *world, h roster.Handle, id user.ID) error {
		u := w.user(id)
		u.Access.AllowedAppKeys = "app-1"
		_, err := h.Replace(w.ctx, id, u, 0)
		return err
	}},
	{"grant the role", other, permission.RuleGrant, patching(user.Patch{Granted: user.Set(user.RolesOf(user.Owner))})},
	{"grant it by a profile", other, permission.RuleGrant, patching(user.Patch{Profiles: user.Set(user.IDSetOf[user.ProfileID](9))})},
	{"rename the profile that gives it", 0, permission.RuleGrant, func(w *world, h roster.Handle, _ user.ID) error {
		_, err := h.PutReference(w.ctx, ownerProfile("Agents too"))
		return err
	}},
	{"make that profile give nothing", 0, permission.RuleGrant, func(w *world, h roster.Handle, _ user.ID) error {
		ref := ownerProfile("Owners")
		ref.Profile = user.Profile{}
		_, err := h.PutReference(w.ctx, ref)
		return err
	}},
	{"delete the profile that gives it", 0, permission.RuleGrant, func(w *world, h roster.Handle, _ user.ID) error {
		return h.DeleteReference(w.ctx, user.ReferenceProfile, ownerProfile("Owners").ID)
	}},
	{"make another profile give it", 0, permission.RuleGrant, func(w *world, h roster.Handle, _ user.ID) error {
		ref := ownerProfile("Plain")
		ref.ID = int64(plainProfile)
		_, err := h.PutReference(w.ctx, ref)
		return err
	}},
	{"define a profile that gives it", 0, permission.RuleGrant, func(w *world, h roster.Handle, _ user.ID) error {
		ref := ownerProfile("New")
		ref.ID = 0
		_, err := h.PutReference(w.ctx, ref)
		return err
	}},
	{"take the role", owner, permission.RuleTake, patching(user.Patch{Roles: user.Set(user.Roles{})})},
	{"disable", owner, permission.RuleTake, func(w *world, h roster.Handle, id user.ID) error {
		_, err := h.Disable(w.ctx, id)
		return err
	}},
	{"delete", owner, permission.RuleTake, func(w *world, h roster.Handle, id user.ID) error {
		_, err := h.Delete(w.ctx, id)
		return err
	}},
	{"delete with others", owner, permission.RuleTake, func(w *world, h roster.Handle, id user.ID) error {
		_, err := h.DeleteMany(w.ctx, []user.ID{agent, id})
		return err
	}},
	{"delete all", owner, permission.RuleTake, func(w *world, h roster.Handle, id user.ID) error {
		var l roster.ListParams
		l.IDs = []user.ID{id}
		_, err := h.DeleteAll(w.ctx, l, nil)
		return err
	}},
	{"erase", owner, permission.RuleTake, func(w *world, h roster.Handle, id user.ID) error {
		_, err := h.Erase(w.ctx, id)
		return err
	}},
	{"erase a deleted user", deleted, permission.RuleTake, func(w *world, h roster.Handle, id user.ID) error {
		_, err := h.Erase(w.ctx, id)
		return err
	}},
}

func patching(p user.Patch) func(*world, roster.Handle, user.ID) error {
	return func(w *world, h roster.Handle, id user.ID) error {
		_, err := h.Patch(w.ctx, id, p)
		return err
	}
}

// TestNoActorGainsOrGivesMoreThanItMayGrant checks each of powerCalls under guarded and unguarded
// Authorizers.
func TestNoActorGainsOrGivesMoreThanItMayGrant(t *testing.T) {
	standard := permission.StandardSelfRules()
	authorizers := map[string]permission.Authorizer{
		"default": permission.Default(), "free": freePolicy(t, nil), "own rules": freePolicy(t, &standard),
		"guarded": permission.Guarded(allowEverything, standard), "host": allowEverything,
		"all": permission.All(allowEverything, allowEverything), "any": permission.Any(freePolicy(t, nil), allowEverything),
	}
	for name, a := range authorizers {
		for _, call := range powerCalls {
			t.Run(name+"/"+call.name, func(t *testing.T) {
				each(t, func(t *testing.T, w *world) {
					powerWorld(t, w)
					h := w.as(boss).WithAuthorizer(a)
					w.unchanged(call.name, func() {
						if got := rule(call.do(w, h, call.target)); got != call.rule {
							t.Errorf("got rule %q, want %q", got, call.rule)
						}
					})
					_, err := w.host.Patch(w.ctx, boss, user.Patch{Roles: user.Set(user.RolesOf(user.Admin, user.Owner))})
					w.ok(err)
					w.ok(call.do(w, h, call.target)) // the rule alone refused it
				})
			})
		}
	}
}

// TestAnAPIKeyGrantsWhatItsDefinitionSays checks that an API key grants the roles of KeyActor,
// not the roles of its user.
func TestAnAPIKeyGrantsWhatItsDefinitionSays(t *testing.T) {
	policy := freePolicy(t, nil)
	for _, call := range powerCalls {
		t.Run(call.name, func(t *testing.T) {
			each(t, func(t *testing.T, w *world) {
				powerWorld(t, w)
				for _, key := range []roster.Actor{
					roster.KeyActor(owner, permission.VendorPermissions()), roster.KeyActor(0, permission.VendorPermissions(), user.Admin),
				} {
					h := w.dir.As("acme", key).WithAuthorizer(policy)
					w.unchanged(call.name, func() {
						if got := rule(call.do(w, h, call.target)); got != call.rule && got != permission.RuleGrant {
							t.Errorf("got rule %q, want %q", got, call.rule)
						}
					})
				}
				h := w.dir.As("acme", roster.KeyActor(0, permission.VendorPermissions(), user.Owner)).WithAuthorizer(policy)
				w.ok(call.do(w, h, call.target))
			})
		})
	}
}

// TestOnlyAChangeIsBounded checks that the rules about power do not refuse a value that stays,
// nor an attribute that gives no power.
func TestOnlyAChangeIsBounded(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		powerWorld(t, w)
		_, err := w.host.Patch(w.ctx, sleeping, user.Patch{AllowedAppKeys: user.Set("app-1"), OAuth2ClientID: user.Set("c")})
		w.ok(err)
		w.unchanged("what is the same", func() {
			for _, id := range []user.ID{owner, sleeping} {
				u := w.user(id)
				_, err := w.as(boss).Replace(w.ctx, id, u, 0)
				w.ok(err)
				for _, p := range []user.Patch{
					{Roles: user.Set(u.Access.Roles)}, {Enabled: user.Set(u.Enabled())}, {APIUser: user.Set(false)},
					{AllowedAppKeys: user.Set(u.Access.AllowedAppKeys)},
				} {
					_, err := w.as(boss).Patch(w.ctx, id, p)
					w.ok(err)
				}
			}
		})
		for _, id := range []user.ID{owner, sleeping} {
			u := w.user(id)
			u.Names.Last = "Renamed"
			_, err := w.as(boss).Replace(w.ctx, id, u, 0)
			w.ok(err)
			_, err = w.as(boss).Patch(w.ctx, id, user.Patch{Email: user.Set("new@example.com"), DisabledManually: user.Set(true)})
			w.ok(err)
		}
		_, err = w.as(owner).ChangePassword(w.ctx, roster.PasswordChange{New: newPhrase, Old: oldPhrase, HasOld: true})
		w.ok(err)
	})
}

// TestAHostsOwnCredentials adds the e-mail address to the credentials, as a host does that
// recovers accounts by e-mail.
func TestAHostsOwnCredentials(t *testing.T) {
	rules := permission.StandardSelfRules()
	rules.Credentials = user.AttributesOf(user.AttrEmail)
	for _, a := range []permission.Authorizer{freePolicy(t, &rules), permission.Guarded(allowEverything, rules)} {
		each(t, func(t *testing.T, w *world) {
			powerWorld(t, w)
			h, p := w.as(boss).WithAuthorizer(a), user.Patch{Email: user.Set("boss@example.com")}
			_, err := h.Patch(w.ctx, owner, p)
			if got := rule(err); got != permission.RuleTargetHolds {
				t.Errorf("got rule %q", got)
			}
			_, err = h.Patch(w.ctx, agent, p)
			w.ok(err)
		})
	}
}

// TestDeletingAndRestoringIsNoWayAround checks that Delete needs the right to take the roles of
// the target, and Restore the right to grant them.
func TestDeletingAndRestoringIsNoWayAround(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		powerWorld(t, w)
		w.unchanged("deleting and restoring", func() {
			_, err := w.as(boss).Delete(w.ctx, owner)
			if got := rule(err); got != permission.RuleTake {
				t.Errorf("delete: rule %q", got)
			}
			_, err = w.as(boss).Restore(w.ctx, deleted)
			if got := rule(err); got != permission.RuleTargetHolds {
				t.Errorf("restore: rule %q", got)
			}
		})
		_, err := w.as(boss).Delete(w.ctx, agent)
		w.ok(err)
		_, err = w.as(boss).Restore(w.ctx, agent)
		w.ok(err)
	})
}

// TestExplainTellsOfPower checks that Explain refuses what the calls refuse by the rules about
// power.
func TestExplainTellsOfPower(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		powerWorld(t, w)
		for action, tt := range map[permission.Action]struct {
			target user.ID
			rule   string
		}{
			permission.PasswordReset: {owner, permission.RuleTargetHolds},
			permission.EnabledSet:    {sleeping, permission.RuleTargetHolds},
			permission.UserRestore:   {deleted, permission.RuleTargetHolds},
			permission.RolesSet:      {owner, permission.RuleTake},
			permission.UserDelete:    {owner, permission.RuleTake},
			permission.UserErase:     {deleted, permission.RuleTake},
		} {
			for name, a := range map[string]permission.Authorizer{"free": freePolicy(t, nil), "self-rules": allowEverything} {
				h := w.as(boss).WithAuthorizer(a)
				e, err := h.Explain(w.ctx, action, tt.target)
				if err != nil || e.Allowed || e.Rule != tt.rule || e.Policy != name || e.Need != "one of the roles owner" || e.Source == "" {
					t.Errorf("%s: %v %v", action, e, err)
				}
				if e, err := h.Explain(w.ctx, action, agent); err != nil || !e.Allowed {
					t.Errorf("%s of an agent: %v %v", action, e, err)
				}
			}
		}
	})
}

// TestPowerTellsNothingOfHiddenUsers checks that a denial by a rule about power does not reveal a
// hidden user.
func TestPowerTellsNothingOfHiddenUsers(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		powerWorld(t, w)
		blind, err := permission.New(permission.Spec{Name: "blind", Rows: []permission.Row{{
			Name: "no reading", Roles: user.RolesOf(user.Agent),
			Actions: permission.StandardActions().Without(permission.ActionsOf(permission.UserRead, permission.UserList)),
		}}})
		w.ok(err)
		whole := []string{"reset the password", "enable", "restore", "disable", "delete", "delete with others", "erase"}
		for _, call := range powerCalls {
			if !slices.Contains(whole, call.name) {
				continue
			}
			hidden := call.do(w, w.as(agent).WithAuthorizer(blind), call.target)
			absent := call.do(w, w.as(agent).WithAuthorizer(blind), nobody)
			if hidden == nil || absent == nil || hidden.Error() != absent.Error() {
				t.Errorf("%s: hidden %v, absent %v", call.name, hidden, absent)
			}
		}
	})
}

// TestAPolicyWithoutSelfHasTheStandardRules checks that a nil Spec.Self means StandardSelfRules.
func TestAPolicyWithoutSelfHasTheStandardRules(t *testing.T) {
	policy, err := permission.New(permission.Spec{Name: "owners", Rows: []permission.Row{{
		Name: "all", Actions: permission.StandardActions(), Roles: user.RolesOf(user.Owner),
	}}})
	if err != nil {
		t.Fatal(err)
	}
	each(t, func(t *testing.T, w *world) {
		powerWorld(t, w)
		_, err := w.as(owner).WithAuthorizer(policy).Create(w.ctx, roster.CreateParams{User: user.User{
			Identity: user.Identity{Login: "new"}, Access: user.Access{Granted: user.RolesOf(user.Agent)},
		}})
		w.ok(err)
	})
}
