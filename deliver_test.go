package roster_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
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
type inbox struct{ ids []storage.ChangeID }

func (i *inbox) handle(_ context.Context, c storage.Change) error {
	i.ids = append(i.ids, c.ID)
	return nil
}

// allIDs returns the ids of all changes of the account.
func (w *world) allIDs() (ids []storage.ChangeID) {
	w.Helper()
	for c, err := range allChanges(w) {
		w.ok(err)
		ids = append(ids, c.ID)
	}
	return ids
}

func allChanges(w *world) func(func(storage.Change, error) bool) {
	return func(yield func(storage.Change, error) bool) {
		var after storage.ChangeID
		for {
			list, err := w.host.Changes(w.ctx, storage.ChangeQuery{After: after})
			if err != nil {
				yield(storage.Change{}, err)
				return
			}
			for _, c := range list {
				if !yield(c, nil) {
					return
				}
				after = c.ID
			}
			if len(list) < storage.MaxPage {
				return
			}
		}
	}
}

// edits changes a user n times.
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
	list, err := w.host.Deliveries(w.ctx, "", 0)
	w.ok(err)
	if len(list) != 1 {
		w.Fatalf("deliveries %+v", list)
	}
	return list[0]
}

// TestDeliverEachChangeInOrder checks that the delivery goes on after each restart where it ended,
// and waits for commits, with each batch.
func TestDeliverEachChangeInOrder(t *testing.T) {
	for _, batch := range []int{0, 1, 7, 100} {
		bubble(t, func(t *testing.T, w *world) {
			var in inbox
			for range 3 {
				w.edits(130) // more than a page
				d := w.deliver(w.host, in.handle, roster.DeliverOptions{Batch: batch})
				synctest.Wait()
				w.edits(3) // while it waits
				synctest.Wait()
				w.is(d.stop(), context.Canceled, "Deliver")
			}
			all := w.allIDs()
			if !slices.Equal(in.ids, all) {
				t.Errorf("batch %d: %d changes came, of %d", batch, len(in.ids), len(all))
			}
			if s := w.stored(); s.Position != all[len(all)-1] || s.Holder != "" {
				t.Errorf("at the end: %+v", s)
			}
		})
	}
}

// TestDeliverWritesNothingWhileItWaits checks that a delivery that has nothing to do holds no lease
// and does not write, that one change takes two writes, and that no delivery raises the revision.
func TestDeliverWritesNothingWhileItWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &countedUpdates{Storage: memstore.New()}
		w := newWorld(t, store, roster.WithClock(time.Now))
		start := w.start()
		w.edits(100) // a whole page
		before := must(w.host.Revision(w.ctx))
		d := w.deliver(w.host, new(inbox).handle, roster.DeliverOptions{Start: start})
		for range 3 {
			time.Sleep(time.Minute)
			n := store.updates.Load()
			time.Sleep(time.Hour)
			if s := w.stored(); store.updates.Load() != n || s.Holder != "" || s.Position != w.last() || must(w.host.Revision(w.ctx)) != before {
				t.Errorf("%d updates in an hour, %+v", store.updates.Load()-n, s)
			}
			w.edits(1)
			before++
			time.Sleep(time.Second)
			if store.updates.Load() != n+3 {
				t.Errorf("%d updates for one change, its own included", store.updates.Load()-n)
			}
		}
		_ = d.stop()
	})
}

// TestDeliverSavesBeforeItWaits checks that the position of a batch is written while a later change
// fails, and that an attempt that the end of ctx interrupts is no failure.
func TestDeliverSavesBeforeItWaits(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		n := 0
		fails := func(context.Context, storage.Change) error {
			if n++; n > 2 {
				return errHandler
			}
			return nil
		}
		d := w.deliver(w.host, fails, roster.DeliverOptions{Batch: 100, Attempts: math.MaxInt})
		time.Sleep(time.Hour)
		if s := w.stored(); s.Position != w.allIDs()[1] || s.Holder == "" || s.Until.Before(time.Now()) {
			t.Errorf("after %d attempts: %+v", n, s)
		}
		_ = d.stop()
		d = w.deliver(w.host, func(ctx context.Context, _ storage.Change) error {
			<-ctx.Done()
			return ctx.Err()
		}, roster.DeliverOptions{Attempts: 1})
		synctest.Wait()
		w.is(d.stop(), context.Canceled, "Deliver")
		if s := w.stored(); s.Position != w.allIDs()[1] || len(must(w.host.DeadLetters(w.ctx, "hook", storage.ChangeID{}, 0))) > 0 {
			t.Errorf("an interrupted attempt counts: %+v", s)
		}
	})
}

