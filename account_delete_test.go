package roster_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// fill creates the account acme with an administrator, a user with a password and money, and a
// skill. It returns the user.
func fill(t *testing.T, dir *roster.Directory) user.User {
	t.Helper()
	ctx, host := t.Context(), dir.As("acme", roster.SystemActor())
	if _, err := host.CreateAccount(ctx, user.Account{Currency: "USD"}); err != nil {
		t.Fatal(err)
	}
	if _, err := host.PutReference(ctx, user.Reference{Kind: user.ReferenceSkill, Name: "Dutch"}); err != nil {
		t.Fatal(err)
	}
	made, err := host.CreateMany(ctx, []roster.CreateParams{
		{User: user.User{Identity: user.Identity{Login: "boss"}, Access: user.Access{Granted: user.RolesOf(user.Owner)}}},
		{User: user.User{Identity: user.Identity{Login: "ann"}}, Password: roster.PasswordOf("correct horse battery")},
	})
	if err != nil {
		t.Fatal(err)
	}
	five, err := balance.Parse("5.00", "USD")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := host.Fund(ctx, roster.FundParams{Amount: five, Key: "fund"}); err != nil {
		t.Fatal(err)
	}
	ann := made[1].User.ID
	if _, err := host.Transfer(ctx, roster.TransferParams{Users: []user.ID{ann}, Amount: five, Key: "pay"}); err != nil {
		t.Fatal(err)
	}
	u, err := dir.SignIn(ctx, "acme", "ann", roster.PasswordOf("correct horse battery"))
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// TestDeletedAccountBeginsAnew: a new account of the same name accepts no id, version, sign-in,
// password, key or position in the history of the deleted account.
func TestDeletedAccountBeginsAnew(t *testing.T) {
	ctx, dir := t.Context(), newDirectory()
	host := dir.As("acme", roster.SystemActor())
	first := fill(t, dir)
	before, err := host.Changes(ctx, storage.ChangeQuery{})
	if err != nil {
		t.Fatal(err)
	}
	revision, err := host.Revision(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if err := host.DeleteAccount(ctx); err != nil {
		t.Fatal(err)
	}
	session := dir.As("acme", roster.UserActor(first.ID).SignedIn(first.Credentials.SignInStamp))
	if _, err := session.Get(ctx, first.ID); !errors.Is(err, permission.ErrDenied) {
		t.Errorf("a session of a deleted account: %v", err)
	}
	if _, err := dir.SignIn(ctx, "acme", "ann", roster.PasswordOf("correct horse battery")); !errors.Is(err, roster.ErrCredentials) {
		t.Errorf("a sign-in to a deleted account: %v", err)
	}

	second := fill(t, dir)
	if second.ID <= first.ID || second.Version <= revision {
		t.Errorf("the new user has id %d and version %d; the old one had %d, and the account revision %d",
			second.ID, second.Version, first.ID, revision)
	}
	if _, err := session.Get(ctx, first.ID); !errors.Is(err, permission.ErrDenied) {
		t.Errorf("a session of the deleted account in the new one: %v", err)
	}
	if _, err := host.Patch(ctx, second.ID, user.Patch{LastName: user.Set("Lee")}, roster.IfVersion(first.Version)); !errors.Is(err, roster.ErrStale) {
		t.Errorf("a version of the deleted account: %v", err)
	}
	for _, since := range []user.Revision{first.ConfigVersion, revision} {
		_, err := host.Patch(ctx, second.ID, user.Patch{LastName: user.Set("Lee")}, roster.IfUnchangedSince(since))
		if !errors.Is(err, roster.ErrStale) {
			t.Errorf("a configuration of the deleted account, at revision %d: %v", since, err)
		}
	}
	for _, c := range append(before, storage.Change{}) {
		if _, err := host.Changes(ctx, storage.ChangeQuery{After: c.ID}); !errors.Is(err, storage.ErrCompacted) {
			t.Errorf("changes after %v: %v", c.ID, err)
		}
	}
	after, err := host.Changes(ctx, storage.ChangeQuery{After: storage.AfterRevision(revision + 1)})
	if err != nil || len(after) != len(before) || after[0].ID.Revision != revision+2 {
		t.Errorf("%d changes of the new account, %v; the deleted one had %d: %v", len(after), err, len(before), after)
	}
	list, err := host.Transfers(ctx, roster.TransferListParams{})
	if err != nil || len(list) != 2 || list[0].ID != 3 {
		t.Errorf("transfers %v, %v; want two with the ids 3 and 4", list, err)
	}
	skills, err := host.References(ctx, user.ReferenceSkill, 0, 0)
	if err != nil || len(skills) != 1 || skills[0].ID != 2 {
		t.Errorf("skills %v, %v; want one with the id 2", skills, err)
	}
}

// TestChosenIDDoesNotReviveASession: the host gives new users the ids of users of the deleted
// account, one of them without a password. A session of an old user is not valid for the new one.
func TestChosenIDDoesNotReviveASession(t *testing.T) {
	ctx, dir := t.Context(), newDirectory()
	host := dir.As("acme", roster.SystemActor())
	ann := fill(t, dir)
	boss, err := host.Get(ctx, ann.ID-1)
	if err != nil {
		t.Fatal(err)
	}
	if err := host.DeleteAccount(ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := host.CreateAccount(ctx, user.Account{Currency: "USD"}); err != nil {
		t.Fatal(err)
	}
	for _, old := range []user.User{ann, boss} {
		again := user.User{ID: old.ID, Identity: user.Identity{Login: old.Identity.Login}}
		if _, err := host.Create(ctx, roster.CreateParams{User: again}); err != nil {
			t.Fatal(err)
		}
		session := dir.As("acme", roster.UserActor(old.ID).SignedIn(old.Credentials.SignInStamp))
		if _, err := session.Get(ctx, old.ID); !errors.Is(err, permission.ErrDenied) {
			t.Errorf("a session of %s in the deleted account: %v", old.Identity.Login, err)
		}
	}
}

// TestDeleteAccountIsTheHosts refuses every other actor, whatever the policy allows, and changes
// nothing.
func TestDeleteAccountIsTheHosts(t *testing.T) {
	ctx, dir := t.Context(), newDirectory()
	ann := fill(t, dir)
	host := dir.As("acme", roster.SystemActor())
	before, err := host.Revision(ctx)
	if err != nil {
		t.Fatal(err)
	}
	everything := permission.AuthorizerFunc(func(context.Context, permission.Request) error { return nil })
	for name, h := range map[string]roster.Handle{
		"an owner":                   dir.As("acme", roster.UserActor(ann.ID-1)),
		"a user":                     dir.As("acme", roster.UserActor(ann.ID)),
		"no user":                    dir.As("acme", roster.UserActor(99)),
		"a key":                      dir.As("acme", roster.KeyActor(0, permission.VendorPermissions())),
		"an owner of everything":     dir.As("acme", roster.UserActor(ann.ID-1)).WithAuthorizer(everything),
		"a user of another account":  dir.As("globex", roster.UserActor(ann.ID)).WithAuthorizer(everything),
		"the host, with no policy":   host.WithAuthorizer(nil),
		"an owner of what is gone":   dir.As("globex", roster.UserActor(ann.ID-1)),
		"a key, allowed everything":  dir.As("acme", roster.KeyActor(0, permission.VendorPermissions())).WithAuthorizer(everything),
		"a session that has expired": dir.As("acme", roster.UserActor(ann.ID-1).SignedIn(1)),
	} {
		var denied *permission.Denied
		if err := h.DeleteAccount(ctx); !errors.As(err, &denied) || denied.Action != permission.AccountWrite {
			t.Errorf("%s: %v", name, err)
		}
	}
	if after, err := host.Revision(ctx); err != nil || after != before {
		t.Errorf("revision %d, %v; it was %d", after, err, before)
	}
}

// TestDeleteAccountErrors returns ErrNotFound for what is not there, and the errors of every call.
func TestDeleteAccountErrors(t *testing.T) {
	ctx, dir := t.Context(), newDirectory()
	host := dir.As("acme", roster.SystemActor())
	if err := host.DeleteAccount(ctx); !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("an account that was never written to: %v", err)
	}
	fill(t, dir)
	if err := host.DeleteAccount(ctx); err != nil {
		t.Error(err)
	}
	if err := host.DeleteAccount(ctx); !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("a deleted account: %v", err)
	}
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	if err := host.DeleteAccount(cancelled); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled context: %v", err)
	}
	var none context.Context
	if err := host.DeleteAccount(none); !errors.Is(err, validate.ErrInvalid) {
		t.Errorf("no context: %v", err)
	}
	if err := dir.As("no account", roster.SystemActor()).DeleteAccount(ctx); !errors.Is(err, validate.ErrInvalid) {
		t.Errorf("an id that no account can have: %v", err)
	}
	if err := roster.New(nil).As("acme", roster.SystemActor()).DeleteAccount(ctx); !errors.Is(err, storage.ErrClosed) {
		t.Errorf("no storage: %v", err)
	}
}

