package roster_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/validate"
)

// die makes a dead letter of the next change of agent, and returns the id of the change.
func (w *world) die(failure error) storage.ChangeID {
	w.Helper()
	d := w.deliver(w.host, func(_ context.Context, c storage.Change) error {
		if c.UserID == agent {
			return failure
		}
		return nil
	}, roster.DeliverOptions{Start: w.start(), Attempts: 3})
	w.edits(1)
	id := w.last()
	time.Sleep(time.Minute)
	_ = d.stop()
	return id
}

func TestDeadLetters(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		id := w.die(errHandler)
		dead := must(w.host.DeadLetters(w.ctx, "hook", storage.ChangeID{}, 0))
		if len(dead) != 1 || dead[0].Change.ID != id || dead[0].Attempts != 3 || dead[0].Error != errHandler.Error() {
			t.Fatalf("%+v", dead)
		}
		if s := w.stored(); s.Position != id || s.Holder != "" {
			t.Errorf("the delivery is at %+v", s)
		}

		replay := func(handler roster.ChangeHandler) error { return w.host.ReplayDeadLetter(w.ctx, "hook", id, handler) }
		w.is(replay(func(context.Context, storage.Change) error { return roster.ErrStopDelivery }), roster.ErrStopDelivery, "a replay")
		if err := replay(func(context.Context, storage.Change) error { panic("no paper") }); err == nil || !strings.Contains(err.Error(), "no paper") {
			t.Errorf("a replay that panics: %v", err)
		}
		time.Sleep(time.Hour)
		again := must(w.host.DeadLetters(w.ctx, "hook", storage.ChangeID{}, 0))
		if len(again) != 1 || again[0].Attempts != 5 || !strings.Contains(again[0].Error, "no paper") || !again[0].At.After(dead[0].At) {
			t.Errorf("after two replays: %+v", again)
		}
		var got storage.Change
		w.ok(replay(func(_ context.Context, c storage.Change) error {
			got = c
			return nil
		}))
		if got.ID != id || len(must(w.host.DeadLetters(w.ctx, "hook", storage.ChangeID{}, 0))) != 0 {
			t.Errorf("replayed %+v", got)
		}
		w.is(replay(new(inbox).handle), storage.ErrNotFound, "a second replay")
		w.is(w.host.DeleteDeadLetter(w.ctx, "hook", id), storage.ErrNotFound, "DeleteDeadLetter")
		w.ok(w.host.DeleteDelivery(w.ctx, "hook"))

		id = w.die(errHandler)
		w.ok(w.host.DeleteDeadLetter(w.ctx, "hook", id))
		w.is(replay(new(inbox).handle), storage.ErrNotFound, "a replay of what was deleted")
	})
}

// TestAReplayThatIsCanceledDoesNotCount checks that the end of the caller's context is no failure
// of the receiver.
func TestAReplayThatIsCanceledDoesNotCount(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		id := w.die(errHandler)
		ctx, cancel := context.WithCancel(w.ctx)
		err := w.host.ReplayDeadLetter(ctx, "hook", id, func(ctx context.Context, _ storage.Change) error {
			cancel()
			return ctx.Err()
		})
		w.is(err, context.Canceled, "a replay")
		if dead := must(w.host.DeadLetters(w.ctx, "hook", storage.ChangeID{}, 0)); dead[0].Attempts != 3 {
			t.Errorf("%+v", dead)
		}
	})
}

