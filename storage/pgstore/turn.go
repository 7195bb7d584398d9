package pgstore

import (
	"context"
	"slices"
	"sync"

	"github.com/ca74b63c/roster/storage"
)

// turn is the right to write, which one goroutine has at a time, in the order in which they asked for it.
type turn struct {
	mu    sync.Mutex
	taken bool
	queue []chan struct{} // who waits; closed when his turn has come
}

// take waits for the turn. Who gets it must call handOver or release.
func (t *turn) take(ctx context.Context, closing <-chan struct{}) error {
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

// handOver gives the turn to the first who waits, and reports false if nobody does.
func (t *turn) handOver() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.queue) == 0 {
		return false
	}
	close(t.queue[0])
	t.queue = slices.Delete(t.queue, 0, 1)
	return true
}

// release gives the turn to the first who waits, or to whoever comes next.
func (t *turn) release() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.queue) == 0 {
		t.taken = false
		return
	}
	close(t.queue[0])
	t.queue = slices.Delete(t.queue, 0, 1)
}
