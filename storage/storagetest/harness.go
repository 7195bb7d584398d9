package storagetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// acme is the account of cases that need only one.
const acme user.AccountID = "acme"

// errStop is the error that functions return for a rollback.
var errStop = errors.New("storagetest: stop")

// harness runs one case on its storage. Its methods end the test when the storage breaks the rule.
type harness struct {
	testing.TB
	s        storage.Storage
	ctx      context.Context // ends when the case has taken too long, so that a hang is an error
	patience time.Duration   // how long the storage may take for what should be immediate
}

// patient is implemented by a testing.TB that shortens the time after which a case stops waiting.
// The suite's own tests use it with storages that are known to hang.
type patient interface{ Patience() time.Duration }

// start opens a storage for one case and returns its harness. The storage is closed at the end of
// the test, which fails if Close fails or hangs. h.patience is 20 seconds, or t.Patience() if t
// implements patient. The context of the harness ends after five times h.patience.
func start(t testing.TB, open Open) *harness {
	t.Helper()
	h := &harness{TB: t, s: open(t), patience: 20 * time.Second}
	if p, ok := t.(patient); ok {
		h.patience = p.Patience()
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*h.patience)
	h.ctx = ctx
	t.Cleanup(func() {
		defer cancel()
		if !h.inTime(func() {
			if err := h.s.Close(); err != nil {
				t.Errorf("Close: %v", err)
			}
		}) {
			t.Errorf("Close did not return within %v", h.patience)
		}
	})
	return h
}

// inTime runs f in a goroutine. It returns false if f takes longer than h.patience. f must not end
// the test.
func (h *harness) inTime(f func()) bool {
	done := make(chan struct{})
	go func() {
		defer close(done)
		f()
	}()
	return h.closedInTime(done)
}

// closedInTime waits for the channel done to be closed. It returns false if this takes longer than
// h.patience.
func (h *harness) closedInTime(done <-chan struct{}) bool {
	timer := time.NewTimer(h.patience)
	defer timer.Stop()
	select {
	case <-done:
		return true
	case <-timer.C:
		return false
	}
}

// waitBriefly waits until the channel is closed, but at most a tenth of a second.
func waitBriefly(done <-chan struct{}) {
	select {
	case <-done:
	case <-time.After(100 * time.Millisecond):
	}
}

// tx is a transaction with helper methods that end the case after an unexpected error. In a View, w
// is nil.
type tx struct {
	*harness
	ctx context.Context
	r   storage.Reader
	w   storage.Writer
}

// attempt runs an Update and returns its result.
func (h *harness) attempt(a user.AccountID, fn func(x tx) error) (user.Revision, error) {
	return h.s.Update(h.ctx, a, func(ctx context.Context, w storage.Writer) error {
		return fn(tx{h, ctx, w, w})
	})
}

// update runs fn in an Update of account a and returns the new revision. It ends the test if the
// Update fails.
func (h *harness) update(a user.AccountID, fn func(x tx)) user.Revision {
	h.Helper()
	rev, err := h.attempt(a, func(x tx) error { fn(x); return nil })
	h.ok(err, "Update")
	return rev
}

// refused ends the test unless an Update of acme with fn fails with target.
func (h *harness) refused(target error, what string, fn func(x tx) error) {
	h.Helper()
	h.fails(target, what)(h.attempt(acme, fn))
}

// rollback runs fn in an Update of acme that is rolled back, and ends the test if this fails.
func (h *harness) rollback(fn func(x tx)) {
	h.Helper()
	h.refused(errStop, "Update that is rolled back", func(x tx) error { fn(x); return errStop })
}

// view runs fn in a View of account a. It ends the test if the View fails.
func (h *harness) view(a user.AccountID, fn func(x tx)) {
	h.Helper()
	err := h.s.View(h.ctx, a, func(ctx context.Context, r storage.Reader) error {
		fn(tx{h, ctx, r, nil})
		return nil
	})
	h.ok(err, "View")
}

