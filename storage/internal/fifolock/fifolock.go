// Package fifolock has a lock that goroutines get in the order in which they asked for it.
package fifolock

import (
	"context"
	"slices"
	"sync"

	"github.com/ca74b63c/roster/storage"
)

// Turn is a lock that goroutines get in the order in which they asked for it. The zero Turn is
// free. Two things make it different from a sync.Mutex: a waiting goroutine can give up, and the
// holder can see whether another goroutine waits, to hand over an open transaction instead of
// ending it.
type Turn struct {
	mu    sync.Mutex
	taken bool
	queue []chan struct{} // one for each waiting goroutine; closed when it gets the lock
}

// Take waits for the lock. After a nil error the caller must call Release, or HandOver until it
// returns true.
//
// Errors: the context's; storage.ErrClosed if closing is closed. After an error the caller does not
// hold the lock.
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

// HandOver gives the lock to the goroutine that has waited longest. It reports false if none waits;
// the caller then still holds the lock.
func (t *Turn) HandOver() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.next()
}

// Release gives the lock to the goroutine that has waited longest, or frees it.
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

// next wakes the goroutine that has waited longest. It reports false if none waits.
func (t *Turn) next() bool {
	if len(t.queue) == 0 {
		return false
	}
	close(t.queue[0])
	t.queue = slices.Delete(t.queue, 0, 1)
	return true
}
