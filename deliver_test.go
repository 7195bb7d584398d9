package roster_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// errHandler is the error of a handler in the tests.
var errHandler = errors.New("the receiver is away")

// bubble runs f with a world whose clock is that of the bubble.
func bubble(t *testing.T, f func(t *testing.T, w *world)) {
	synctest.Test(t, func(t *testing.T) {
		f(t, newWorld(t, memstore.New(), roster.WithClock(time.Now)))
	})
}

// delivery is a Deliver that runs in a goroutine.
type delivery struct {
	end  context.CancelFunc
	done chan error
}

// deliver starts a delivery named hook.
func (w *world) deliver(h roster.Handle, handler roster.ChangeHandler, o roster.DeliverOptions) *delivery {
	ctx, end := context.WithCancel(w.ctx)
	d := &delivery{end, make(chan error, 1)}
	go func() { d.done <- roster.Deliver(ctx, h, "hook", handler, o) }()
	return d
}

// stop ends the delivery and returns its error.
func (d *delivery) stop() error {
	d.end()
	return <-d.done
}

// inbox is a receiver that keeps the ids of what it handled.
type inbox struct {
	mu  sync.Mutex
	ids []storage.ChangeID
}

func (i *inbox) handle(_ context.Context, c storage.Change) error {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.ids = append(i.ids, c.ID)
	return nil
}

// allIDs returns the ids of all changes of the account.
func (w *world) allIDs() (ids []storage.ChangeID) {
	w.Helper()
	last := w.last()
	for c, err := range w.host.Watch(w.ctx, storage.ChangeID{}) {
		w.ok(err)
		if ids = append(ids, c.ID); c.ID == last {
			break
		}
	}
	return ids
}

func (w *world) edits(n int) {
	w.Helper()
	for range n {
		rev := must(w.host.Revision(w.ctx))
		w.ok(second(w.host.Patch(w.ctx, agent, user.Patch{Description: user.Set(fmt.Sprint("edit ", rev))})))
	}
}

// stored returns the delivery that the storage has.
func (w *world) stored() storage.Delivery {
	w.Helper()
	list := must(w.host.Deliveries(w.ctx, "", 0))
	if len(list) != 1 {
		w.Fatalf("deliveries %+v", list)
	}
	return list[0]
}

// dead returns the dead letters of the delivery hook.
func (w *world) dead() []storage.DeadLetter {
	return must(w.host.DeadLetters(w.ctx, "hook", storage.ChangeID{}, 0))
}

// start returns the place behind all changes.
func (w *world) start() storage.ChangeID { return storage.AfterRevision(must(w.host.Revision(w.ctx))) }

// last returns the id of the newest change.
func (w *world) last() storage.ChangeID {
	return must(w.host.Changes(w.ctx, storage.ChangeQuery{Newest: true, Limit: 1}))[0].ID
}

// TestDeliverSavesItsPositionAtTheEnd checks which changes count as handled if the third one ends
// the delivery. An attempt that the end of ctx interrupts is no failure.
func TestDeliverSavesItsPositionAtTheEnd(t *testing.T) {
	cancels := func(_ context.Context, cancel func()) error {
		cancel()
		return nil
	}
	for name, tt := range map[string]struct {
		third   func(ctx context.Context, cancel func()) error
		batch   int
		want    error
		handled int
	}{
		"the handler stops the delivery": {func(context.Context, func()) error {
			return fmt.Errorf("gone: %w", roster.ErrStopDelivery)
		}, 50, roster.ErrStopDelivery, 2},
		"the context ends":            {cancels, 1, context.Canceled, 3},
		"the context ends in a batch": {cancels, 100, context.Canceled, 3},
		"the context ends in an attempt": {func(ctx context.Context, cancel func()) error {
			cancel()
			<-ctx.Done()
			return ctx.Err()
		}, 100, context.Canceled, 2},
	} {
		bubble(t, func(t *testing.T, w *world) {
			ctx, cancel := context.WithCancel(w.ctx)
			n := 0
			err := roster.Deliver(ctx, w.host, "hook", func(ctx context.Context, _ storage.Change) error {
				if n++; n == 3 {
					return tt.third(ctx, cancel)
				}
				return nil
			}, roster.DeliverOptions{Batch: tt.batch, Attempts: 1})
			w.is(err, tt.want, name)
			if s := w.stored(); s.Position != w.allIDs()[tt.handled-1] || s.Holder != "" || len(w.dead()) > 0 {
				t.Errorf("%s: %d attempts, then %+v", name, n, s)
			}
		})
	}
}

