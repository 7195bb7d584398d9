// Package mapstore is the simplest storage that keeps the whole contract. It uses maps and one lock
// an account, and copies everything at each step. The tests of the suite use it. It is slow on
// purpose and not an example for a real storage.
//
// New takes names of faults. A store with a fault breaks one rule of the contract, and a case of
// the suite must find that.
package mapstore

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/storagetest/internal/hook"
	"github.com/ca74b63c/roster/user"
)

// Store is a storage.Storage and a storage.Waiter.
type Store struct {
	faults []string
	closed context.Context // done once Close was called
	end    context.CancelFunc

	mu       sync.Mutex
	running  sync.WaitGroup // transactions; added to under mu while not closed
	accounts map[user.AccountID]*account
	served   int // users of the pages so far: for a fault
}

type account struct {
	turn chan struct{} // holds one token; who has it writes

	lost atomic.Bool // a caller gave up: for a fault

	// Under the store's mu:
	state *state
	moved chan struct{} // closed at the next commit

	// For faults that show what is not committed, or half of it:
	ahead   *state // about to be committed
	looking int    // Updates that look at ahead; one that is refused counts until the next View
	refused bool   // one was refused for what it saw
	half    bool   // half of a commit shows
	views   int    // that began since then
}

// New returns an empty store with the given faults, none for a good one.
func New(faults ...string) *Store {
	closed, end := context.WithCancel(context.Background())
	return &Store{faults: faults, closed: closed, end: end, accounts: make(map[user.AccountID]*account)}
}

func (s *Store) bad(fault string) bool { return slices.Contains(s.faults, fault) }

// on calls f if the store has the fault.
func (s *Store) on(fault string, f func()) {
	if s.bad(fault) {
		f()
	}
}

func (s *Store) account(id user.AccountID) *account {
	switch {
	case s.bad("folds the case of account ids"):
		id = user.AccountID(strings.ToLower(string(id)))
	case s.bad("ends account ids at a control character"):
		cut, _, _ := strings.Cut(string(id), "\x01")
		id = user.AccountID(cut)
	}
	a := s.accounts[id]
	if a == nil {
		a = &account{turn: make(chan struct{}, 1), state: newState(), moved: make(chan struct{})}
		s.accounts[id] = a
	}
	return a
}

var errNoFunction = fmt.Errorf("mapstore: no function: %w", storage.ErrInvalid)

// inside is the context key that marks the context of a transaction's function.
type inside struct{}

// begin admits a transaction on account id. It returns the account, the account's current state,
// and the function end. If begin returns no error, the caller must call end when the transaction
// has ended, because Close waits for this.
//
// Errors: storage.ErrClosed; the context's; storage.ErrNestedTx.
func (s *Store) begin(ctx context.Context, id user.AccountID) (a *account, st *state, end func(), err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed.Err() != nil && !s.bad("works after Close") {
		return nil, nil, nil, storage.ErrClosed
	}
	if err := ctx.Err(); err != nil && !s.bad("begins under a context that is done") {
		return nil, nil, nil, err
	}
	if ctx.Value(inside{}) != nil && !s.bad("lets transactions nest") {
		return nil, nil, nil, storage.ErrNestedTx
	}
	if s.bad("Close does not wait") {
		return s.account(id), s.account(id).state, func() {}, nil
	}
	s.running.Add(1)
	a = s.account(id)
	return a, a.state, s.running.Done, nil
}

// View implements storage.Storage. It calls fn with a reader of the account's state at the
// beginning of the call. A committed state never changes. A fault that a test planted in the store
// can change what View does.
func (s *Store) View(ctx context.Context, id user.AccountID, fn func(context.Context, storage.Reader) error) error {
	if fn == nil && !s.bad("calls a function that is not there") {
		return errNoFunction
	}
	a, st, end, err := s.begin(ctx, id)
	if err != nil {
		return err
	}
	defer end()
	s.mark(func() {
		if a.refused {
			a.refused = false
			a.looking--
		}
		if a.half {
			a.views++
		}
	})
	r := &reader{store: s, state: st, base: st}
	s.on("shows commits to a View that runs", func() { r.live = a })
	defer r.close("leaves the Reader open after View")
	return s.given(fn(context.WithValue(ctx, inside{}, true), hook.Reader{Reader: r, Hooks: r.hooks()}))
}

func (s *Store) given(err error) error {
	if err != nil && s.bad("hides the error of fn") {
		return errors.New("mapstore: " + err.Error())
	}
	return err
}

