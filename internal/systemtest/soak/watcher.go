package main

import (
	"context"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/storage"
)

// watcher follows the changes of an account during a round.
type watcher struct {
	seen  []storage.ChangeID
	count atomic.Int64
	wrong string
	stop  context.CancelFunc
	done  chan struct{}
}

// watch returns a watcher and starts a goroutine that reads the changes of the account from the
// first one on. The watcher stores the ids of the changes, and it records an error if an id does
// not follow the id before it. If reading fails, the watcher tries again after five milliseconds,
// behind the last change that it received. The goroutine runs until the caller calls end.
func watch(h roster.Handle) *watcher {
	ctx, cancel := context.WithCancel(context.Background())
	w := &watcher{stop: cancel, done: make(chan struct{})}
	go func() {
		defer close(w.done)
		last := storage.ChangeID{}
		for ctx.Err() == nil {
			for c, err := range h.Watch(ctx, last) {
				if err != nil {
					break
				}
				if !last.Less(c.ID) {
					w.wrong = fmt.Sprintf("revision %d was seen after %d", c.ID.Revision, last.Revision)
				}
				last = c.ID
				w.seen = append(w.seen, c.ID)
				w.count.Add(1)
			}
			select {
			case <-time.After(5 * time.Millisecond):
			case <-ctx.Done():
			}
		}
	}()
	return w
}

// check waits until the watcher has received as many changes as feed has, but at most 20 seconds.
// Then it stops the watcher. It records a loss in s if the watcher received changes out of order,
// or not exactly the changes in feed.
func (w *watcher) check(s *settlement, feed []storage.Change) {
	for limit := time.Now().Add(20 * time.Second); int(w.count.Load()) < len(feed) && time.Now().Before(limit); {
		time.Sleep(5 * time.Millisecond)
	}
	w.end()
	switch {
	case w.wrong != "":
		s.lose("who watched the feed: %s", w.wrong)
	case !slices.EqualFunc(w.seen, feed, func(id storage.ChangeID, c storage.Change) bool { return id == c.ID }):
		s.lose("who watched the feed saw %d changes, and not the %d that there are", len(w.seen), len(feed))
	}
}

func (w *watcher) end() {
	w.stop()
	<-w.done
}