// busyError asks for a wait.
type busyError struct{ after time.Duration }

func (busyError) Error() string               { return "busy" }
func (e busyError) RetryAfter() time.Duration { return e.after }

// TestDeliverEachChangeInOrder checks that the delivery goes on after each restart where it ended,
// and waits for commits, with each batch. The first Start counts, also if there was nothing to
// deliver.
func TestDeliverEachChangeInOrder(t *testing.T) {
	for _, batch := range []int{0, 1, 7, 100} {
		bubble(t, func(t *testing.T, w *world) {
			var in inbox
			before := len(w.allIDs())
			for round := range 4 {
				w.edits(130 * min(round, 1)) // more than a page
				d := w.deliver(w.host, in.handle, roster.DeliverOptions{Batch: batch, Start: w.start()})
				synctest.Wait()
				w.edits(3 * min(round, 1)) // while it waits
				synctest.Wait()
				w.is(d.stop(), context.Canceled, "Deliver")
			}
			same(t, fmt.Sprint("batch ", batch), in.ids, w.allIDs()[before:])
			w.delivered()
		})
	}
}

// delivered fails the test unless the delivery is behind all changes, and no deliverer holds it.
func (w *world) delivered() {
	w.Helper()
	if s := w.stored(); s.Position != w.last() || s.Holder != "" {
		w.Errorf("at the end: %+v", s)
	}
}

// TestDeliverWritesNothingWhileItWaits checks that a delivery that has nothing to do holds no lease
// and does not write, that one change takes two writes, and that no delivery raises the revision.
func TestDeliverWritesNothingWhileItWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var updates atomic.Int64
		w := newWorld(t, hooked{memstore.New(), func(call string) error {
			if call == "Update" {
				updates.Add(1)
			}
			return nil
		}}, roster.WithClock(time.Now))
		start := w.start()
		w.edits(100) // a whole page
		before := must(w.host.Revision(w.ctx))
		d := w.deliver(w.host, new(inbox).handle, roster.DeliverOptions{Start: start})
		for n := range user.Revision(3) {
			time.Sleep(time.Minute)
			was := updates.Load()
			time.Sleep(time.Hour)
			if now, revision := updates.Load(), must(w.host.Revision(w.ctx)); now != was || revision != before+n {
				t.Errorf("%d updates in an hour, revision %d after %d", now-was, revision, before+n)
			}
			w.delivered()
			w.edits(1)
			time.Sleep(time.Second)
			if now := updates.Load(); now != was+3 {
				t.Errorf("%d updates for one change, its own included", now-was)
			}
		}
		_ = d.stop()
	})
}

func TestDeliverSavesBeforeItWaits(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		n := 0
		d := w.deliver(w.host, func(context.Context, storage.Change) error {
			if n++; n > 2 {
				return errHandler
			}
			return nil
		}, roster.DeliverOptions{Batch: 100, Attempts: math.MaxInt})
		time.Sleep(time.Hour)
		if s := w.stored(); s.Position != w.allIDs()[1] || s.Holder == "" || s.Until.Before(time.Now()) {
			t.Errorf("after %d attempts: %+v", n, s)
		}
		_ = d.stop()
	})
}

// TestDeliverRetries checks the time from each attempt to the next one. The attempt after the last
// wait succeeds.
func TestDeliverRetries(t *testing.T) {
	const s = time.Second
	asks := func(wait time.Duration) error { return fmt.Errorf("status: %w", busyError{wait}) }
	for name, tt := range map[string]struct {
		err   error // nil: the handler hangs
		o     roster.DeliverOptions
		waits [][2]time.Duration // at least and at most
	}{
		"waits double up to MaxBackoff": {errHandler, roster.DeliverOptions{Backoff: 2 * s, MaxBackoff: 20 * s},
			[][2]time.Duration{{s, 2 * s}, {2 * s, 4 * s}, {4 * s, 8 * s}, {8 * s, 16 * s}, {10 * s, 20 * s}, {10 * s, 20 * s}}},
		"the handler asks for 30 seconds": {asks(30 * s), roster.DeliverOptions{}, [][2]time.Duration{{30 * s, 30 * s}}},
		"the handler asks for an hour":    {asks(3600 * s), roster.DeliverOptions{}, [][2]time.Duration{{60 * s, 60 * s}}},
		"the handler asks for no wait":    {asks(0), roster.DeliverOptions{}, [][2]time.Duration{{s / 2, s}}},
		"the handler hangs": {nil, roster.DeliverOptions{Timeout: 3 * s, Backoff: 1, MaxBackoff: 1},
			[][2]time.Duration{{3 * s, 3*s + 1}, {3 * s, 3*s + 1}}},
	} {
		bubble(t, func(t *testing.T, w *world) {
			var at []time.Time
			tt.o.Start = w.start()
			d := w.deliver(w.host, func(ctx context.Context, _ storage.Change) error {
				if at = append(at, time.Now()); len(at) > len(tt.waits) {
					return nil
				}
				if tt.err == nil {
					<-ctx.Done()
				}
				return cmp.Or(tt.err, ctx.Err())
			}, tt.o)
			w.edits(1)
			time.Sleep(time.Hour)
			w.is(d.stop(), context.Canceled, "Deliver")
			if w.delivered(); len(at) != len(tt.waits)+1 || len(w.dead()) > 0 {
				t.Fatalf("%s: %d attempts, dead letters %v", name, len(at), w.dead())
			}
			for i, want := range tt.waits {
				if wait := at[i+1].Sub(at[i]); wait < want[0] || wait > want[1] {
					t.Errorf("%s: wait %d is %s, want %s", name, i+1, wait, want)
				}
			}
		})
	}
}

