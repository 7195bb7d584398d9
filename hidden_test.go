package roster_test

import (
	"context"
	"errors"
	"testing"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// permissive is an Authorizer that allows everything and looks at no attribute of the actor.
var permissive = permission.AuthorizerFunc(func(context.Context, permission.Request) error { return nil })

// blind returns the handle of a key that changes users and reads none.
func blind(w *world) roster.Handle {
	return w.dir.As("acme", roster.KeyActor(0, permission.PermissionsOf(permission.PermUserCUD))).WithAuthorizer(permission.Omnidesk())
}

// TestANilDenialRefuses checks that a call is refused, without a panic, if the Authorizer returns
// a nil *permission.Denied as its error.
func TestANilDenialRefuses(t *testing.T) {
	var none *permission.Denied
	refusing := permission.AuthorizerFunc(func(context.Context, permission.Request) error { return none })
	everyAbility(t, whatever, func(t *testing.T, w *world, a ability) {
		w.unchanged(a.name, func() {
			if _, err := a.do(w.ctx, w.as(boss).WithAuthorizer(refusing), a.target); err == nil {
				t.Error("no error")
			}
		})
	})
}

// TestAPatchTellsNoValueOfAUserThatIsNotRead checks that a patch of a user that the actor may not
// read needs the permission for each named attribute, whatever the stored value is.
func TestAPatchTellsNoValueOfAUserThatIsNotRead(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		h := blind(w)
		for what, p := range map[string]user.Patch{
			"the pid that the user has": {PID: user.Set("p2")}, "another pid": {PID: user.Set("p3")},
			"the roles that the user has": {Roles: user.Set(user.RolesOf(user.Agent))},
			"other roles":                 {Roles: user.Set(user.RolesOf(user.Supervisor))},
		} {
			p.FirstName = user.Set("Ann")
			w.is(second(h.Patch(w.ctx, agent, p, roster.DryRun())), permission.ErrDenied, what)
		}
		w.ok(second(h.Patch(w.ctx, agent, user.Patch{FirstName: user.Set("Ann")})))
	})
}

// TestAReplacementTellsNoValueOfAUserThatIsNotRead checks that a replacement of a user that the
// actor may not read is refused for each read-only field, whatever the stored value is.
func TestAReplacementTellsNoValueOfAUserThatIsNotRead(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		h := blind(w)
		present := w.user(agent)
		for path, set := range map[string]func(*user.User){
			"/access/roles":            func(u *user.User) { u.Access.Roles = present.Access.Roles },
			"/credentials/signInStamp": func(u *user.User) { u.Credentials.SignInStamp = present.Credentials.SignInStamp },
			"/lifecycle/created":       func(u *user.User) { u.Lifecycle.Created = present.Lifecycle.Created },
			"/presence/since":          func(u *user.User) { u.Presence.Since = present.Presence.Since },
		} {
			var u user.User
			set(&u)
			if u.Equal(user.User{}) {
				t.Fatalf("%s: the user has no value", path)
			}
			_, err := h.Replace(w.ctx, agent, u, user.AllAttributes(), roster.DryRun())
			if !hasReadOnly(err, path) {
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
		for h, want := range map[*roster.Handle]user.ID{&w.host: agent, new(w.as(boss)): agent, new(blind(w)): 0} {
			_, err := h.Create(w.ctx, roster.CreateParams{User: user.User{Identity: user.Identity{Login: "agent"}}})
			var taken *storage.ExistsError
			if !errors.As(err, &taken) || taken.What != "login" || taken.ID != int64(want) {
				t.Errorf("%v, want a login that is taken by %d", err, want)
			}
		}
	})
}

// TestFindTellsNothingOfHiddenUsers checks that the error of Find is the same for no, one and
// several hidden users with an e-mail address.
func TestFindTellsNothingOfHiddenUsers(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		policy := must(permission.New(permission.Spec{Name: "agents", Rows: []permission.Row{{
			Name: "reads-agents", Roles: user.RolesOf(user.AgentManager), Targets: user.RolesOf(user.Agent),
			Actions: permission.ActionsOf(permission.UserRead, permission.UserList),
		}}}))
		h := w.as(manager).WithAuthorizer(policy)
		for _, id := range []user.ID{boss, manager} { // neither is an agent
			w.is(second(h.Find(w.ctx, user.KeyEmail, "chief@example.com")), storage.ErrNotFound, "a hidden e-mail")
			w.ok(second(w.host.Patch(w.ctx, id, user.Patch{Email: user.Set("chief@example.com")})))
		}
		w.is(second(h.Find(w.ctx, user.KeyEmail, "chief@example.com")), storage.ErrNotFound, "two hidden users")
		w.ok(second(w.host.Patch(w.ctx, agent, user.Patch{Email: user.Set("chief@example.com")})))
		u, err := h.Find(w.ctx, user.KeyEmail, "chief@example.com")
		if err != nil || u.ID != agent {
			t.Errorf("user %d, %v", u.ID, err)
		}
	})
}

