package storagetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

func nestedCases() []Case {
	return []Case{
		{"Nested/Refused", "View, Update or DeleteAccount called with the context that fn was given, or one made from it, returns " +
			"ErrNestedTx, and does not hang", testNested},
	}
}

func contextCases() []Case {
	return []Case{
		{"Context/Before", "every method that takes a context returns its error once the context is done", testContextBefore},
		{"Context/Waiting", "waiting for a writer's turn obeys the context", testContextWaiting},
		{"Context/Inside", "every method of Reader and Writer returns the error of a context that is done, and has changed " +
			"nothing", testContextInside},
		{"Context/Commit", "an Update whose context is done before it commits changes nothing and returns the context's error",
			testContextCommit},
		{"Context/Others", "a caller whose context ends costs the other callers of its account neither their work nor their turn: " +
			"each error is that of the caller's own context, and those that come back are served", testContextOthers},
	}
}

func closeCases() []Case {
	return []Case{
		{"Close/Closed", "after Close every method returns ErrClosed; a second Close does nothing", testClosed},
		{"Close/Ends", "Close ends what runs and waits for it: the methods of a transaction begin to fail, nothing of it " +
			"is committed, and Close returns when fn has", testCloseEnds},
	}
}

func testNested(t testing.TB, open Open) {
	h := start(t, open)
	h.put(acme, person(1, "one"))
	inner := func(ctx context.Context, outer string) {
		ctx, cancel := context.WithTimeout(ctx, h.patience) // a storage that hangs is seen to
		defer cancel()
		for _, a := range []user.AccountID{acme, "other"} {
			var view, update, deletion error
			if !h.soon(func() {
				view = h.s.View(ctx, a, func(context.Context, storage.Reader) error { return nil })
				_, update = h.s.Update(ctx, a, func(context.Context, storage.Writer) error { return nil })
				_, deletion = h.s.DeleteAccount(ctx, a)
			}) {
				h.Errorf("a transaction inside %s hangs", outer)
				return
			}
			h.is(view, storage.ErrNestedTx, "View inside "+outer)
			h.is(update, storage.ErrNestedTx, "Update inside "+outer)
			h.is(deletion, storage.ErrNestedTx, "DeleteAccount inside "+outer)
		}
	}
	h.view(acme, func(x tx) { inner(x.ctx, "View") })
	h.update(acme, func(x tx) {
		x.putUser(person(2, "two"))
		inner(x.ctx, "Update")
		x.putUser(person(3, "three"))
	})
	h.view(acme, func(x tx) { x.same(x.count(storage.Query{}), 3, "users after an Update that met ErrNestedTx") })
}

func testContextBefore(t testing.TB, open Open) {
	h := start(t, open)
	canceled, cancel := context.WithCancel(h.ctx)
	cancel()
	late, cancel := context.WithDeadline(h.ctx, time.Now().Add(-time.Second))
	defer cancel()
	for _, c := range []struct {
		ctx  context.Context
		want error
	}{{canceled, context.Canceled}, {late, context.DeadlineExceeded}} {
		ran := false
		err := h.s.View(c.ctx, acme, func(context.Context, storage.Reader) error { ran = true; return nil })
		h.is(err, c.want, "View")
		_, err = h.s.Update(c.ctx, acme, func(ctx context.Context, w storage.Writer) error {
			ran = true
			return w.PutUser(h.ctx, person(1, "one"))
		})
		h.is(err, c.want, "Update")
		_, err = h.s.DeleteAccount(c.ctx, acme)
		h.is(err, c.want, "DeleteAccount")
		_, err = h.s.Accounts(c.ctx, storage.NotDeleted, "", 0)
		h.is(err, c.want, "Accounts")
		if ran {
			h.Fatalf("fn ran under a context that was done")
		}
	}
	testNothing(h)
}

func testContextWaiting(t testing.TB, open Open) {
	h := start(t, open)
	release, holding := make(chan struct{}), make(chan struct{}, 2)
	held := make(chan error, 1)
	go func() {
		_, err := h.attempt(acme, func(tx) error {
			holding <- struct{}{}
			<-release
			return nil
		})
		held <- err
	}()
	defer func() {
		close(release)
		h.ok(<-held, "the Update that was waited for")
		h.put(acme, person(2, "two"))
	}()
	select {
	case <-holding:
	case <-h.ctx.Done():
		h.Errorf("an Update that nothing is in the way of does not begin")
		return
	}
	ctx, cancel := context.WithTimeout(h.ctx, 20*time.Millisecond)
	defer cancel()
	var err error
	if !h.soon(func() {
		_, err = h.s.Update(ctx, acme, func(ctx context.Context, w storage.Writer) error {
			return w.PutUser(ctx, person(1, "one"))
		})
	}) {
		h.Errorf("Update waits on after its context ended")
		return
	}
	h.is(err, context.DeadlineExceeded, "Update that waited for its turn")
}