// countedUpdates counts the updates of a storage.
type countedUpdates struct {
	storage.Storage
	updates atomic.Int64
}

func (s *countedUpdates) Update(
	ctx context.Context, a user.AccountID, fn func(context.Context, storage.Writer) error,
) (user.Revision, error) {
	s.updates.Add(1)
	return s.Storage.Update(ctx, a, fn)
}

func TestDeliverRetries(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		w.start()
		var at []time.Time
		d := w.deliver(w.host, func(context.Context, storage.Change) error {
			if at = append(at, time.Now()); len(at) < 9 {
				return errHandler
			}
			return nil
		}, roster.DeliverOptions{Start: w.start(), Backoff: 2 * time.Second, MaxBackoff: 20 * time.Second})
		w.edits(1)
		time.Sleep(time.Hour)
		w.is(d.stop(), context.Canceled, "Deliver")
		if len(at) != 9 {
			t.Fatalf("%d attempts", len(at))
		}
		for i, most := range []time.Duration{2, 4, 8, 16, 20, 20, 20, 20} {
			if wait, most := at[i+1].Sub(at[i]), most*time.Second; wait < most/2 || wait > most {
				t.Errorf("wait %d is %s, want %s to %s", i+1, wait, most/2, most)
			}
		}
		if dead := must(w.host.DeadLetters(w.ctx, "hook", storage.ChangeID{}, 0)); len(dead) > 0 {
			t.Errorf("dead letters %+v", dead)
		}
	})
}

// start returns the place behind all changes.
func (w *world) start() storage.ChangeID {
	w.Helper()
	return storage.AfterRevision(must(w.host.Revision(w.ctx)))
}

// busyError asks for a wait.
type busyError struct{ after time.Duration }

func (busyError) Error() string               { return "busy" }
func (e busyError) RetryAfter() time.Duration { return e.after }

func TestDeliverWaitsAsLongAsTheHandlerAsks(t *testing.T) {
	for after, most := range map[time.Duration]time.Duration{30 * time.Second: 30 * time.Second, time.Hour: time.Minute, 0: time.Second} {
		bubble(t, func(t *testing.T, w *world) {
			var at []time.Time
			d := w.deliver(w.host, func(context.Context, storage.Change) error {
				if at = append(at, time.Now()); len(at) == 1 {
					return fmt.Errorf("status: %w", busyError{after})
				}
				return nil
			}, roster.DeliverOptions{Start: w.start()})
			w.edits(1)
			time.Sleep(time.Hour)
			_ = d.stop()
			if wait := at[1].Sub(at[0]); wait > most || wait < most/2 || after == most && wait != most {
				t.Errorf("asked for %s, waited %s", after, wait)
			}
		})
	}
}

// TestDeliverStops checks that a handler ends its delivery, and that the position stays before the
// change.
func TestDeliverStops(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		n := 0
		err := roster.Deliver(w.ctx, w.host, "hook", func(context.Context, storage.Change) error {
			if n++; n == 3 {
				return fmt.Errorf("gone: %w", roster.ErrStopDelivery)
			}
			return nil
		}, roster.DeliverOptions{Batch: 50})
		w.is(err, roster.ErrStopDelivery, "Deliver")
		if s := w.stored(); n != 3 || s.Position != w.allIDs()[1] || s.Holder != "" {
			t.Errorf("%d attempts, then %+v", n, s)
		}
	})
}

// TestDeliverBoundsAnAttempt checks that a handler that hangs is told to end, and that its change
// comes again.
func TestDeliverBoundsAnAttempt(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		var took []time.Duration
		d := w.deliver(w.host, func(ctx context.Context, c storage.Change) error {
			if len(took) == 3 {
				return nil
			}
			began := time.Now()
			<-ctx.Done()
			took = append(took, time.Since(began))
			return ctx.Err()
		}, roster.DeliverOptions{Start: w.start(), Timeout: 3 * time.Second})
		w.edits(1)
		time.Sleep(time.Hour)
		w.is(d.stop(), context.Canceled, "Deliver")
		if s := w.stored(); !slices.Equal(took, slices.Repeat([]time.Duration{3 * time.Second}, 3)) || s.Position != w.last() {
			t.Errorf("attempts took %v, then %+v", took, s)
		}
	})
}