// both runs check in a View of account a, and then in an Update. check must not write. both ends
// the test if one of them fails.
func (h *harness) both(a user.AccountID, check func(x tx)) {
	h.Helper()
	h.view(a, check)
	h.update(a, check)
}

// put writes users in one transaction and returns the revision.
func (h *harness) put(a user.AccountID, users ...user.User) user.Revision {
	h.Helper()
	return h.update(a, func(x tx) { x.putUser(users...) })
}

// deleteAccount deletes account a and returns its revision after that.
func (h *harness) deleteAccount(a user.AccountID) user.Revision {
	h.Helper()
	return got[user.Revision](h, "DeleteAccount")(h.s.DeleteAccount(h.ctx, a))
}

func (h *harness) accounts(state storage.Deleted, after user.AccountID, limit int) []user.AccountID {
	h.Helper()
	return got[[]user.AccountID](h, "Accounts")(h.s.Accounts(h.ctx, state, after, limit))
}

// ok ends the test if err is not nil.
func (h *harness) ok(err error, what string) {
	h.Helper()
	if err != nil {
		h.Fatalf("%s: %v", what, err)
	}
}

// is ends the test unless errors.Is(err, target).
func (h *harness) is(err, target error, what string) {
	h.Helper()
	if !errors.Is(err, target) {
		h.Fatalf("%s: got error %v, want %v", what, err, target)
	}
}

// fails returns a function that takes the results of a call, and ends the test unless the error of
// the call is target.
func (h *harness) fails(target error, what string) func(any, error) {
	return func(_ any, err error) {
		h.Helper()
		h.is(err, target, what)
	}
}

// exists ends the test unless err is a *storage.ExistsError with the given kind and id.
func (h *harness) exists(err error, kind string, id int64, what string) {
	h.Helper()
	h.is(err, storage.ErrExists, what)
	var detail *storage.ExistsError
	if !errors.As(err, &detail) || detail.What != kind || detail.ID != id {
		h.Fatalf("%s: error %v, want an *ExistsError that says %s of %d", what, err, kind, id)
	}
}

// same ends the test unless the two values are equal; see difference.
func (h *harness) same(got, want any, what string) {
	h.Helper()
	if d := difference(got, want); d != "" {
		h.Fatalf("%s: %s", what, d)
	}
}

// gives returns a function that takes the results of a call, and ends the test unless the call
// returned want and no error.
func (h *harness) gives(want any, what string) func(any, error) {
	return func(got any, err error) {
		h.Helper()
		h.ok(err, what)
		h.same(got, want, what)
	}
}

// got returns a function that takes the results of a call. The function returns the value of the
// call, and ends the test if the call returned an error.
func got[T any](h *harness, what string) func(T, error) T {
	return func(v T, err error) T {
		h.Helper()
		h.ok(err, what)
		return v
	}
}

func (x tx) user(id user.ID) user.User {
	x.Helper()
	return got[user.User](x.harness, "User")(x.r.User(x.ctx, id))
}

func (x tx) byKey(k user.Key) user.User {
	x.Helper()
	return got[user.User](x.harness, "UserByKey")(x.r.UserByKey(x.ctx, k))
}

func (x tx) noKey(k user.Key, what string) {
	x.Helper()
	x.fails(storage.ErrNotFound, what)(x.r.UserByKey(x.ctx, k))
}

func (x tx) users(q storage.Query) []user.User {
	x.Helper()
	return got[[]user.User](x.harness, "Users")(x.r.Users(x.ctx, q))
}

func (x tx) ids(q storage.Query) []user.ID {
	x.Helper()
	return idsOf(x.users(q))
}

func (x tx) count(q storage.Query) int {
	x.Helper()
	return got[int](x.harness, "CountUsers")(x.r.CountUsers(x.ctx, q))
}

