package roster_test

import (
	"errors"
	"testing"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// TestDryRunShowsNoHiddenUser: an actor that may change every user and read only those of its group
// moves a hidden user into the group. The result shows only what the actor changed.
func TestDryRunShowsNoHiddenUser(t *testing.T) {
	policy, err := permission.New(permission.Spec{Name: "groups", Rows: []permission.Row{
		{Name: "reads", Actions: permission.ActionsOf(permission.UserRead), Roles: user.RolesOf(user.Supervisor), Scope: permission.SameAs(user.AttrGroups)},
		{Name: "moves", Actions: permission.ActionsOf(permission.UserUpdate), Roles: user.RolesOf(user.Supervisor), Scope: permission.AnyUser},
	}})
	must(t, err)
	dir := roster.New(memstore.New(), roster.WithAuthorizer(policy))
	host := dir.As("acme", roster.SystemActor())
	must(t, second(host.CreateAccount(t.Context(), user.Account{Currency: "USD"})))
	group := func(id user.GroupID) user.Access {
		return user.Access{Groups: user.IDSetOf(id), Granted: user.RolesOf(user.Supervisor)}
	}
	ann, err := host.Create(t.Context(), roster.CreateParams{User: user.User{Identity: user.Identity{Login: "ann"}, Access: group(1)}})
	must(t, err)
	hidden := user.User{Identity: user.Identity{Login: "bob"}, Contact: user.Contact{Email: "bob@acme.example"}, Access: group(2)}
	bob, err := host.Create(t.Context(), roster.CreateParams{User: hidden})
	must(t, err)
	actor := dir.As("acme", roster.UserActor(ann.User.ID))
	if _, err := actor.Get(t.Context(), bob.User.ID); !errors.Is(err, storage.ErrNotFound) {
		t.Fatalf("the user is not hidden: %v", err)
	}
	got, err := actor.Patch(t.Context(), bob.User.ID, user.Patch{Groups: user.Set(user.IDSetOf[user.GroupID](1))}, roster.DryRun())
	if err != nil || got.User.Identity.Login != "" || got.User.Contact.Email != "" || !got.User.Access.Groups.Has(1) {
		t.Errorf("the dry run shows %+v, %v", got.User, err)
	}
}

// TestOldPasswordCountsWithoutHasOld: a PasswordChange with Old and without HasOld has an old
// password, which is verified.
func TestOldPasswordCountsWithoutHasOld(t *testing.T) {
	dir := newDirectory()
	ann := dir.As("acme", roster.UserActor(fill(t, dir).ID))
	change := roster.PasswordChange{New: roster.PasswordOf("another long phrase"), Old: roster.PasswordOf("a wrong guess")}
	if _, err := ann.ChangePassword(t.Context(), change); !errors.Is(err, roster.ErrWrongPassword) {
		t.Errorf("a wrong old password: %v", err)
	}
	change.Old = roster.PasswordOf("correct horse battery")
	if _, err := ann.ChangePassword(t.Context(), change); err != nil {
		t.Errorf("the right old password: %v", err)
	}
}