// last returns the id of the newest change.
func (w *world) last() storage.ChangeID {
	w.Helper()
	return must(w.host.Changes(w.ctx, storage.ChangeQuery{Newest: true, Limit: 1}))[0].ID
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
		refuse := func(context.Context, *storage.CompactedError) error { return errHandler }
		err = roster.Deliver(w.ctx, w.host, "hook", in.handle, roster.DeliverOptions{Compacted: refuse})
		w.is(err, errHandler, "a gap that the host refuses")

		var gaps []storage.ChangeID
		d := w.deliver(w.host, in.handle, roster.DeliverOptions{Compacted: func(_ context.Context, gap *storage.CompactedError) error {
			gaps = append(gaps, gap.Last)
			return nil
		}})
		synctest.Wait()
		w.is(d.stop(), context.Canceled, "Deliver")
		if !slices.Equal(gaps, []storage.ChangeID{last}) || len(in.ids) != 3 || in.ids[2] != w.last() {
			t.Errorf("gaps %v, then %v", gaps, in.ids)
		}
	})
}

// TestDeliverKeepsWhereItBegins checks that a delivery that was new, and had nothing to deliver,
// does not begin anew at a later Start.
func TestDeliverKeepsWhereItBegins(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		var in inbox
		d := w.deliver(w.host, in.handle, roster.DeliverOptions{Start: w.start()})
		synctest.Wait()
		_ = d.stop()
		w.edits(2)
		d = w.deliver(w.host, in.handle, roster.DeliverOptions{Start: w.start()})
		synctest.Wait()
		_ = d.stop()
		if all := w.allIDs(); !slices.Equal(in.ids, all[len(all)-2:]) {
			t.Errorf("came %v of %v", in.ids, all)
		}
	})
}

func TestDeliverRefuses(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t, memstore.New())
	handler := new(inbox).handle
	var none context.Context
	for what, tt := range map[string]struct {
		ctx     context.Context
		name    string
		handler roster.ChangeHandler
		o       roster.DeliverOptions
		path    string
	}{
		"no context":            {none, "hook", handler, roster.DeliverOptions{}, "/context"},
		"no name":               {ctx, "", handler, roster.DeliverOptions{}, "/name"},
		"a name in words":       {ctx, "My hook", handler, roster.DeliverOptions{}, "/name"},
		"no handler":            {ctx, "hook", nil, roster.DeliverOptions{}, "/handler"},
		"a negative timeout":    {ctx, "hook", handler, roster.DeliverOptions{Timeout: -1}, "/options/timeout"},
		"a timeout of a year":   {ctx, "hook", handler, roster.DeliverOptions{Timeout: 1 << 60}, "/options/timeout"},
		"negative attempts":     {ctx, "hook", handler, roster.DeliverOptions{Attempts: -1}, "/options/attempts"},
		"a negative backoff":    {ctx, "hook", handler, roster.DeliverOptions{Backoff: -1}, "/options/backoff"},
		"a long backoff":        {ctx, "hook", handler, roster.DeliverOptions{MaxBackoff: math.MaxInt64}, "/options/maxBackoff"},
		"a batch above a page":  {ctx, "hook", handler, roster.DeliverOptions{Batch: 101}, "/options/batch"},
		"a start that is none":  {ctx, "hook", handler, roster.DeliverOptions{Start: storage.ChangeID{Index: 3}}, "/options/start"},
		"a negative start, too": {ctx, "hook", handler, roster.DeliverOptions{Start: storage.ChangeID{Revision: 1, Index: -1}}, "/options/start"},
	} {
		err := roster.Deliver(tt.ctx, w.host, tt.name, tt.handler, tt.o)
		var invalid *validate.Error
		if !errors.As(err, &invalid) || invalid.Problems[0].Path != tt.path || len(invalid.Problems) != 1 {
			t.Errorf("%s: %v", what, err)
		}
	}
	for what, tt := range map[string]struct {
		h    roster.Handle
		want error
	}{
		"an agent":             {w.as(agent), permission.ErrDenied},
		"no policy":            {w.host.WithAuthorizer(nil), permission.ErrDenied},
		"an account of no one": {w.dir.As("globex", roster.SystemActor()), storage.ErrNotFound},
	} {
		w.is(roster.Deliver(ctx, tt.h, "hook", handler, roster.DeliverOptions{}), tt.want, what)
	}
	if list := must(w.host.Deliveries(ctx, "", 0)); len(list) > 0 {
		t.Errorf("they left %+v", list)
	}
}

// TestDeliverObeysThePolicy checks that an actor whose permission is taken away gets no more
// changes.
func TestDeliverObeysThePolicy(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		var in inbox
		d := w.deliver(w.as(boss), in.handle, roster.DeliverOptions{})
		synctest.Wait()
		n := len(in.ids)
		w.ok(second(w.host.Disable(w.ctx, boss)))
		w.is(<-d.done, permission.ErrDenied, "Deliver")
		if n == 0 || len(in.ids) != n {
			t.Errorf("%d changes came, %d before", len(in.ids), n)
		}
	})
}

