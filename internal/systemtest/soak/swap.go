package main

import (
	"context"
	"errors"
	"sync"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/storagetest"
	"github.com/ca74b63c/roster/user"
)

// errDown is the error of calls while a storage is closed and not yet opened again.
var errDown = errors.New("soak: the storage is down")

// swap is a storage that wraps another one, which can be replaced and made to fail while callers
// use it.
type swap struct {
	storage.Storage // nil: the soak calls none of its methods but those below

	calls  sync.RWMutex // locked for reading by each View and Update
	mu     sync.Mutex
	inside storage.Storage // nil while it is down
	faulty *storagetest.FaultStorage
	fired  int
}

func (s *swap) store() *swap { return s }

// cut does nothing: without a network there are no connections.
func (s *swap) cut() {}

// set replaces the wrapped storage by the parameter inside, and removes an armed fault. If inside
// is nil, the storage is down and calls return errDown. set does not close the former storage.
func (s *swap) set(inside storage.Storage) {
	s.arm(0)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.inside = inside
}

// arm makes one call of the wrapped storage fail: the n-th from now. storagetest.Faults defines
// which calls count. arm first removes a fault that was armed before, and counts it if it has
// occurred. If n is 0 or the storage is down, it arms nothing.
func (s *swap) arm(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.faulty != nil {
		if _, fired := s.faulty.Fired(); fired {
			s.fired++
		}
		s.faulty = nil
	}
	if n > 0 && s.inside != nil {
		s.faulty = storagetest.Faults(s.inside, n)
	}
}

// through runs the function call with the wrapped storage and returns the results of call. If a
// fault is armed, call gets a storage that has this fault. While the storage is down, through does
// not run call and returns errDown.
func through(s *swap, call func(storage.Storage) (user.Revision, error)) (user.Revision, error) {
	s.calls.RLock()
	defer s.calls.RUnlock()
	s.mu.Lock()
	inside := s.inside
	if s.faulty != nil {
		inside = s.faulty
	}
	s.mu.Unlock()
	if inside == nil {
		return 0, errDown
	}
	return call(inside)
}

func (s *swap) View(ctx context.Context, a user.AccountID, fn func(context.Context, storage.Reader) error) error {
	_, err := through(s, func(in storage.Storage) (user.Revision, error) { return 0, in.View(ctx, a, fn) })
	return err
}

func (s *swap) Update(
	ctx context.Context, a user.AccountID, fn func(context.Context, storage.Writer) error,
) (user.Revision, error) {
	return through(s, func(in storage.Storage) (user.Revision, error) { return in.Update(ctx, a, fn) })
}

// Close does nothing, because the engine closes the wrapped storage.
func (s *swap) Close() error { return nil }
