package roster_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ca74b63c/roster"
	calls "github.com/ca74b63c/roster/internal/ability"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// fill creates the account with an administrator, a skill, and a user who has a password and money.
// The storage chooses all ids. fill returns the last user after a sign-in.
func (w *world) fill() (ann user.User) {
	w.Helper()
	must(w.host.CreateAccount(w.ctx, user.Account{Currency: "USD"}))
	must(w.host.PutReference(w.ctx, user.Reference{Kind: user.ReferenceSkill, Name: "Dutch"}))
	add(w.host, "boss", user.Owner)
	n := roster.CreateParams{User: user.User{Identity: user.Identity{Login: "ann"}}, Password: oldPhrase}
	ann = must(w.host.Create(w.ctx, n)).User
	must(w.host.Fund(w.ctx, roster.FundParams{Amount: usd("5.00"), Key: "fund"}))
	must(w.host.Transfer(w.ctx, roster.TransferParams{Users: []user.ID{ann.ID}, Amount: usd("5.00"), Key: "pay"}))
	return must(w.dir.SignIn(w.ctx, "acme", "ann", oldPhrase))
}

// session returns a handle for a session of a user.
func (w *world) session(u user.User) roster.Handle {
	return w.dir.As("acme", roster.UserActor(u.ID).SignedIn(u.Credentials.SignInStamp))
}

// TestDeletedAccountBeginsAnew: a new account of the same name accepts no id, version, sign-in,
// password, key or position in the history of the deleted account.
func TestDeletedAccountBeginsAnew(t *testing.T) {
	w := empty(t, memstore.New())
	w.is(w.host.DeleteAccount(w.ctx), storage.ErrNotFound, "an account that was never written to")
	old := w.fill()
	before, revision := w.state().Changes, must(w.host.Revision(w.ctx))
	w.ok(w.host.DeleteAccount(w.ctx))
	w.is(second(w.session(old).Get(w.ctx, old.ID)), permission.ErrDenied, "a session of a deleted account")
	w.is(second(w.dir.SignIn(w.ctx, "acme", "ann", oldPhrase)), roster.ErrCredentials, "a sign-in to a deleted account")

	u := w.fill()
	if u.ID <= old.ID || u.Version <= revision {
		t.Errorf("user %d has version %d; the old one was %d, and the revision %d", u.ID, u.Version, old.ID, revision)
	}
	w.is(second(w.session(old).Get(w.ctx, old.ID)), permission.ErrDenied, "an old session in the new account")
	for what, opt := range map[string]roster.CallOption{
		"an old version": roster.IfVersion(old.Version), "an old configuration": roster.IfUnchangedSince(old.ConfigVersion),
		"the old revision": roster.IfUnchangedSince(revision),
	} {
		w.is(second(w.host.Patch(w.ctx, u.ID, user.Patch{LastName: user.Set("Lee")}, opt)), roster.ErrStale, what)
	}
	for _, c := range append(before, storage.Change{}) {
		w.is(second(w.host.Changes(w.ctx, storage.ChangeQuery{After: c.ID})), storage.ErrCompacted, "an old position")
	}
	after := must(w.host.Changes(w.ctx, storage.ChangeQuery{After: storage.AfterRevision(revision + 1)}))
	if len(after) != len(before) || after[0].ID.Revision != revision+2 {
		t.Errorf("%d changes of the new account, %d of the old one: %v", len(after), len(before), after)
	}
	if list := must(w.host.Transfers(w.ctx, roster.TransferListParams{})); len(list) != 2 || list[0].ID != 3 {
		t.Errorf("transfers %v, want two with the ids 3 and 4", list)
	}
	if skills := must(w.host.References(w.ctx, user.ReferenceSkill, 0, 0)); len(skills) != 1 || skills[0].ID != 2 {
		t.Errorf("skills %v, want one with the id 2", skills)
	}
}

// TestChosenIDDoesNotReviveASession: the host gives new users the ids of users of the deleted
// account, one of them without a password. A session of an old user is not valid for the new one.
func TestChosenIDDoesNotReviveASession(t *testing.T) {
	for _, id := range []user.ID{agent, boss} {
		w := newWorld(t, memstore.New())
		old := w.session(w.user(id))
		w.ok(second(old.Get(w.ctx, id)))
		w.ok(w.host.DeleteAccount(w.ctx))
		w.populate()
		w.is(second(old.Get(w.ctx, id)), permission.ErrDenied, "a session of a user of the deleted account")
	}
}

