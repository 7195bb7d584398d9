// Package turn lets goroutines write one after another, in the order in which they asked.
package fifolock

import (
	"context"
	"slices"
	"sync"

	"github.com/ca74b63c/roster/storage"
)

// Turn is the right to write, which one goroutine has at a time, in the order in which they asked for it. The zero Turn
// is free. It is no sync.Mutex because whoever waits can give up, and because whoever has it can see whether somebody
// waits: what he has open is then passed on instead of ended.
type Turn struct {
	mu    sync.Mutex
	taken bool
	queue []chan struct{} // who waits; closed when his turn has come
}

// Take waits for the turn. Who gets it must call HandOver until that is true, or Release.
//
// Errors: the context's, storage.ErrClosed if closing was closed. Then the turn is not the caller's.
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
	return nil // it came just then; whoever has it looks at his context again
}

// HandOver gives the turn to the first who waits. If nobody does it reports false, and the caller still has it.
func (t *Turn) HandOver() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.next()
}

// Release gives the turn to the first who waits, or to whoever comes next.
func (t *Turn) Release() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.next() {
		t.taken = false
	}
}

// Waiting returns how many wait.
func (t *Turn) Waiting() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.queue)
}

// next wakes the first who waits.
func (t *Turn) next() bool {
	if len(t.queue) == 0 {
		return false
	}
	close(t.queue[0])
	t.queue = slices.Delete(t.queue, 0, 1)
	return true
}
