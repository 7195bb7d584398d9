package roster_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
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
		w.delivered()
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

// die makes a dead letter of the next change of agent, and returns the id of the change. The
// handler of that change is fail.
func (w *world) die(fail func() error) storage.ChangeID {
	w.Helper()
	known := make(chan struct{}) // closed when id is known, since fail may make changes too
	d := w.deliver(w.host, func(_ context.Context, c storage.Change) error {
		if c.UserID == agent {
			<-known
			return fail()
		}
		return nil
	}, roster.DeliverOptions{Start: w.start(), Attempts: 3})
	w.edits(1)
	id := w.last()
	close(known)
	time.Sleep(time.Minute)
	_ = d.stop()
	return id
}

func away() error { return errHandler }

// TestDeadLetters checks replays and deletions of dead letters. A panic of the handler is a failed
// attempt.
func TestDeadLetters(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		id := w.die(func() error { panic("out of paper") })
		dead := w.dead()
		if len(dead) != 1 || dead[0].Change.ID != id || dead[0].Attempts != 3 || !strings.Contains(dead[0].Error, "out of paper") {
			t.Fatalf("%+v", dead)
		}
		if s := w.stored(); s.Position != id || s.Holder != "" {
			t.Errorf("the delivery is at %+v", s)
		}
		replay := func(ctx context.Context, result func() error) error {
			return w.host.ReplayDeadLetter(ctx, "hook", id, func(_ context.Context, c storage.Change) error {
				if c.ID != id {
					t.Errorf("replayed %+v", c)
				}
				return result()
			})
		}
		w.is(replay(w.ctx, func() error { return roster.ErrStopDelivery }), roster.ErrStopDelivery, "a replay")
		time.Sleep(time.Hour)
		w.is(replay(w.ctx, away), errHandler, "a replay")
		ctx, cancel := context.WithCancel(w.ctx)
		ends := func() error {
			cancel()
			return ctx.Err()
		}
		w.is(replay(ctx, ends), context.Canceled, "a replay that the caller ends, which is no failure")
		again := w.dead()
		if len(again) != 1 || again[0].Attempts != 5 || again[0].Error != errHandler.Error() || !again[0].At.After(dead[0].At) {
			t.Errorf("after three replays: %+v", again)
		}
		fine := func() error { return nil }
		w.ok(replay(w.ctx, fine))
		w.is(replay(w.ctx, fine), storage.ErrNotFound, "a second replay")
		w.is(w.host.DeleteDeadLetter(w.ctx, "hook", id), storage.ErrNotFound, "DeleteDeadLetter")
		w.ok(w.host.DeleteDelivery(w.ctx, "hook"))

		id = w.die(away)
		w.ok(w.host.DeleteDeadLetter(w.ctx, "hook", id))
		w.is(replay(w.ctx, fine), storage.ErrNotFound, "a replay of what was deleted")
	})
}

func TestDeadLettersAreNamedRight(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		id, handler, elsewhere := w.die(away), new(inbox).handle, w.dir.As("globex", roster.SystemActor())
		if id.Index != 0 {
			t.Fatal("the change has an index")
		}
		w.is(problemAt("/handler", w.host.ReplayDeadLetter(w.ctx, "hook", id, nil)), validate.ErrInvalid, "no handler")
		w.is(problemAt("/after", second(w.host.Deliveries(w.ctx, "\x00", 0))), validate.ErrInvalid, "after no name")
		for _, err := range []error{
			second(w.host.DeadLetters(w.ctx, "\x00", storage.ChangeID{}, 0)), w.host.ReplayDeadLetter(w.ctx, "a b", id, handler),
			w.host.DeleteDeadLetter(w.ctx, "", id), w.host.DeleteDelivery(w.ctx, "\xff"),
		} {
			w.is(problemAt("/name", err), validate.ErrInvalid, "no name")
		}
		for _, err := range []error{
			w.host.ReplayDeadLetter(w.ctx, "hook", storage.ChangeID{}, handler),
			w.host.ReplayDeadLetter(w.ctx, "hook", storage.ChangeID{Revision: id.Revision, Index: 1}, handler),
			elsewhere.ReplayDeadLetter(w.ctx, "hook", id, handler), elsewhere.DeleteDelivery(w.ctx, "hook"),
		} {
			w.is(err, storage.ErrNotFound, "what is not there")
		}
		w.is(second(w.host.DeadLetters(w.ctx, "hook", storage.ChangeID{}, -1)), storage.ErrInvalid, "a negative limit")
		w.is(second(w.host.Deliveries(w.ctx, "", storage.MaxPage+1)), storage.ErrInvalid, "a limit above MaxPage")
	})
}