// TestCallsOfTheHostAlone checks the calls that every actor but the system actor is refused,
// whatever the policy allows.
func TestCallsOfTheHostAlone(t *testing.T) {
	for _, a := range calls.All() {
		if !a.Kind.Host() {
			continue
		}
		w := newWorld(t, memstore.New())
		w.ok(a.Prepare(w.ctx, w.host))
		letters := must(w.host.DeadLetters(w.ctx, "consumer", storage.ChangeID{}, 0))
		key := w.dir.As("acme", roster.KeyActor(0, permission.VendorPermissions()))
		for who, h := range map[string]roster.Handle{
			"an administrator": w.as(boss), "an administrator, allowed everything": w.as(boss).WithAuthorizer(permissive),
			"an agent": w.as(agent), "no user": w.as(noUser),
			"a session that has ended": w.dir.As("acme", roster.UserActor(boss).SignedIn(1)),
			"a key":                    key, "a key, allowed everything": key.WithAuthorizer(permissive),
			"the host, with no policy":  w.host.WithAuthorizer(nil),
			"a user of another account": w.dir.As("globex", roster.UserActor(boss)).WithAuthorizer(permissive),
		} {
			w.unchanged(who, func() {
				_, err := a.Do(w.ctx, h, a.Target)
				if a.Name == "CompactChanges" { // it reads the account first
					_, err = h.CompactChanges(w.ctx, noon)
				}
				var denied *permission.Denied
				if !errors.As(err, &denied) || !a.Kind.Reads() && denied.Action != permission.AccountWrite {
					t.Errorf("%s: %s: %v", who, a.Name, err)
				}
			})
		}
		if diff := cmp.Diff(letters, must(w.host.DeadLetters(w.ctx, "consumer", storage.ChangeID{}, 0))); diff != "" {
			t.Errorf("%s: %s", a.Name, diff)
		}
	}
}

// TestDeleteAccountEndsAWatch: Watch returns ErrCompacted when the account is deleted. Its position
// shows the account when it is created again.
func TestDeleteAccountEndsAWatch(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		end := make(chan error)
		go func() {
			for _, err := range w.host.Watch(w.ctx, w.last()) {
				end <- err
				return
			}
		}()
		time.Sleep(time.Second)
		w.ok(w.host.DeleteAccount(w.ctx))
		var gone *storage.CompactedError
		if err := <-end; !errors.As(err, &gone) {
			t.Fatalf("Watch of a deleted account: %v", err)
		}
		go func() { must(w.host.CreateAccount(w.ctx, user.Account{Currency: "USD"})) }()
		for c, err := range w.host.Watch(w.ctx, gone.Last) {
			if err != nil || c.Type != storage.AccountUpdated {
				t.Errorf("the first change of the new account: %s, %v", c.Type, err)
			}
			break
		}
	})
}

// TestAccounts lists accounts over the border of a page, in order, each once.
func TestAccounts(t *testing.T) {
	dir := roster.New(memstore.New())
	var want, got []user.AccountID
	for i := range storage.MaxPage + 2 {
		id := user.AccountID(fmt.Sprint("account-", i))
		must(dir.As(id, roster.SystemActor()).CreateAccount(t.Context(), user.Account{Currency: "USD"}))
		want = append(want, id)
	}
	slices.Sort(want)
	for id, err := range dir.Accounts(t.Context()) {
		got = append(got, must(id, err))
	}
	if !slices.Equal(got, want) {
		t.Errorf("%d accounts, want %d", len(got), len(want))
	}
	for id, err := range dir.Accounts(t.Context()) {
		if err != nil || id != want[0] {
			t.Errorf("the first account is %s, %v", id, err)
		}
		break
	}
}

// TestAccountsStopAfterAnError returns the error of the context and of the storage, once.
func TestAccountsStopAfterAnError(t *testing.T) {
	closed := memstore.New()
	must(0, closed.Close())
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	for _, tt := range []struct {
		ctx  context.Context
		dir  *roster.Directory
		want error
	}{
		{t.Context(), roster.New(closed), storage.ErrClosed},
		{t.Context(), nil, storage.ErrClosed},
		{canceled, roster.New(memstore.New()), context.Canceled},
		{nil, roster.New(memstore.New()), validate.ErrInvalid},
	} {
		next, stop := iter.Pull2(tt.dir.Accounts(tt.ctx))
		id, err, found := next()
		if _, _, more := next(); !found || more || id != "" || !errors.Is(err, tt.want) {
			t.Errorf("%q, %v, more %t; want %v alone", id, err, more, tt.want)
		}
		stop()
	}
}
