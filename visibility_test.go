package roster_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// TestActorsWhoAreNotAreDenied checks that missing, deleted and disabled users, their API keys, and
// a session that has ended may do nothing under any Authorizer.
func TestActorsWhoAreNotAreDenied(t *testing.T) {
	everyAbility(t, whatever, func(t *testing.T, w *world, a ability) {
		w.ok(second(w.host.Disable(w.ctx, other)))
		ended := roster.UserActor(boss).SignedIn(w.user(boss).Credentials.SignInStamp + 1)
		w.unchanged(a.name, func() {
			for _, actor := range []roster.Actor{
				{}, roster.UserActor(0), roster.UserActor(-1), roster.UserActor(noUser), roster.UserActor(gone),
				roster.UserActor(other), ended, roster.KeyActor(noUser, permission.VendorPermissions()),
				roster.KeyActor(gone, permission.VendorPermissions()), roster.KeyActor(other, permission.VendorPermissions()),
			} {
				h, own := w.dir.As("acme", actor), permission.Default()
				for _, engine := range []permission.Authorizer{own, permissive, permission.Any(own, permissive)} {
					w.is(second(a.do(w.ctx, h.WithAuthorizer(engine), a.target)), permission.ErrDenied, a.name)
				}
			}
			powerless := w.dir.As("acme", roster.KeyActor(0, permission.Permissions{}))
			w.is(second(a.do(w.ctx, powerless, a.target)), permission.ErrDenied, "a key without permissions")
			w.is(second(a.do(w.ctx, w.host.WithAuthorizer(nil), a.target)), permission.ErrDenied, "without a policy")
			var none *permission.Denied
			refusing := refuses(none, func(permission.Request) bool { return true })
			if _, err := a.do(w.ctx, w.as(boss).WithAuthorizer(refusing), a.target); err == nil {
				t.Error("an Authorizer that returns a nil *permission.Denied allows the call")
			}
		})
	})
}

// failingOn is an Authorizer that decides like another one, and fails for some requests.
type failingOn struct {
	permission.Authorizer
	fails         func(question int, r permission.Request) bool
	asked, failed int
}

// refuses returns an Authorizer that refuses the chosen requests with err, and allows the others.
func refuses(err error, chosen func(r permission.Request) bool) permission.Authorizer {
	return permission.AuthorizerFunc(func(_ context.Context, r permission.Request) error {
		if chosen(r) {
			return err
		}
		return nil
	})
}

var errEngineDown = errors.New("the policy engine is down")

func (a *failingOn) Check(ctx context.Context, r permission.Request) error {
	a.asked++
	if a.fails(a.asked, r) {
		a.failed++
		return errEngineDown
	}
	return a.Authorizer.Check(ctx, r)
}

// TestAnAuthorizersFailureInOneQuestionReachesTheCaller checks that a call fails if the Authorizer
// fails for one action or one request only, whichever user the call is about. A failure does not
// count as a denial, and tells nothing of hidden users.
func TestAnAuthorizersFailureInOneQuestionReachesTheCaller(t *testing.T) {
	every := func(permission.Request) bool { return true }
	scoped := &permission.Denied{Reason: permission.Reason{Rule: "denies", Scoped: true}}
	answers := map[string]permission.Authorizer{
		"allows": permissive, "denies": refuses(&permission.Denied{}, every), "denies by scope": refuses(scoped, every),
		"denies users": refuses(scoped, func(r permission.Request) bool { return r.Target.ID > 0 }),
	}
	everyAbility(t, whatever, func(t *testing.T, w *world, a ability) {
		for name, inner := range answers {
			for _, id := range []user.ID{a.target, noUser} {
				call := func(what string, fails func(int, permission.Request) bool) bool {
					engine := &failingOn{Authorizer: inner, fails: fails}
					var opts []roster.CallOption
					if !a.reads {
						opts = append(opts, roster.DryRun())
					}
					_, err := a.do(w.ctx, w.as(boss).WithAuthorizer(engine), id, opts...)
					if engine.failed > 0 {
						w.is(err, errEngineDown, fmt.Sprintf("%s of user %d, the engine %s and fails in %s", a.name, id, name, what))
					}
					return engine.failed > 0
				}
				for action := range permission.StandardActions().All() {
					failed := call(action.String(), func(_ int, r permission.Request) bool { return r.Action == action })
					if a.target != 0 && action == permission.UserRead && name == "denies by scope" && !failed {
						t.Errorf("%s of user %d is answered without asking whether the actor may read the user", a.name, id)
					}
				}
				for n := 1; call(fmt.Sprint("question ", n), func(question int, _ permission.Request) bool { return question == n }); n++ {
				}
			}
		}
	})
}

