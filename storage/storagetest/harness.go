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

// harness runs one case on its storage.
type harness struct {
	testing.TB
	s        storage.Storage
	ctx      context.Context // ends when the case has taken too long, so that a hang is an error
	patience time.Duration   // how long the storage may take for what should be immediate
}

// patient is implemented by a testing.TB that shortens the time after which a case stops waiting.
// The suite's own tests use it with storages that are known to hang.
type patient interface{ Patience() time.Duration }

// start calls open and returns a harness for one case on the new storage. The patience of the
// harness is 20 seconds, or that of t if t implements patient. The context of the harness ends
// after five times the patience. At the end of the test, start closes the storage. The test fails
// if Close returns an error or does not return within the patience.
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
		if !h.soon(func() {
			if err := h.s.Close(); err != nil {
				t.Errorf("Close: %v", err)
			}
		}) {
			t.Errorf("Close did not return within %v", h.patience)
		}
	})
	return h
}

// soon runs f in a goroutine, and waits until f returns, at most for the patience of h. It reports
// whether f returned in this time. f must not end the test, for example with Fatal.
func (h *harness) soon(f func()) bool {
	done := make(chan struct{})
	go func() {
		defer close(done)
		f()
	}()
	return h.closes(done)
}

// closes waits until the channel done is closed, at most for the patience of h. It reports whether
// the channel was closed in this time.
func (h *harness) closes(done <-chan struct{}) bool {
	timer := time.NewTimer(h.patience)
	defer timer.Stop()
	select {
	case <-done:
		return true
	case <-timer.C:
		return false
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

// update runs an Update of account a with fn, and returns the account's revision. fn writes through
// x.w. update ends the test if the Update returns an error.
func (h *harness) update(a user.AccountID, fn func(x tx)) user.Revision {
	h.Helper()
	rev, err := h.attempt(a, func(x tx) error { fn(x); return nil })
	h.ok(err, "Update")
	return rev
}

// view runs a View of account a with fn. fn reads through x.r; x.w is nil. view ends the test if
// the View returns an error.
func (h *harness) view(a user.AccountID, fn func(x tx)) {
	h.Helper()
	err := h.s.View(h.ctx, a, func(ctx context.Context, r storage.Reader) error {
		fn(tx{h, ctx, r, nil})
		return nil
	})
	h.ok(err, "View")
}

// both runs check in a View and then in an Update of account a. It shows that View and Update read
// the same. check must not write anything. both ends the test if the View or the Update returns an
// error.
func (h *harness) both(a user.AccountID, check func(x tx)) {
	h.Helper()
	h.view(a, check)
	h.update(a, check)
}

// put writes users in one transaction and returns the revision.
func (h *harness) put(a user.AccountID, users ...user.User) user.Revision {
	h.Helper()
	return h.update(a, func(x tx) {
		for _, u := range users {
			x.putUser(u)
		}
	})
}

func (h *harness) ok(err error, what string) {
	h.Helper()
	if err != nil {
		h.Fatalf("%s: %v", what, err)
	}
}

// is requires that errors.Is(err, target) holds.
func (h *harness) is(err, target error, what string) {
	h.Helper()
	if !errors.Is(err, target) {
		h.Fatalf("%s: got error %v, want %v", what, err, target)
	}
}

// exists ends the test unless err contains a *storage.ExistsError with the given kind and id. what
// names the call in the message of the failure.
func (h *harness) exists(err error, kind string, id int64, what string) {
	h.Helper()
	h.is(err, storage.ErrExists, what)
	var detail *storage.ExistsError
	if !errors.As(err, &detail) {
		h.Fatalf("%s: error %v holds no *ExistsError", what, err)
	}
	if detail.What != kind || detail.ID != id {
		h.Fatalf("%s: ExistsError says %s of %d, want %s of %d", what, detail.What, detail.ID, kind, id)
	}
}

// same requires that two values are equal; see difference.
func (h *harness) same(got, want any, what string) {
	h.Helper()
	if d := difference(got, want); d != "" {
		h.Fatalf("%s: %s", what, d)
	}
}

func (x tx) user(id user.ID) user.User {
	x.Helper()
	u, err := x.r.User(x.ctx, id)
	x.ok(err, "User")
	return u
}

func (x tx) byKey(k user.Key) user.User {
	x.Helper()
	u, err := x.r.UserByKey(x.ctx, k)
	x.ok(err, "UserByKey")
	return u
}

func (x tx) noKey(k user.Key, what string) {
	x.Helper()
	_, err := x.r.UserByKey(x.ctx, k)
	x.is(err, storage.ErrNotFound, what)
}

func (x tx) users(q storage.Query) []user.User {
	x.Helper()
	list, err := x.r.Users(x.ctx, q)
	x.ok(err, "Users")
	return list
}

func (x tx) ids(q storage.Query) []user.ID {
	x.Helper()
	return idsOf(x.users(q))
}

func (x tx) count(q storage.Query) int {
	x.Helper()
	n, err := x.r.CountUsers(x.ctx, q)
	x.ok(err, "CountUsers")
	return n
}

func (x tx) balances(holders ...balance.Holder) []balance.Units {
	x.Helper()
	list, err := x.r.Balances(x.ctx, holders...)
	x.ok(err, "Balances")
	return list
}

func (x tx) transfer(id balance.TransferID) balance.Transfer {
	x.Helper()
	t, err := x.r.Transfer(x.ctx, id)
	x.ok(err, "Transfer")
	return t
}

func (x tx) statement(holder balance.Holder, before storage.EntryID, limit int) []balance.Entry {
	x.Helper()
	list, err := x.r.Statement(x.ctx, holder, before, limit)
	x.ok(err, "Statement")
	return list
}

func (x tx) changes(after storage.ChangeID, limit int) []storage.Change {
	x.Helper()
	list, err := x.r.Changes(x.ctx, storage.ChangeQuery{After: after, Limit: limit})
	x.ok(err, "Changes")
	return list
}

func (x tx) counters() storage.Counters {
	x.Helper()
	c, err := x.r.Counters(x.ctx)
	x.ok(err, "Counters")
	return c
}

func (x tx) putUser(u user.User) {
	x.Helper()
	x.ok(x.w.PutUser(x.ctx, u), "PutUser")
}

func (x tx) putReference(r user.Reference) {
	x.Helper()
	x.ok(x.w.PutReference(x.ctx, r), "PutReference")
}

func (x tx) post(t balance.Transfer) {
	x.Helper()
	x.ok(x.w.PostTransfer(x.ctx, t), "PostTransfer")
}

func (x tx) record(c storage.Change) {
	x.Helper()
	x.ok(x.w.AppendChange(x.ctx, c), "AppendChange")
}

func (x tx) next(s storage.Sequence) int64 {
	x.Helper()
	id, err := x.w.NextID(x.ctx, s)
	x.ok(err, "NextID")
	return id
}

func idsOf(users []user.User) []user.ID {
	ids := make([]user.ID, len(users))
	for i, u := range users {
		ids[i] = u.ID
	}
	return ids
}