func TestDeliverEndsWithItsDelivery(t *testing.T) {
	for what, end := range map[string]func(w *world) error{
		"the delivery is deleted": func(w *world) error { return w.host.DeleteDelivery(w.ctx, "hook") },
		"the account is deleted":  func(w *world) error { return w.host.DeleteAccount(w.ctx) },
	} {
		bubble(t, func(t *testing.T, w *world) {
			var in inbox
			d := w.deliver(w.host, in.handle, roster.DeliverOptions{})
			synctest.Wait()
			n := len(in.ids)
			w.ok(end(w))
			if what == "the delivery is deleted" {
				w.edits(1)
			}
			if w.is(<-d.done, storage.ErrNotFound, what); len(in.ids) != n {
				t.Errorf("%s, and %d changes more came", what, len(in.ids)-n)
			}
		})
	}
}

// unavailable is a storage that fails every other call, by chance.
type unavailable struct {
	storage.Storage
	on bool
}

func (s *unavailable) fails() error {
	if s.on {
		return []error{nil, nil, storage.ErrUnavailable, storage.ErrUnknownOutcome}[rand.IntN(4)]
	}
	return nil
}

func (s *unavailable) View(ctx context.Context, a user.AccountID, fn func(context.Context, storage.Reader) error) error {
	if err := s.fails(); err != nil {
		return err
	}
	return s.Storage.View(ctx, a, fn)
}

func (s *unavailable) Update(
	ctx context.Context, a user.AccountID, fn func(context.Context, storage.Writer) error,
) (user.Revision, error) {
	err := s.fails()
	if errors.Is(err, storage.ErrUnavailable) {
		return 0, err
	}
	rev, other := s.Storage.Update(ctx, a, fn)
	return rev, errors.Join(other, err) // the outcome is unknown to the caller, and it happened
}

func TestDeliverOutlivesAnOutageOfTheStorage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &unavailable{Storage: memstore.New()}
		w := newWorld(t, store, roster.WithClock(time.Now))
		w.edits(20)
		all := w.allIDs()
		store.on = true
		var in inbox
		d := w.deliver(w.host, in.handle, roster.DeliverOptions{})
		time.Sleep(24 * time.Hour)
		w.is(d.stop(), context.Canceled, "Deliver")
		if in.ids = slices.Compact(in.ids); !slices.Equal(in.ids, all) {
			t.Errorf("came %v of %v", in.ids, all)
		}
	})
}

func TestDeliverEndsWithTheStorage(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		d := w.deliver(w.host, new(inbox).handle, roster.DeliverOptions{})
		synctest.Wait()
		w.ok(w.store.Close())
		w.is(<-d.done, storage.ErrClosed, "Deliver")
	})
}

// TestDeliverCatchesAPanic checks that a panic of a handler is a failed attempt.
func TestDeliverCatchesAPanic(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		start, n := w.start(), 0
		d := w.deliver(w.host, func(context.Context, storage.Change) error {
			n++
			panic("out of paper")
		}, roster.DeliverOptions{Start: start, Attempts: 2})
		w.edits(1)
		time.Sleep(time.Minute)
		w.is(d.stop(), context.Canceled, "Deliver")
		dead := must(w.host.DeadLetters(w.ctx, "hook", storage.ChangeID{}, 0))
		if n != 2 || len(dead) != 1 || !strings.Contains(dead[0].Error, "out of paper") {
			t.Errorf("%d attempts, then %+v", n, dead)
		}
	})
}

// TestDeliverKeepsWhatWasHandledLast checks that a change that was handled when ctx ended does not
// come again.
func TestDeliverKeepsWhatWasHandledLast(t *testing.T) {
	for _, batch := range []int{1, 100} {
		bubble(t, func(t *testing.T, w *world) {
			ctx, cancel := context.WithCancel(w.ctx)
			n := 0
			err := roster.Deliver(ctx, w.host, "hook", func(context.Context, storage.Change) error {
				if n++; n == 3 {
					cancel()
				}
				return nil
			}, roster.DeliverOptions{Batch: batch})
			w.is(err, context.Canceled, "Deliver")
			if s := w.stored(); s.Position != w.allIDs()[n-1] || s.Holder != "" {
				t.Errorf("batch %d: %d changes were handled, then %+v", batch, n, s)
			}
		})
	}
}