// TestDryRunShowsNoHiddenUser: an actor that may change every user and read only those of its group
// moves a hidden user into the group. The result shows only what the actor changed.
func TestDryRunShowsNoHiddenUser(t *testing.T) {
	policy := must(permission.New(permission.Spec{Name: "groups", Rows: []permission.Row{
		{Name: "reads", Actions: permission.ActionsOf(permission.UserRead), Roles: user.RolesOf(user.AgentManager),
			Scope: permission.SameAs(user.AttrGroups)},
		{Name: "moves", Actions: permission.ActionsOf(permission.UserUpdate), Roles: user.RolesOf(user.AgentManager)},
	}}))
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

// TestARowForSomeRolesHidesTheOthers checks an actor whose rows are for agents alone. What concerns
// the whole account is refused, and an error does not name the hidden user that has a login.
func TestARowForSomeRolesHidesTheOthers(t *testing.T) {
	managers := user.RolesOf(user.AgentManager)
	policy := must(permission.New(permission.Spec{Name: "agents", Rows: []permission.Row{
		{Name: "agents", Roles: managers, Targets: user.RolesOf(user.Agent), Actions: permission.ActionsOf(permission.UserList,
			permission.UserRead, permission.ChangesRead, permission.StatementRead, permission.MoneyRead, permission.MoneyReverse)},
		{Name: "creates", Roles: managers, Actions: permission.ActionsOf(permission.UserCreate)},
	}}))
	each(t, func(t *testing.T, w *world) {
		paid := must(w.host.Transfer(w.ctx, roster.TransferParams{Users: []user.ID{boss}, Amount: usd("2")}))
		h := w.as(manager).WithAuthorizer(policy)
		w.is(second(h.Changes(w.ctx, storage.ChangeQuery{UserID: boss})), permission.ErrDenied, "changes")
		w.is(second(h.Statement(w.ctx, balance.Account, storage.EntryID{}, 0)), permission.ErrDenied, "the account's statement")
		w.is(second(h.Balance(w.ctx)), permission.ErrDenied, "the account's balance")
		w.is(second(h.GetTransfer(w.ctx, paid.Transfer.ID)), permission.ErrDenied, "a transfer")
		w.is(second(h.Reverse(w.ctx, roster.ReverseParams{TransferID: paid.Transfer.ID})), permission.ErrDenied, "a reversal")
		var taken *storage.ExistsError
		if _, err := h.Create(w.ctx, named("boss")); !errors.As(err, &taken) || taken.ID != 0 {
			t.Errorf("a login of a hidden user: %v", err)
		}
		w.ok(second(h.Get(w.ctx, agent)))
	})
}

// TestResetsShowNoHiddenViews checks that the result of a role change shows the views that it
// resets only to an actor that may read views.
func TestResetsShowNoHiddenViews(t *testing.T) {
	resets := []user.Transition{{Name: "views", Lost: user.Agent, Resets: user.AttributesOf(user.AttrViews)}}
	each(t, func(t *testing.T, w *world) {
		dir := roster.New(w.store, roster.WithTransitions(resets))
		for _, a := range []permission.Actions{
			permission.ActionsOf(permission.UserRead, permission.RolesSet),
			permission.ActionsOf(permission.UserRead, permission.RolesSet, permission.ViewsRead),
		} {
			h := dir.As("acme", roster.UserActor(boss)).WithAuthorizer(must(permission.New(permission.Spec{Name: "p", Rows: []permission.Row{
				{Name: "a", Roles: user.RolesOf(user.Admin), Actions: a},
			}})))
			r, err := h.SetRoles(w.ctx, agent, user.Roles{}, roster.DryRun())
			if err != nil || len(r.Resets) != 1 || r.Resets[0].Before.IsZero() == a.Has(permission.ViewsRead) {
				t.Errorf("%v: resets %+v, %v", a, r.Resets, err)
			}
		}
	})
}
