// Package fifolock has a lock that goroutines get in the order of their calls.
package fifolock

import (
	"context"
	"slices"
	"sync"

	"github.com/ca74b63c/roster/storage"
)

// Turn is a lock that goroutines get in the order of their calls. The zero Turn is free. It differs
// from sync.Mutex in two ways: a waiting goroutine can give up, and the holder can see whether
// another goroutine waits. The holder can then hand over an open transaction together with the
// lock.
type Turn struct {
	mu    sync.Mutex
	taken bool
	queue []chan struct{} // one for each waiting goroutine; closed when it gets the lock
}

// Take waits until the caller holds the lock, and returns nil. Goroutines get the lock in the order
// of their calls of Take. The caller must give up the lock, by Release or by a HandOver that
// returns true. Take may return nil although ctx has ended, for example if the lock was free; the
// caller must check ctx afterwards.
//
// Errors: the context's error if ctx ends during the wait; storage.ErrClosed if the channel closing
// is closed during the wait. After an error the caller does not hold the lock.
func (t *Turn) Take(ctx context.Context, closing <-chan struct{}) error {
	t.mu.Lock()
	if !t.taken {
		t.taken = true
		t.mu.Unlock()
		return nil
	}
	mine := make(chan struct{})
	t.queue = append(t.queue, mine)
	t.mu.Unlock()
	var err error
	select {
	case <-mine:
		return nil
	case <-ctx.Done():
		err = ctx.Err()
	case <-closing:
		err = storage.ErrClosed
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if i := slices.Index(t.queue, mine); i >= 0 {
		t.queue = slices.Delete(t.queue, i, i+1)
		return err
	}
	return nil // the lock came at the same time; the caller checks its context again
}

// HandOver passes the lock from the caller, which must hold it, to the goroutine that has waited
// longest. It returns true if the lock was passed. It returns false if no goroutine waits; the
// caller then still holds the lock.
func (t *Turn) HandOver() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.next()
}

// Release gives up the lock that the caller holds. It passes the lock to the goroutine that has
// waited longest, or frees the lock if no goroutine waits.
func (t *Turn) Release() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.next() {
		t.taken = false
	}
}

// Waiting returns the number of waiting goroutines.
func (t *Turn) Waiting() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.queue)
}

// next wakes the goroutine that has waited longest, which then holds the lock, and returns true. It
// returns false if no goroutine waits. The caller must hold t.mu.
func (t *Turn) next() bool {
	if len(t.queue) == 0 {
		return false
	}
	close(t.queue[0])
	t.queue = slices.Delete(t.queue, 0, 1)
	return true
}