func TestDeliverReportsAGap(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		var in inbox
		_ = w.deliver(w.host, in.handle, roster.DeliverOptions{}).stop()
		w.edits(3)
		time.Sleep(time.Second)
		last := must(w.host.CompactChanges(w.ctx, time.Now()))
		w.edits(2)
		in.ids = nil

		err := roster.Deliver(w.ctx, w.host, "hook", in.handle, roster.DeliverOptions{})
		var gap *storage.CompactedError
		if !errors.As(err, &gap) || gap.Last != last || len(in.ids) > 0 {
			t.Fatalf("%v after %d changes", err, len(in.ids))
		}
		var gaps []storage.ChangeID
		answer := errHandler
		o := roster.DeliverOptions{Compacted: func(_ context.Context, gap *storage.CompactedError) error {
			gaps = append(gaps, gap.Last)
			return answer
		}}
		w.is(roster.Deliver(w.ctx, w.host, "hook", in.handle, o), errHandler, "a gap that the host refuses")
		answer = nil
		d := w.deliver(w.host, in.handle, o)
		synctest.Wait()
		w.is(d.stop(), context.Canceled, "Deliver")
		if !slices.Equal(gaps, []storage.ChangeID{last, last}) || len(in.ids) != 3 || in.ids[2] != w.last() {
			t.Errorf("gaps %v, then %v", gaps, in.ids)
		}
	})
}

func TestDeliverRefuses(t *testing.T) {
	w := newWorld(t, memstore.New())
	handler := new(inbox).handle
	var none context.Context
	type o = roster.DeliverOptions
	deliver := func(h roster.Handle, name string, o o) error { return roster.Deliver(w.ctx, h, name, handler, o) }
	for path, list := range map[string][]error{
		"/context":            {roster.Deliver(none, w.host, "hook", handler, o{})},
		"/name":               {deliver(w.host, "", o{}), deliver(w.host, "My hook", o{})},
		"/handler":            {roster.Deliver(w.ctx, w.host, "hook", nil, o{})},
		"/options/timeout":    {deliver(w.host, "hook", o{Timeout: -1}), deliver(w.host, "hook", o{Timeout: 1 << 60})},
		"/options/attempts":   {deliver(w.host, "hook", o{Attempts: -1})},
		"/options/backoff":    {deliver(w.host, "hook", o{Backoff: -1})},
		"/options/maxBackoff": {deliver(w.host, "hook", o{MaxBackoff: math.MaxInt64})},
		"/options/batch":      {deliver(w.host, "hook", o{Batch: 101})},
		"/options/start": {deliver(w.host, "hook", o{Start: storage.ChangeID{Index: 3}}),
			deliver(w.host, "hook", o{Start: storage.ChangeID{Revision: 1, Index: -1}})},
	} {
		for _, err := range list {
			w.is(problemAt(path, err), validate.ErrInvalid, path)
		}
	}
	w.is(deliver(w.as(agent), "hook", o{}), permission.ErrDenied, "an agent")
	w.is(deliver(w.host.WithAuthorizer(nil), "hook", o{}), permission.ErrDenied, "no policy")
	w.is(deliver(w.dir.As("globex", roster.SystemActor()), "hook", o{}), storage.ErrNotFound, "an account of no one")
	if list := must(w.host.Deliveries(w.ctx, "", 0)); len(list) > 0 {
		t.Errorf("they left %+v", list)
	}
}
