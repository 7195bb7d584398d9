package roster_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"testing"
	"time"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// exported is the object of an export. An item of a list is the text of its JSON.
type exported struct {
	Account  user.AccountID
	At       time.Time
	Revision user.Revision
	User     user.User
	Balance  balance.Money
	Parent   bool
	Entries  []json.RawMessage
	Changes  []storage.Change
	Made     []storage.Change

	DeadLetters []struct {
		Delivery string
		At       time.Time
		Change   storage.Change
	}
}

// export returns the export of a user by the handle h.
func (w *world) export(h roster.Handle, id user.ID) (e exported) {
	w.Helper()
	var b bytes.Buffer
	w.ok(h.Export(w.ctx, id, &b))
	d := json.NewDecoder(&b)
	d.DisallowUnknownFields()
	w.ok(d.Decode(&e))
	return e
}

func TestExportHidesTheDataOfOthersInWhatTheUserMade(t *testing.T) {
	w := newWorld(t, memstore.New())
	w.ok(second(w.as(boss).Patch(w.ctx, agent, user.Patch{LastName: user.Set("Secretname")}, roster.WithReason("a wedding"))))
	w.ok(second(w.as(boss).Transfer(w.ctx, roster.TransferParams{Users: []user.ID{other}, Amount: usd("77.00")})))
	w.ok(second(w.as(boss).Patch(w.ctx, boss, user.Patch{LastName: user.Set("Boss")})))

	made := w.export(w.host, boss).Made
	if len(made) != 2 {
		t.Fatalf("the user made %d changes to others, want 2: %+v", len(made), made)
	}
	if c := made[1]; c.Type != storage.UserUpdated || c.UserID != agent || c.Reason != "a wedding" {
		t.Errorf("the older change is %+v", c)
	}
	for _, c := range made {
		if c.Created != nil || c.Diff != nil || c.Money != nil || c.Detail != "" {
			t.Errorf("%s shows data of another user: %+v", c.Type, c)
		}
	}
}

// brokenWriter accepts n bytes and then fails.
type brokenWriter struct{ n int }

var errBroken = errors.New("a broken pipe")

func (w *brokenWriter) Write(b []byte) (int, error) {
	if w.n -= len(b); w.n < 0 {
		return 0, errBroken
	}
	return len(b), nil
}

func TestExportReturnsTheErrorOfTheWriter(t *testing.T) {
	w := newWorld(t, memstore.New())
	w.is(w.host.Export(w.ctx, agent, &brokenWriter{}), errBroken, "a short export")
	for range 100 {
		w.ok(second(w.host.Transfer(w.ctx, roster.TransferParams{Users: []user.ID{agent}, Amount: usd("0.01")})))
	}
	w.is(w.host.Export(w.ctx, agent, &brokenWriter{n: 5000}), errBroken, "a long export")
	w.is(problemAt("/writer", w.host.Export(w.ctx, agent, nil)), validate.ErrInvalid, "no writer")
}

func TestExportHoldsWhatTheOtherCallsReturn(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.ok(second(w.as(agent).SetStatus(w.ctx, agent, user.Ready, 0, roster.WithReason("back at the desk"))))
		for _, id := range []user.ID{agent, gone, manager} {
			got, money := w.export(w.host, id), must(w.host.Balances(w.ctx, id))[0]
			want := exported{
				Account: "acme", At: noon, Revision: w.state().Revision, User: w.user(id), Balance: money.Own, Parent: money.Parent,
				Entries: []json.RawMessage{}, Changes: must(w.host.Changes(w.ctx, storage.ChangeQuery{UserID: id, Newest: true})),
				Made: []storage.Change{}, DeadLetters: got.DeadLetters[:0], // TestExportHoldsDeadLetters has some
			}
			for _, e := range must(w.host.Statement(w.ctx, balance.HolderOf(id), storage.EntryID{}, 0)) {
				want.Entries = append(want.Entries, must(json.Marshal(e)))
			}
			same(t, fmt.Sprint("the export of user ", id), got, want)
		}
	})
}