// TestAnAuthorizerGetsTheContextAndTheAccount checks that an Authorizer receives the context of
// the call and the account. An engine behind a network needs both.
func TestAnAuthorizerGetsTheContextAndTheAccount(t *testing.T) {
	type key struct{}
	everyAbility(t, whatever, func(t *testing.T, w *world, a ability) {
		asked := 0
		asking := permission.AuthorizerFunc(func(ctx context.Context, r permission.Request) error {
			if asked++; ctx.Value(key{}) != "call" || r.Account != "acme" {
				t.Errorf("%s: asked about %v with account %q and context value %v", a.name, r.Action, r.Account, ctx.Value(key{}))
			}
			return nil
		})
		c, h := context.WithValue(w.ctx, key{}, "call"), w.as(boss).WithAuthorizer(asking)
		if _, err := a.do(c, h, a.target); asked == 0 {
			t.Errorf("%s: asked nothing, error %v", a.name, err)
		}
		asked, a.name = 0, "Explain"
		if _, err := h.Explain(c, permission.UserUpdate, a.target); asked == 0 {
			t.Errorf("Explain: asked nothing, error %v", err)
		}
	})
}

func TestHiddenUsersAreNotFound(t *testing.T) {
	policies := []permission.Authorizer{
		permission.Default(), permission.LivePerson(), permission.Genesys(), permission.Omnidesk(), permission.Voximplant(),
	}
	everyAbility(t, targets, func(t *testing.T, w *world, a ability) {
		n := named("roleless")
		n.User.ID = 8
		w.ok(second(w.host.Create(w.ctx, n)))
		for _, p := range policies {
			for _, actor := range []roster.Actor{
				roster.UserActor(other), roster.UserActor(8), roster.KeyActor(0, permission.PermissionsOf(permission.PermUserAnonymousBrowsingUpdate)),
			} {
				h := w.dir.As("acme", actor).WithAuthorizer(p)
				if _, err := h.GetDeleted(w.ctx, a.target); err == nil {
					continue // the actor may read the others
				}
				w.unchanged(a.name, func() {
					there, absent := second(a.do(w.ctx, h, a.target)), second(a.do(w.ctx, h, noUser))
					if there == nil || absent == nil || strings.ReplaceAll(there.Error(), fmt.Sprint("user ", a.target), "user 999") != absent.Error() {
						t.Errorf("a hidden user: %v; an absent one: %v", there, absent)
					}
				})
			}
		}
	})
}

// permissive is an Authorizer that allows everything and looks at no attribute of the actor.
var permissive = permission.AuthorizerFunc(func(context.Context, permission.Request) error { return nil })

// blind returns the handle of a key that changes users and reads none.
func blind(w *world) roster.Handle {
	return w.dir.As("acme", roster.KeyActor(0, permission.PermissionsOf(permission.PermUserCUD))).WithAuthorizer(permission.Omnidesk())
}