func (x tx) balances(holders ...balance.Holder) []balance.Units {
	x.Helper()
	return got[[]balance.Units](x.harness, "Balances")(x.r.Balances(x.ctx, holders...))
}

func (x tx) transfer(id balance.TransferID) balance.Transfer {
	x.Helper()
	return got[balance.Transfer](x.harness, "Transfer")(x.r.Transfer(x.ctx, id))
}

func (x tx) transfers(q storage.TransferQuery) []balance.Transfer {
	x.Helper()
	return got[[]balance.Transfer](x.harness, "Transfers")(x.r.Transfers(x.ctx, q))
}

// statement returns the newest entries of a holder, at most storage.MaxPage.
func (x tx) statement(holder balance.Holder) []balance.Entry {
	x.Helper()
	return got[[]balance.Entry](x.harness, "Statement")(x.r.Statement(x.ctx, holder, storage.EntryID{}, 0))
}

// changes returns the oldest changes, at most storage.MaxPage.
func (x tx) changes() []storage.Change {
	x.Helper()
	return x.changesOf(storage.ChangeQuery{})
}

func (x tx) changesOf(q storage.ChangeQuery) []storage.Change {
	x.Helper()
	return got[[]storage.Change](x.harness, "Changes")(x.r.Changes(x.ctx, q))
}

// letters returns the first dead letters of a delivery, at most storage.MaxPage.
func (x tx) letters(name string) []storage.DeadLetter {
	x.Helper()
	return got[[]storage.DeadLetter](x.harness, "DeadLetters")(x.r.DeadLetters(x.ctx, name, storage.ChangeID{}, 0))
}

func (x tx) counters() storage.Counters {
	x.Helper()
	return got[storage.Counters](x.harness, "Counters")(x.r.Counters(x.ctx))
}

func (x tx) next(s storage.Sequence) int64 {
	x.Helper()
	return got[int64](x.harness, "NextID")(x.w.NextID(x.ctx, s))
}

func (x tx) putUser(list ...user.User) {
	x.Helper()
	for _, u := range list {
		x.ok(x.w.PutUser(x.ctx, u), "PutUser")
	}
}

func (x tx) putSecret(id user.ID, s user.Secret) {
	x.Helper()
	x.ok(x.w.PutSecret(x.ctx, id, s), "PutSecret")
}

func (x tx) putReference(list ...user.Reference) {
	x.Helper()
	for _, r := range list {
		x.ok(x.w.PutReference(x.ctx, r), "PutReference")
	}
}

func (x tx) deleteReference(k user.ReferenceKind, ids ...int64) {
	x.Helper()
	for _, id := range ids {
		x.ok(x.w.DeleteReference(x.ctx, k, id), "DeleteReference")
	}
}

func (x tx) post(list ...balance.Transfer) {
	x.Helper()
	for _, t := range list {
		x.ok(x.w.PostTransfer(x.ctx, t), "PostTransfer")
	}
}

func (x tx) record(list ...storage.Change) {
	x.Helper()
	for _, c := range list {
		x.ok(x.w.AppendChange(x.ctx, c), "AppendChange")
	}
}

func (x tx) putDelivery(list ...storage.Delivery) {
	x.Helper()
	for _, d := range list {
		x.ok(x.w.PutDelivery(x.ctx, d), "PutDelivery")
	}
}

func (x tx) putLetter(name string, list ...storage.DeadLetter) {
	x.Helper()
	for _, l := range list {
		x.ok(x.w.PutDeadLetter(x.ctx, name, l), "PutDeadLetter")
	}
}

func idsOf(users []user.User) []user.ID {
	ids := make([]user.ID, len(users))
	for i, u := range users {
		ids[i] = u.ID
	}
	return ids
}

func changeIDs(changes []storage.Change) []storage.ChangeID {
	ids := make([]storage.ChangeID, len(changes))
	for i, c := range changes {
		ids[i] = c.ID
	}
	return ids
}