// Update implements storage.Storage. It waits for the account's writer lock, calls fn with a writer
// on a copy of the account's state, and makes the copy the account's state. It discards the copy if
// fn fails or panics, if the writer returned an error, if ctx has ended, or if the store is closed.
// Faults of the store change what Update does.
func (s *Store) Update(
	ctx context.Context, id user.AccountID, fn func(context.Context, storage.Writer) error,
) (rev user.Revision, err error) {
	if fn == nil && !s.bad("calls a function that is not there") {
		return 0, errNoFunction
	}
	a, _, end, err := s.begin(ctx, id)
	if err != nil {
		return 0, err
	}
	defer end()
	if s.bad("runs an Update again only if the revision has changed") {
		return s.optimistic(ctx, a, id, fn)
	}
	if err := s.refuse(ctx, a, fn); err != nil {
		return 0, err
	}
	if err := s.take(ctx, a); err != nil {
		return 0, err
	}
	if s.bad("keeps the lock when fn panics") {
		defer func() {
			if p := recover(); p != nil {
				panic(p)
			}
			<-a.turn
		}()
	} else {
		defer func() { s.release(a) }()
	}
	if s.bad("swallows a panic") {
		defer func() { _ = recover() }()
	}
	s.mu.Lock()
	base := a.state
	s.mu.Unlock()
	w := s.writer(base)
	defer w.close("leaves the Writer open after Update")
	if s.bad("commits although fn panicked") {
		defer func() {
			if p := recover(); p != nil {
				s.commit(a, w, id)
				panic(p)
			}
		}()
	}
	err = s.given(w.run(ctx, fn))
	switch {
	case err != nil && s.bad("commits although fn failed"):
		s.commit(a, w, id)
	case err != nil:
		return 0, err
	case w.txErr != nil && s.bad("forgets an error that fn swallowed"):
	case w.txErr != nil:
		return 0, w.txErr
	case s.bad("compares keys at the commit only"):
		for _, u := range w.state.users {
			if err := w.clash(u); err != nil {
				return 0, err
			}
		}
	case ctx.Err() != nil && !s.bad("commits under a context that is done"):
		a.lost.Store(true)
		return 0, ctx.Err()
	case s.bad("loses the next Update after a caller gave up") && a.lost.Swap(false):
		return 0, errors.New("mapstore: the transaction was lost")
	case s.closed.Err() != nil && !s.bad("works after Close"):
		return 0, storage.ErrClosed
	}
	if s.bad("refuses because of what is not committed") && w.wrote {
		ahead := w.state.clone() // the commit changes the other
		s.mark(func() { a.ahead = ahead })
		s.wait(5_000, func() bool { return a.looking == 0 })
		defer s.mark(func() { a.ahead = nil })
	}
	if s.bad("shows commits to a View that runs") {
		time.Sleep(time.Millisecond) // lets Views begin, so that the commit shows in one
	}
	return s.commit(a, w, id), err
}

// optimistic runs an Update without a turn, again and again until no other one raised the revision
// meanwhile.
func (s *Store) optimistic(
	ctx context.Context, a *account, id user.AccountID, fn func(context.Context, storage.Writer) error,
) (user.Revision, error) {
	for {
		var base *state
		s.mark(func() { base = a.state })
		w := s.writer(base)
		if err := w.run(ctx, fn); err != nil {
			return 0, err
		}
		changed := false
		s.mark(func() { changed = a.state.revision != base.revision })
		if !changed {
			return s.commit(a, w, id), nil
		}
	}
}

// mark calls f while it holds the store's lock, so that f can read and change the accounts. f must
// not call methods of the store that take this lock.
func (s *Store) mark(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f()
}

// wait gives other calls time to see what a fault shows too early, until seen returns true. It
// counts sleeps and not time, because a busy machine may stop the whole process for a while.
func (s *Store) wait(sleeps int, seen func() bool) {
	for done := false; sleeps > 0 && !done; sleeps-- {
		time.Sleep(time.Millisecond)
		s.mark(func() { done = seen() })
	}
}

// refuse implements the fault "refuses because of what is not committed". Without this fault it
// returns nil. With it, refuse waits until the running writer of the account is about to commit,
// runs fn on a copy of that writer's state, and returns fn's error. It returns nil if no writer is
// running, or if the writer ends before.
func (s *Store) refuse(ctx context.Context, a *account, fn func(context.Context, storage.Writer) error) (err error) {
	if !s.bad("refuses because of what is not committed") {
		return nil
	}
	s.mark(func() { a.looking++ })
	defer func() {
		s.mark(func() {
			if a.refused = a.refused || err != nil; err == nil {
				a.looking--
			}
		})
	}()
	for len(a.turn) > 0 {
		var ahead *state
		s.mark(func() { ahead = a.ahead })
		if ahead == nil {
			runtime.Gosched()
			continue
		}
		w := s.writer(ahead)
		defer w.close("")
		return w.run(ctx, fn)
	}
	return nil
}

// take waits for the writer lock of account a and takes it. If it returns nil, the caller must call
// release. Errors: the context's; storage.ErrClosed if the store is closed while take waits. With
// the fault "lets writers run side by side" it returns nil at once.
func (s *Store) take(ctx context.Context, a *account) error {
	if s.bad("lets writers run side by side") {
		return nil
	}
	s.on("waits for its turn without the context", func() { ctx = context.Background() })
	select {
	case a.turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-s.closed.Done():
		return storage.ErrClosed
	}
}

func (s *Store) release(a *account) {
	if !s.bad("lets writers run side by side") {
		<-a.turn
	}
}

// Close implements storage.Storage. As soon as it is called, the methods of running transactions
// fail. It waits until these transactions have ended. Faults of the store change what Close does.
func (s *Store) Close() error {
	s.mu.Lock()
	again := s.closed.Err() != nil
	s.end()
	s.mu.Unlock()
	if again && s.bad("fails a second Close") {
		return storage.ErrClosed
	}
	s.running.Wait()
	return nil
}
