package roster_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// hooked is a storage that runs hook before each View and Update and after each Update, with
// "View", "Update" and "Updated". An error of hook is the error of the call.
type hooked struct {
	storage.Storage
	hook func(call string) error
}

func (s hooked) View(ctx context.Context, a user.AccountID, fn func(context.Context, storage.Reader) error) error {
	if err := s.hook("View"); err != nil {
		return err
	}
	return s.Storage.View(ctx, a, fn)
}

func (s hooked) Update(
	ctx context.Context, a user.AccountID, fn func(context.Context, storage.Writer) error,
) (user.Revision, error) {
	if err := s.hook("Update"); err != nil {
		return 0, err
	}
	rev, err := s.Storage.Update(ctx, a, fn)
	return rev, errors.Join(err, s.hook("Updated"))
}

func (s hooked) Wait(ctx context.Context, a user.AccountID, after user.Revision) (user.Revision, error) {
	return s.Storage.(storage.Waiter).Wait(ctx, a, after)
}

// TestDeliverersTakeTurns runs several deliverers of one name whose handlers fail and take up to
// the whole Timeout. No two handlers run at once, and no change comes again after it was handled.
// The durable storages have a test that kills deliverers.
func TestDeliverersTakeTurns(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		var in inbox
		var running, most atomic.Int64
		handler := func(ctx context.Context, c storage.Change) error {
			most.Store(max(most.Load(), running.Add(1)))
			time.Sleep(rand.N(5 * time.Second))
			running.Add(-1)
			if rand.IntN(3) == 0 {
				return errHandler
			}
			return in.handle(ctx, c)
		}
		var all []*delivery
		for i := range 3 {
			slow := roster.New(hooked{w.store, func(string) error { // so that they meet between a read and a write
				time.Sleep(rand.N(2 * time.Millisecond))
				return nil
			}}, roster.WithClock(time.Now))
			o := roster.DeliverOptions{Batch: []int{1, 3, 100}[i], MaxBackoff: time.Minute}
			all = append(all, w.deliver(slow.As("acme", roster.SystemActor()), handler, o))
		}
		for range 30 {
			w.edits(rand.IntN(5))
			time.Sleep(rand.N(time.Minute))
		}
		time.Sleep(24 * time.Hour)
		for _, d := range all {
			w.is(d.stop(), context.Canceled, "Deliver")
		}
		if ids := w.allIDs(); most.Load() != 1 || !slices.Equal(in.ids, ids) {
			t.Errorf("%d handlers at once; %d changes came, of %d", most.Load(), len(in.ids), len(ids))
		}
	})
}

// TestDeliverTakesOver checks that a second deliverer goes on within the lease after the first one
// hangs for good, and that the first one, when it wakes, does not move the position.
func TestDeliverTakesOver(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		wake, hung := make(chan struct{}), time.Time{}
		start := w.start()
		first := w.deliver(w.host, func(context.Context, storage.Change) error {
			hung = time.Now()
			<-wake // it ignores the context
			return nil
		}, roster.DeliverOptions{Start: start})
		w.edits(1)
		synctest.Wait()
		var in inbox
		var began time.Time
		second := w.deliver(w.host, func(ctx context.Context, c storage.Change) error {
			switch len(in.ids) {
			case 0:
				began = time.Now()
			case 3:
				close(wake)
				time.Sleep(time.Second) // the first one goes on while the second one holds the lease
			}
			return in.handle(ctx, c)
		}, roster.DeliverOptions{})
		w.edits(4)
		time.Sleep(time.Minute)
		synctest.Wait()
		if wait := began.Sub(hung); wait > 8*time.Second || wait < 5*time.Second || len(in.ids) != 5 {
			t.Errorf("the second begins after %s and gets %d changes", wait, len(in.ids))
		}
		if s := w.stored(); s.Position != w.last() || s.Holder != "" {
			t.Errorf("at the end: %+v", s)
		}
		w.is(first.stop(), context.Canceled, "the first")
		w.is(second.stop(), context.Canceled, "the second")
	})
}

// TestDeliverEndsWithItsGrounds checks that a delivery ends, and that no more changes come, when
// what it needs is taken away.
func TestDeliverEndsWithItsGrounds(t *testing.T) {
	for what, tt := range map[string]struct {
		end  func(w *world) error
		want error
	}{
		"the delivery is deleted": {func(w *world) error {
			err := w.host.DeleteDelivery(w.ctx, "hook")
			w.edits(1)
			return err
		}, storage.ErrNotFound},
		"the account is deleted": {func(w *world) error { return w.host.DeleteAccount(w.ctx) }, storage.ErrNotFound},
		"the actor is disabled":  {func(w *world) error { return second(w.host.Disable(w.ctx, boss)) }, permission.ErrDenied},
		"the storage is closed":  {func(w *world) error { return w.store.Close() }, storage.ErrClosed},
	} {
		bubble(t, func(t *testing.T, w *world) {
			var in inbox
			h := w.host
			if tt.want == permission.ErrDenied {
				h = w.as(boss)
			}
			d := w.deliver(h, in.handle, roster.DeliverOptions{})
			synctest.Wait()
			n := len(in.ids)
			w.ok(tt.end(w))
			if w.is(<-d.done, tt.want, what); n == 0 || len(in.ids) != n {
				t.Errorf("%s: %d changes came, %d before", what, len(in.ids), n)
			}
		})
	}
}

// TestDeliverOutlivesAnOutageOfTheStorage uses a storage that fails every other call, by chance.
// The outcome of some calls is unknown, and the call happened.
func TestDeliverOutlivesAnOutageOfTheStorage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		on := false
		w := newWorld(t, hooked{memstore.New(), func(call string) error {
			switch {
			case !on || rand.IntN(3) > 0:
				return nil
			case call == "Updated":
				return storage.ErrUnknownOutcome
			}
			return storage.ErrUnavailable
		}}, roster.WithClock(time.Now))
		w.edits(20)
		all := w.allIDs()
		on = true
		var in inbox
		d := w.deliver(w.host, in.handle, roster.DeliverOptions{})
		time.Sleep(24 * time.Hour)
		w.is(d.stop(), context.Canceled, "Deliver")
		if in.ids = slices.Compact(in.ids); !slices.Equal(in.ids, all) {
			t.Errorf("came %v of %v", in.ids, all)
		}
	})
}