// TestDeadLettersAreTheHosts checks that an actor of the account neither reads deliveries nor
// changes them, whatever the policy allows.
func TestDeadLettersAreTheHosts(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		id := w.die(errHandler)
		everything := permission.AuthorizerFunc(func(context.Context, permission.Request) error { return nil })
		for what, h := range map[string]roster.Handle{
			"an administrator": w.as(boss), "a key": w.dir.As("acme", roster.KeyActor(0, permission.VendorPermissions())),
			"a policy that allows all": w.as(boss).WithAuthorizer(everything), "no policy": w.host.WithAuthorizer(nil),
		} {
			called := false
			for name, err := range map[string]error{
				"Deliveries":  second(h.Deliveries(w.ctx, "", 0)),
				"DeadLetters": second(h.DeadLetters(w.ctx, "hook", storage.ChangeID{}, 0)),
				"ReplayDeadLetter": h.ReplayDeadLetter(w.ctx, "hook", id, func(context.Context, storage.Change) error {
					called = true
					return nil
				}),
				"DeleteDeadLetter": h.DeleteDeadLetter(w.ctx, "hook", id),
				"DeleteDelivery":   h.DeleteDelivery(w.ctx, "hook"),
			} {
				w.is(err, permission.ErrDenied, what+": "+name)
			}
			if called {
				t.Errorf("%s: the handler was called", what)
			}
		}
		if dead := must(w.host.DeadLetters(w.ctx, "hook", storage.ChangeID{}, 0)); len(dead) != 1 || dead[0].Attempts != 3 {
			t.Errorf("%+v", dead)
		}
		err := w.host.ReplayDeadLetter(w.ctx, "hook", id, nil)
		var invalid *validate.Error
		if !errors.As(err, &invalid) || invalid.Problems[0].Path != "/handler" {
			t.Errorf("no handler: %v", err)
		}
		for _, id := range []storage.ChangeID{{}, {Revision: id.Revision}, {Revision: id.Revision, Index: id.Index + 1}, {Index: -1}} {
			if id != w.last() {
				w.is(w.host.ReplayDeadLetter(w.ctx, "hook", id, new(inbox).handle), storage.ErrNotFound, fmt.Sprint(id))
			}
		}
		for path, err := range map[string]error{
			"/after":   second(w.host.Deliveries(w.ctx, "\x00", 0)),
			"/name":    second(w.host.DeadLetters(w.ctx, "\x00", storage.ChangeID{}, 0)),
			"/name ":   w.host.ReplayDeadLetter(w.ctx, "a b", id, new(inbox).handle),
			"/name  ":  w.host.DeleteDeadLetter(w.ctx, "", id),
			"/name   ": w.host.DeleteDelivery(w.ctx, "\xff"),
		} {
			if !errors.As(err, &invalid) || invalid.Problems[0].Path != strings.TrimSpace(path) {
				t.Errorf("%s: %v", path, err)
			}
		}
		other := w.dir.As("globex", roster.SystemActor())
		w.is(other.ReplayDeadLetter(w.ctx, "hook", id, new(inbox).handle), storage.ErrNotFound, "a replay from another account")
		w.is(other.DeleteDelivery(w.ctx, "hook"), storage.ErrNotFound, "a deletion from another account")
		w.is(second(w.host.DeadLetters(w.ctx, "hook", storage.ChangeID{}, -1)), storage.ErrInvalid, "a negative limit")
		w.is(second(w.host.Deliveries(w.ctx, "", storage.MaxPage+1)), storage.ErrInvalid, "a limit above MaxPage")
	})
}