// TestPatchOfAHiddenUserRevealsNoValue checks that the error of a patch or a replacement is the
// same whether a user that the actor may not read has the named value or not. An actor that may
// change users and read none needs the permission for each named attribute.
func TestPatchOfAHiddenUserRevealsNoValue(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for _, p := range []user.Patch{
			{Login: user.Set("agent"), Status: user.Set(user.DND)}, {Login: user.Set("guess"), Status: user.Set(user.DND)},
			{Status: user.Set(user.Ready)}, {Status: user.Set(user.DND)},
			{Email: user.Set("ann@example.com")}, {Email: user.Set("guess@example.com")},
		} {
			there, absent := second(w.as(other).Patch(w.ctx, agent, p)), second(w.as(other).Patch(w.ctx, noUser, p))
			if there == nil || absent == nil || there.Error() != absent.Error() {
				t.Errorf("%v: hidden %v, absent %v", p.Attributes(), there, absent)
			}
		}
		h, ann := blind(w), user.Set("Ann")
		for _, p := range []user.Patch{ // the value that the user has, and another one
			{FirstName: ann, PID: user.Set("p2")}, {FirstName: ann, PID: user.Set("p3")},
			{FirstName: ann, Roles: user.Set(user.RolesOf(user.Agent))}, {FirstName: ann, Roles: user.Set(user.RolesOf(user.Supervisor))},
		} {
			w.is(second(h.Patch(w.ctx, agent, p, roster.DryRun())), permission.ErrDenied, p.Attributes().String())
		}
		w.ok(second(h.Patch(w.ctx, agent, user.Patch{FirstName: ann})))

		present := w.user(agent)
		for path, set := range map[string]func(u, present *user.User){
			"/access/roles":            func(u, present *user.User) { u.Access.Roles = present.Access.Roles },
			"/credentials/signInStamp": func(u, present *user.User) { u.Credentials.SignInStamp = present.Credentials.SignInStamp },
			"/lifecycle/created":       func(u, present *user.User) { u.Lifecycle.Created = present.Lifecycle.Created },
			"/presence/since":          func(u, present *user.User) { u.Presence.Since = present.Presence.Since },
		} {
			var u user.User
			set(&u, &present)
			if err := second(h.Replace(w.ctx, agent, u, user.AllAttributes(), roster.DryRun())); !hasReadOnly(err, path) {
				t.Errorf("%s: %v", path, err)
			}
		}
		same := user.User{ID: agent, Version: present.Version}
		w.ok(second(h.Replace(w.ctx, agent, same, user.AllAttributes(), roster.DryRun())))
	})
}

// TestATakenNameTellsNoHiddenUser checks that the error about a taken name has the id of the
// holder only if the actor may read every user.
func TestATakenNameTellsNoHiddenUser(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		agents := policyOf(permission.Row{Roles: user.RolesOf(user.AgentManager), Targets: user.RolesOf(user.Agent),
			Actions: permission.ActionsOf(permission.UserList, permission.UserRead)},
			permission.Row{Roles: user.RolesOf(user.AgentManager), Actions: permission.ActionsOf(permission.UserCreate)})
		for h, want := range map[*roster.Handle]user.ID{
			&w.host: boss, new(w.as(boss)): boss, new(blind(w)): 0, new(w.as(manager).WithAuthorizer(agents)): 0,
		} {
			_, err := h.Create(w.ctx, named("boss"))
			var taken *storage.ExistsError
			if !errors.As(err, &taken) || taken.What != "login" || taken.ID != int64(want) {
				t.Errorf("%v, want a login that is taken by %d", err, want)
			}
		}
	})
}

// TestDryRunShowsNoHiddenUser: an actor that may change every user and read only those of its group
// moves a hidden user into the group. The result shows only what the actor changed.
func TestDryRunShowsNoHiddenUser(t *testing.T) {
	managers := user.RolesOf(user.AgentManager)
	policy := policyOf(
		permission.Row{Actions: permission.ActionsOf(permission.UserRead), Roles: managers, Scope: permission.SameAs(user.AttrGroups)},
		permission.Row{Actions: permission.ActionsOf(permission.UserUpdate), Roles: managers},
	)
	each(t, func(t *testing.T, w *world) {
		group := user.Patch{Groups: user.Set(user.IDSetOf[user.GroupID](1))}
		w.ok(second(w.host.Patch(w.ctx, manager, group)))
		h := w.as(manager).WithAuthorizer(policy)
		w.is(second(h.Get(w.ctx, agent)), storage.ErrNotFound, "a hidden user")
		r, err := h.Patch(w.ctx, agent, group, roster.DryRun())
		if u := r.User; err != nil || u.Identity.Login != "" || u.Contact.Email != "" || !u.Access.Groups.Has(1) {
			t.Errorf("the dry run shows %+v, %v", u, err)
		}
	})
}