func testContextInside(t testing.TB, open Open) {
	h := start(t, open)
	fund := newLedger().fund(1)
	h.update(acme, func(x tx) {
		x.putUser(person(1, "one"))
		x.putReference(ref(user.ReferenceView, 1, "view"))
		x.record(change(1, "first"))
		x.post(fund)
	})
	ended := func(ctx context.Context) context.Context {
		ctx, cancel := context.WithCancel(ctx)
		cancel()
		return ctx
	}
	h.view(acme, func(x tx) {
		for _, c := range reads() {
			x.is(c.call(ended(x.ctx), x.r), context.Canceled, c.name+" in View")
		}
		x.user(1) // its own context is not done
	})
	for _, c := range append(reads(), writes()...) {
		_, err := h.attempt(acme, func(x tx) error {
			x.is(c.call(ended(x.ctx), x.w), context.Canceled, c.name+" in Update")
			return nil
		})
		h.is(err, context.Canceled, "Update whose fn swallowed the context's error of "+c.name)
	}
	h.view(acme, func(x tx) {
		x.same(x.r.Revision(), user.Revision(1), "Revision")
		x.same(x.user(1), person(1, "one"), "User")
		x.same(len(x.changes(storage.ChangeID{}, 0)), 1, "the number of changes")
	})
}

func testContextCommit(t testing.TB, open Open) {
	h := start(t, open)
	ctx, cancel := context.WithCancel(h.ctx)
	defer cancel()
	_, err := h.s.Update(ctx, acme, func(ctx context.Context, w storage.Writer) error {
		err := w.PutUser(ctx, person(1, "one"))
		cancel()
		return err
	})
	h.is(err, context.Canceled, "Update whose context ended inside")
	testNothing(h)
	h.put(acme, person(1, "one"))
}

func testClosed(t testing.TB, open Open) {
	h := start(t, open)
	h.put(acme, person(1, "one"))
	h.ok(h.s.Close(), "Close")
	h.ok(h.s.Close(), "the second Close")
	ran := false
	err := h.s.View(h.ctx, acme, func(context.Context, storage.Reader) error { ran = true; return nil })
	h.is(err, storage.ErrClosed, "View after Close")
	_, err = h.s.Update(h.ctx, acme, func(context.Context, storage.Writer) error { ran = true; return nil })
	h.is(err, storage.ErrClosed, "Update after Close")
	_, err = h.s.DeleteAccount(h.ctx, acme)
	h.is(err, storage.ErrClosed, "DeleteAccount after Close")
	_, err = h.s.Accounts(h.ctx, storage.NotDeleted, "", 0)
	h.is(err, storage.ErrClosed, "Accounts after Close")
	if ran {
		h.Fatalf("fn ran after Close")
	}
	if w, ok := h.s.(storage.Waiter); ok {
		_, err = w.Wait(h.ctx, acme, 0)
		h.is(err, storage.ErrClosed, "Wait after Close")
	}
}

func testCloseEnds(t testing.TB, open Open) {
	h := start(t, open)
	h.put(acme, person(1, "one"))
	var ended [2]time.Time // when each fn returned
	running := make(chan struct{}, 4)
	// untilRefused reads until reading is refused.
	untilRefused := func(ctx context.Context, r storage.Reader, end *time.Time) error {
		running <- struct{}{}
		defer func() { *end = time.Now() }()
		for limit := time.Now().Add(h.patience / 2); time.Now().Before(limit); time.Sleep(time.Millisecond) {
			if _, err := r.User(ctx, 1); err != nil {
				time.Sleep(50 * time.Millisecond) // so that a Close that does not wait is seen to return early
				return nil
			}
		}
		return errStop
	}
	viewed, updated := make(chan error, 1), make(chan error, 1)
	go func() {
		viewed <- h.s.View(h.ctx, acme, func(ctx context.Context, r storage.Reader) error {
			return untilRefused(ctx, r, &ended[0])
		})
	}()
	go func() {
		_, err := h.attempt(acme, func(x tx) error {
			if err := x.w.PutUser(x.ctx, person(2, "two")); err != nil {
				return err
			}
			return untilRefused(x.ctx, x.r, &ended[1])
		})
		updated <- err
	}()
	for range 2 { // a storage may let the one wait for the other
		select {
		case <-running:
		case <-time.After(100 * time.Millisecond):
		}
	}
	if !h.soon(func() { _ = h.s.Close() }) {
		h.Fatalf("Close did not return")
	}
	returned := time.Now()
	view, update := <-viewed, <-updated
	if errors.Is(view, errStop) || errors.Is(update, errStop) {
		h.Errorf("a transaction could still read %v after Close was called", h.patience/2)
	}
	if update == nil {
		h.Errorf("an Update committed although Close had ended it")
	}
	for _, end := range ended {
		if end.After(returned) {
			h.Errorf("Close returned before what ran had ended")
		}
	}
}
