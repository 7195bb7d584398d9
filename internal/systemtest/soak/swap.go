package main

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/storagetest"
	"github.com/ca74b63c/roster/user"
)

// errDown is the error of calls while a storage is closed and not yet opened again.
var errDown = errors.New("soak: the storage is down")

// swap is a storage that wraps another one, which can be replaced and made to fail while callers
// use it.
type swap struct {
	calls  sync.RWMutex // locked for reading by each call but Wait
	mu     sync.Mutex
	inside storage.Storage // nil while it is down
	faulty *storagetest.FaultStorage
	fired  int
}

// set replaces the wrapped storage by inside and removes an armed fault. While inside is nil, the
// storage is down and calls return errDown. set does not close the former storage.
func (s *swap) set(inside storage.Storage) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.disarm()
	s.inside = inside
}

// arm makes the n-th call of the wrapped storage from now on fail. storagetest.Faults defines which
// calls count. Only this one call fails. arm replaces a fault that was armed before. While the
// storage is down, it arms nothing.
func (s *swap) arm(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.disarm()
	if s.inside != nil {
		s.faulty = storagetest.Faults(s.inside, n)
	}
}

// heal removes the fault that arm prepared, so that no further call fails because of arm. If the
// fault has already occurred, heal counts it.
func (s *swap) heal() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.disarm()
}

func (s *swap) disarm() {
	if s.faulty != nil {
		if _, fired := s.faulty.Fired(); fired {
			s.fired++
		}
		s.faulty = nil
	}
}

// present returns the wrapped storage, with the armed fault. It returns errDown while the storage is
// down.
func (s *swap) present() (storage.Storage, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.inside == nil:
		return nil, errDown
	case s.faulty != nil:
		return s.faulty, nil
	}
	return s.inside, nil
}

// through returns the result of call with the wrapped storage. It returns errDown while the storage
// is down.
func through[T any](s *swap, call func(storage.Storage) (T, error)) (T, error) {
	s.calls.RLock()
	defer s.calls.RUnlock()
	inside, err := s.present()
	if err != nil {
		return *new(T), err
	}
	return call(inside)
}

func (s *swap) View(ctx context.Context, a user.AccountID, fn func(context.Context, storage.Reader) error) error {
	_, err := through(s, func(in storage.Storage) (any, error) { return nil, in.View(ctx, a, fn) })
	return err
}

func (s *swap) Update(
	ctx context.Context, a user.AccountID, fn func(context.Context, storage.Writer) error,
) (user.Revision, error) {
	return through(s, func(in storage.Storage) (user.Revision, error) { return in.Update(ctx, a, fn) })
}

func (s *swap) DeleteAccount(ctx context.Context, a user.AccountID) (user.Revision, error) {
	return through(s, func(in storage.Storage) (user.Revision, error) { return in.DeleteAccount(ctx, a) })
}

func (s *swap) Accounts(
	ctx context.Context, which storage.Deleted, after user.AccountID, limit int,
) ([]user.AccountID, error) {
	return through(s, func(in storage.Storage) ([]user.AccountID, error) { return in.Accounts(ctx, which, after, limit) })
}

// Wait implements storage.Waiter. It calls Wait of the wrapped storage; faults that arm prepares do
// not affect it. If the storage is down, or does not implement storage.Waiter, Wait sleeps for a
// millisecond. It then returns the parameter after, which is a revision, and the error errDown.
func (s *swap) Wait(ctx context.Context, a user.AccountID, after user.Revision) (user.Revision, error) {
	s.mu.Lock()
	w, ok := s.inside.(storage.Waiter)
	s.mu.Unlock()
	if !ok {
		time.Sleep(time.Millisecond)
		return after, errDown
	}
	return w.Wait(ctx, a, after)
}

// Close does nothing, because the engine closes the wrapped storage.
func (s *swap) Close() error { return nil }
