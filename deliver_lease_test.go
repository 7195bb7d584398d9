package roster_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// TestDeliverersTakeTurns runs several deliverers of one name whose handlers fail and take up to
// the whole Timeout. No two handlers run at once, and no change comes again after it was handled.
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
			slow := roster.New(&plug{Storage: w.store}, roster.WithClock(time.Now)) // so that they meet between a read and a write
			all = append(all, w.deliver(slow.As("acme", roster.SystemActor()), handler, roster.DeliverOptions{Batch: []int{1, 3, 100}[i], MaxBackoff: time.Minute}))
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

// TestDeliverHandsOver checks that a deliverer that ends gives the lease back.
func TestDeliverHandsOver(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		w.edits(1)
		slow := func(ctx context.Context, _ storage.Change) error {
			<-ctx.Done()
			return ctx.Err()
		}
		first := w.deliver(w.host, slow, roster.DeliverOptions{Timeout: time.Hour})
		synctest.Wait()
		var in inbox
		second := w.deliver(w.host, in.handle, roster.DeliverOptions{})
		time.Sleep(time.Minute)
		if len(in.ids) > 0 {
			t.Error("the second one did not wait for the lease")
		}
		w.is(first.stop(), context.Canceled, "Deliver")
		time.Sleep(time.Second)
		synctest.Wait()
		if all := w.allIDs(); !slices.Equal(in.ids, all) {
			t.Errorf("a second later %d changes came, of %d", len(in.ids), len(all))
		}
		_ = second.stop()
	})
}

// plug is a storage that a process loses when it is killed: from then on its calls fail, and a
// transaction that was open is lost or committed.
type plug struct {
	storage.Storage
	pulled atomic.Bool
}

var errKilled = errors.New("killed")

func (p *plug) View(ctx context.Context, a user.AccountID, fn func(context.Context, storage.Reader) error) error {
	time.Sleep(rand.N(2 * time.Millisecond))
	if p.pulled.Load() {
		return errKilled
	}
	return p.Storage.View(ctx, a, fn)
}

func (p *plug) Update(
	ctx context.Context, a user.AccountID, fn func(context.Context, storage.Writer) error,
) (user.Revision, error) {
	time.Sleep(rand.N(2 * time.Millisecond))
	if p.pulled.Load() {
		return 0, errKilled
	}
	rev, err := p.Storage.Update(ctx, a, fn)
	if time.Sleep(rand.N(2 * time.Millisecond)); p.pulled.Load() {
		return 0, errKilled
	}
	return rev, err
}

func (p *plug) Wait(ctx context.Context, a user.AccountID, after user.Revision) (user.Revision, error) {
	return p.Storage.(storage.Waiter).Wait(ctx, a, after)
}

// receiver is an endpoint that many deliverers send to. It fails now and then.
type receiver struct {
	mu    sync.Mutex
	times map[storage.ChangeID]int // how often each change was handled
	last  map[user.ID]storage.ChangeID
	dups  int
	wrong []string
}

// receive handles a change. A change that comes for the first time must be later than all that came
// before with the same user.
func (r *receiver) receive(c storage.Change) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.times[c.ID]++; r.times[c.ID] > 1 {
		r.dups++
		return
	}
	if !r.last[c.UserID].Less(c.ID) {
		r.wrong = append(r.wrong, fmt.Sprintf("%v of user %d after %v", c.ID, c.UserID, r.last[c.UserID]))
	}
	r.last[c.UserID] = c.ID
}

// TestDeliverSurvivesKills kills one of two deliverers 100 times under load, with each batch. The
// receiver has every change, in order for each user. Processes cannot share memory, so a kill is a
// deliverer whose storage fails from one moment on; the durable storages have the same test with
// processes.
func TestDeliverSurvivesKills(t *testing.T) {
	for _, batch := range []int{1, 10} {
		synctest.Test(t, func(t *testing.T) {
			store := memstore.New()
			w := newWorld(t, store, roster.WithClock(time.Now))
			r := receiver{times: map[storage.ChangeID]int{}, last: map[user.ID]storage.ChangeID{}}
			handler := func(p *plug) roster.ChangeHandler {
				return func(ctx context.Context, c storage.Change) error {
					time.Sleep(rand.N(3 * time.Millisecond))
					switch {
					case p.pulled.Load():
						return errKilled // the request was never sent
					case rand.IntN(20) == 0:
						return errHandler // before it was handled
					case rand.IntN(200) == 0:
						<-ctx.Done()
						return ctx.Err()
					}
					r.receive(c)
					if rand.IntN(20) == 0 {
						return errHandler // after it was handled
					}
					return nil
				}
			}
			type process struct {
				*plug
				*delivery
			}
			begin := func() process {
				p := &plug{Storage: store}
				dir := roster.New(p, roster.WithClock(time.Now), roster.WithHasher(cheap()))
				return process{p, w.deliver(dir.As("acme", roster.SystemActor()), handler(p), roster.DeliverOptions{
					Timeout: 200 * time.Millisecond, Backoff: 5 * time.Millisecond, MaxBackoff: 50 * time.Millisecond, Batch: batch,
				})}
			}
			load, endLoad := context.WithCancel(w.ctx)
			written := make(chan int)
			go func() {
				n := 0
				for ; load.Err() == nil; n++ {
					id := []user.ID{boss, agent, other, manager}[rand.IntN(4)]
					w.ok(second(w.host.Patch(w.ctx, id, user.Patch{Description: user.Set(fmt.Sprint(n))})))
					time.Sleep(rand.N(20 * time.Millisecond))
				}
				written <- n
			}()
			running := []process{begin(), begin()}
			for range 100 {
				time.Sleep(rand.N(time.Second))
				i := rand.IntN(2)
				running[i].pulled.Store(true)
				running[i].end()
				running[i] = begin()
			}
			endLoad()
			n := <-written
			time.Sleep(time.Minute)
			for _, p := range running {
				w.is(p.stop(), context.Canceled, "Deliver")
			}
			all := w.allIDs()
			for _, id := range all {
				if r.times[id] == 0 {
					t.Errorf("change %v did not come", id)
				}
			}
			if len(r.times) != len(all) || len(r.wrong) > 0 || r.dups == 0 {
				t.Errorf("%d changes came, of %d; %d twice; in the wrong order: %v", len(r.times), len(all), r.dups, r.wrong)
			}
			t.Logf("batch %d: 100 kills, %d writes, %d changes, %d came again", batch, n, len(all), r.dups)
		})
	}
}