func TestTextsOfErrorsAreStorable(t *testing.T) {
	for _, text := range []string{
		"", "\x00", "a\xff\xfeb", strings.Repeat("é", 1000), "x" + strings.Repeat("é", 1000), strings.Repeat("\xffa", 2500),
	} {
		bubble(t, func(t *testing.T, w *world) {
			w.die(func() error { return errors.New(text) })
			dead := w.dead()
			if len(dead) != 1 || !utf8.ValidString(dead[0].Error) || len(dead[0].Error) > storage.MaxDeadLetterError ||
				len(text) > 2000 && len(dead[0].Error) < storage.MaxDeadLetterError-4 {
				t.Errorf("%.20q: %+v", text, dead)
			}
		})
	}
}

// TestErasingReachesDeadLetters checks that no dead letter has the data of an erased user, also if
// the user is erased while the change is delivered or replayed.
func TestErasingReachesDeadLetters(t *testing.T) {
	for _, replayed := range []bool{true, false} {
		bubble(t, func(t *testing.T, w *world) {
			erase := sync.OnceFunc(func() { w.ok(second(w.host.Erase(w.ctx, agent))) })
			erases := func() error {
				erase()
				return errHandler
			}
			first := erases
			if replayed {
				first = away
			}
			id := w.die(first)
			err := w.host.ReplayDeadLetter(w.ctx, "hook", id, func(context.Context, storage.Change) error { return erases() })
			w.is(err, errHandler, "a replay that fails")
			dead := w.dead()
			if len(dead) == 0 || dead[0].Change.ID != id {
				t.Fatalf("replayed %t: %+v", replayed, dead)
			}
			for _, l := range dead {
				if l.Error != "" || l.Change.Created != nil || l.Change.Diff != nil {
					t.Errorf("replayed %t: %+v", replayed, l)
				}
			}
		})
	}
}

func TestDeliveryIsObserved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		logger, logged := logging(slog.LevelDebug)
		w, r := observed(t, memstore.New(), roster.WithClock(time.Now), roster.WithObserver(roster.LogObserver(logger)))
		start := w.start()
		w.edits(2)
		r.started, r.ended = nil, nil
		logged()
		n := 0
		o := roster.DeliverOptions{Start: start, Attempts: 2}
		err := roster.Deliver(w.ctx, w.host, "hook", func(context.Context, storage.Change) error {
			if n++; n < 3 {
				return errHandler
			}
			return roster.ErrStopDelivery
		}, o)
		w.is(err, roster.ErrStopDelivery, "Deliver")
		w.is(roster.Deliver(w.ctx, w.as(agent), "other", new(inbox).handle, o), permission.ErrDenied, "Deliver by an agent")
		one, two := storage.ChangeID{Revision: start.Revision + 1}, storage.ChangeID{Revision: start.Revision + 2}
		want := []roster.DeliveryStep{
			{Name: "hook", Behind: 2},
			{Name: "hook", Change: one, Attempt: 1, Behind: 1},
			{Name: "hook", Change: one, Attempt: 2, Behind: 1, Dead: true},
			{Name: "hook", Change: two, Attempt: 1},
			{Name: "other", Behind: 2}, // a refused page
		}
		codes := []roster.Code{roster.CodeOK, roster.CodeInternal, roster.CodeInternal, roster.CodeInternal, roster.CodeDenied}
		if len(r.ended) != len(want) || len(r.started) != len(want) {
			t.Fatalf("%+v", r.ended)
		}
		for i, o := range r.ended {
			age, page := o.Delivery.Age, want[i].Attempt == 0
			o.Delivery.Age = 0
			if o.Name != "Deliver" || o.Account != "acme" || o.Delivery != want[i] || o.Code != codes[i] ||
				(len(o.Targets) == 0) != page || (age > 0) != (i == 2 || i == 3) || (o.Rule != "") != page { // the page alone asks the policy
				t.Errorf("operation %d: %+v, age %s", i, o, age)
			}
		}
		log := logged()
		dead := fmt.Sprintf("delivery.name=hook delivery.behind=1 delivery.revision=%d delivery.index=0 delivery.attempt=2 delivery.age=", one.Revision)
		if !strings.HasSuffix(log[0], " delivery.name=hook delivery.behind=2\n") || !strings.Contains(log[2], dead) ||
			!strings.HasSuffix(log[2], " delivery.dead=true\n") {
			t.Errorf("%q", log)
		}
	})
}