func TestExportReadsEveryPage(t *testing.T) {
	w := newWorld(t, memstore.New())
	const n = storage.MaxPage + 3
	for i := range n {
		w.ok(second(w.as(boss).Patch(w.ctx, agent, user.Patch{LastName: user.Set(fmt.Sprint("Agent", i))})))
		w.ok(second(w.as(boss).Transfer(w.ctx, roster.TransferParams{Users: []user.ID{agent}, Amount: usd("0.01")})))
	}
	got, made := w.export(w.host, agent), w.export(w.host, boss).Made
	// newWorld creates the user, reserves a slot and pays once.
	if len(got.Changes) != 2*n+3 || len(got.Entries) != n+1 || len(made) != 2*n {
		t.Errorf("%d changes, %d entries, and %d changes that the other user made", len(got.Changes), len(got.Entries), len(made))
	}
	for i, c := range got.Changes[1:] {
		if !c.ID.Less(got.Changes[i].ID) {
			t.Errorf("%v comes after %v", c.ID, got.Changes[i].ID)
		}
	}
}

// TestExportHoldsDeadLetters checks that a change is exported from a dead letter after the history
// has lost it, without those of other users and the error of the handler.
func TestExportHoldsDeadLetters(t *testing.T) {
	w := newWorld(t, memstore.New())
	changes := must(w.host.Changes(w.ctx, storage.ChangeQuery{}))
	must(w.store.Update(w.ctx, "acme", func(ctx context.Context, wr storage.Writer) error {
		err := wr.PutDelivery(ctx, storage.Delivery{Name: "mail"})
		for _, c := range changes {
			letter := storage.DeadLetter{Change: c, Attempts: 3, Error: "the host is private.example", At: noon}
			err = errors.Join(err, wr.PutDeadLetter(ctx, "mail", letter))
		}
		return err
	}))
	w.now = noon.AddDate(1, 0, 0)
	w.ok(second(w.host.CompactChanges(w.ctx, w.now)))

	e := w.export(w.host, agent)
	about := slices.DeleteFunc(changes, func(c storage.Change) bool { return c.UserID != agent })
	if len(e.DeadLetters) != len(about) || len(about) < 2 || len(e.Changes) != 0 {
		t.Fatalf("%d changes, %d dead letters, want %d", len(e.Changes), len(e.DeadLetters), len(about))
	}
	for i, l := range e.DeadLetters {
		if same(t, "a dead letter", l.Change, about[i]); l.Delivery != "mail" || !l.At.Equal(noon) {
			t.Errorf("the dead letter is %+v", l)
		}
	}
}

// TestExportNeedsEachOfItsActions gives the actor all actions that Export needs, and all but one.
func TestExportNeedsEachOfItsActions(t *testing.T) {
	needs := permission.ActionsOf(permission.UserRead, permission.UserReadSettings, permission.MoneyRead,
		permission.StatementRead, permission.ChangesRead)
	w := newWorld(t, memstore.New())
	as := func(scope permission.Scope, actions permission.Actions) roster.Handle {
		return w.as(agent).WithAuthorizer(policyOf(permission.Row{Roles: user.RolesOf(user.Agent), Scope: scope, Actions: actions}))
	}
	own := as(permission.Self, needs)
	if got := w.export(own, agent); len(got.Changes) == 0 || got.Balance.String() != "5.00 USD" {
		t.Errorf("the export of the own data is %+v", got)
	}
	w.is(own.Export(w.ctx, other, io.Discard), storage.ErrNotFound, "another user")
	w.is(own.Export(w.ctx, noUser, io.Discard), storage.ErrNotFound, "a missing user")
	w.is(w.as(noUser).Export(w.ctx, agent, io.Discard), permission.ErrDenied, "a missing actor")
	w.is(w.as(agent).Export(w.ctx, agent, io.Discard), permission.ErrDenied, "the default policy")
	for action := range needs.All() {
		err := as(permission.AnyUser, needs.Without(permission.ActionsOf(action))).Export(w.ctx, agent, io.Discard)
		var denied *permission.Denied
		if !errors.As(err, &denied) || denied.Action != action {
			t.Errorf("without %s: got error %v", action, err)
		}
	}
}