// TestTextsOfErrorsAreStorable checks that any text of an error fits into a dead letter.
func TestTextsOfErrorsAreStorable(t *testing.T) {
	for _, text := range []string{
		"", "\x00", "a\xff\xfeb", strings.Repeat("é", 1000), "x" + strings.Repeat("é", 1000), strings.Repeat("\xffa", 2500),
	} {
		bubble(t, func(t *testing.T, w *world) {
			w.die(errors.New(text))
			dead := must(w.host.DeadLetters(w.ctx, "hook", storage.ChangeID{}, 0))
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
	bubble(t, func(t *testing.T, w *world) {
		failure := errors.New("cannot send to Ann")
		id := w.die(failure)
		erase := func() {
			w.ok(second(w.host.Delete(w.ctx, agent)))
			w.ok(second(w.host.Erase(w.ctx, agent)))
		}
		check := func(when string) {
			t.Helper()
			dead := must(w.host.DeadLetters(w.ctx, "hook", storage.ChangeID{}, 0))
			for _, l := range dead {
				if l.Change.UserID == agent && (l.Error != "" || l.Change.Created != nil || l.Change.Diff != nil) {
					t.Errorf("%s: %+v", when, l)
				}
			}
			if len(dead) == 0 || dead[0].Change.ID != id {
				t.Errorf("%s: %+v", when, dead)
			}
		}
		err := w.host.ReplayDeadLetter(w.ctx, "hook", id, func(context.Context, storage.Change) error {
			erase()
			return failure
		})
		w.is(err, failure, "a replay")
		check("erased during a replay")
	})
	bubble(t, func(t *testing.T, w *world) {
		start := w.start()
		w.edits(1)
		id, erased := w.last(), false
		d := w.deliver(w.host, func(_ context.Context, c storage.Change) error {
			if c.ID == id && !erased {
				erased = true
				w.ok(second(w.host.Delete(w.ctx, agent)))
				w.ok(second(w.host.Erase(w.ctx, agent)))
			}
			return errors.New("cannot send to Ann")
		}, roster.DeliverOptions{Start: start, Attempts: 1})
		synctest.Wait()
		_ = d.stop()
		dead := must(w.host.DeadLetters(w.ctx, "hook", storage.ChangeID{}, 0))
		if len(dead) < 2 || dead[0].Change.ID != id {
			t.Fatalf("%+v", dead)
		}
		for _, l := range dead {
			if l.Change.UserID == agent && (l.Error != "" || l.Change.Created != nil || l.Change.Diff != nil) {
				t.Errorf("erased during a delivery: %+v", l)
			}
		}
	})
}

// TestDeliveryIsObserved checks what an observer sees of a delivery.
func TestDeliveryIsObserved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := new(recorder)
		var b bytes.Buffer
		logger := roster.LogObserver(slog.New(slog.NewJSONHandler(&b, &slog.HandlerOptions{Level: slog.LevelDebug})))
		w := newWorld(t, memstore.New(), roster.WithClock(time.Now), roster.WithObserver(r), roster.WithObserver(logger))
		start := w.start()
		w.edits(2)
		r.started, r.ended = nil, nil
		b.Reset()
		n := 0
		err := roster.Deliver(w.ctx, w.host, "hook", func(context.Context, storage.Change) error {
			if n++; n < 3 {
				return errHandler
			}
			return roster.ErrStopDelivery
		}, roster.DeliverOptions{Start: start, Attempts: 2})
		w.is(err, roster.ErrStopDelivery, "Deliver")
		first := storage.ChangeID{Revision: start.Revision + 1}
		second := storage.ChangeID{Revision: start.Revision + 2}
		want := []roster.DeliveryStep{
			{Name: "hook", Behind: 2},
			{Name: "hook", Change: first, Attempt: 1, Behind: 1},
			{Name: "hook", Change: first, Attempt: 2, Behind: 1, Dead: true},
			{Name: "hook", Change: second, Attempt: 1},
		}
		codes := []roster.Code{roster.CodeOK, roster.CodeInternal, roster.CodeInternal, roster.CodeInternal}
		if len(r.ended) != len(want) || len(r.started) != len(want) {
			t.Fatalf("%+v", r.ended)
		}
		for i, o := range r.ended {
			age := o.Delivery.Age
			o.Delivery.Age = 0
			if o.Name != "Deliver" || o.Account != "acme" || o.Delivery != want[i] || o.Code != codes[i] ||
				(len(o.Targets) == 1) != (i > 0) || (age > 0) != (i > 1) {
				t.Errorf("operation %d: %+v, age %s", i, o, age)
			}
		}
		log := records(t, &b)
		page, dead := log[0]["delivery"], log[2]["delivery"]
		delete(dead.(map[string]any), "age")
		if d := cmp.Diff(map[string]any{"name": "hook", "behind": 2.0}, page); d != "" {
			t.Error(d)
		}
		if d := cmp.Diff(map[string]any{
			"name": "hook", "behind": 1.0, "revision": float64(first.Revision), "index": 0.0, "attempt": 2.0, "dead": true,
		}, dead); d != "" {
			t.Error(d)
		}
	})
}