// TestARowForSomeRolesHidesTheAccount checks an actor whose row is for agents alone. What concerns
// the whole account is refused.
func TestARowForSomeRolesHidesTheAccount(t *testing.T) {
	policy := policyOf(permission.Row{Roles: user.RolesOf(user.AgentManager), Targets: user.RolesOf(user.Agent),
		Actions: permission.ActionsOf(permission.UserRead, permission.ChangesRead, permission.StatementRead,
			permission.MoneyRead, permission.MoneyReverse)})
	each(t, func(t *testing.T, w *world) {
		paid := must(w.host.Transfer(w.ctx, roster.TransferParams{Users: []user.ID{boss}, Amount: usd("2")}))
		h := w.as(manager).WithAuthorizer(policy)
		for what, err := range map[string]error{
			"changes":                 second(h.Changes(w.ctx, storage.ChangeQuery{UserID: boss})),
			"the account's statement": second(h.Statement(w.ctx, balance.Account, storage.EntryID{}, 0)),
			"the account's balance":   second(h.Balance(w.ctx)),
			"a transfer":              second(h.GetTransfer(w.ctx, paid.Transfer.ID)),
			"a reversal":              second(h.Reverse(w.ctx, roster.ReverseParams{TransferID: paid.Transfer.ID})),
		} {
			w.is(err, permission.ErrDenied, what)
		}
		w.ok(second(h.Get(w.ctx, agent)))
	})
}

// TestResetsShowNoHiddenViews checks that the result of a role change shows the views that it
// resets only to an actor that may read views.
func TestResetsShowNoHiddenViews(t *testing.T) {
	resets := []user.Transition{{Name: "views", Lost: user.Agent, Resets: user.AttributesOf(user.AttrViews)}}
	each(t, func(t *testing.T, w *world) {
		for _, a := range []permission.Actions{
			permission.ActionsOf(permission.UserRead, permission.RolesSet),
			permission.ActionsOf(permission.UserRead, permission.RolesSet, permission.ViewsRead),
		} {
			h := w.as(boss).WithAuthorizer(policyOf(permission.Row{Roles: user.RolesOf(user.Admin), Actions: a}))
			r, err := h.SetRoles(w.ctx, agent, user.Roles{}, roster.DryRun())
			if err != nil || len(r.Resets) != 1 || r.Resets[0].Before.IsZero() == a.Has(permission.ViewsRead) {
				t.Errorf("%v: resets %+v, %v", a, r.Resets, err)
			}
		}
	}, roster.WithTransitions(resets))
}

// TestAProfileThatCannotBeReadIsNotTheCallersMistake checks that a call returns the error of a
// storage that fails to read a profile. The profile is not taken for a missing one, nor for one
// that gives no role.
func TestAProfileThatCannotBeReadIsNotTheCallersMistake(t *testing.T) {
	access := user.Access{Profiles: user.IDSetOf(agentProfile)}
	managers := user.Patch{Profiles: user.Set(user.IDSetOf(managerProfile))}
	edits := []roster.Edit{{ID: other, Patch: managers, Password: &roster.PasswordChange{New: newPhrase}}}
	for name, call := range map[string]func(*world, roster.Handle, user.ID) error{
		"create": creating(access, roster.Password{}), "create with a password": creating(access, newPhrase), "edit": patching(managers),
		"edit with a password": func(w *world, h roster.Handle, _ user.ID) error { return second(h.Edit(w.ctx, edits)) },
	} {
		w := newWorld(t, memstore.New())
		w.ok(second(w.failing(name, roster.UserActor(boss), func(h roster.Handle) error { return call(w, h, other) })))
	}
}