// TestDeleteAccountEndsAWatch: Watch returns ErrCompacted when the account is deleted.
func TestDeleteAccountEndsAWatch(t *testing.T) {
	dir := newDirectory()
	fill(t, dir)
	host := dir.As("acme", roster.SystemActor())
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	seen, end := make(chan bool), make(chan error, 1)
	go func() {
		for _, err := range host.Watch(ctx, storage.ChangeID{}) {
			if err != nil {
				end <- err
				return
			}
			seen <- true
		}
	}()
	for range 6 { // those of fill
		select {
		case <-seen:
		case <-ctx.Done():
			t.Fatal("Watch shows no changes")
		}
	}
	if err := host.DeleteAccount(ctx); err != nil {
		t.Fatal(err)
	}
	var gone *storage.CompactedError
	if err := <-end; !errors.As(err, &gone) {
		t.Fatalf("Watch of a deleted account: %v", err)
	}
	// A program that goes on from there sees the account when it is created again.
	made := make(chan error, 1)
	go func() {
		_, err := host.CreateAccount(ctx, user.Account{Currency: "USD"})
		made <- err
	}()
	for c, err := range host.Watch(ctx, gone.Last) {
		if err != nil || c.Type != storage.AccountUpdated {
			t.Errorf("the first change of the new account: %s, %v", c.Type, err)
		}
		break
	}
	if err := <-made; err != nil {
		t.Error(err)
	}
}
