package storagetest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

var contextRules = []rule{
	{"Nested/Refused", "View, Update or DeleteAccount called with the context that fn was given, or one made from it, returns " +
		"ErrNestedTx, and does not hang", testNested},
	{"Context/Before", "every method that takes a context returns its error once the context is done", testContextBefore},
	{"Context/Waiting", "waiting for a writer's turn obeys the context", testContextWaiting},
	{"Context/Inside", "every method of Reader and Writer returns the error of a context that is done, and has changed " +
		"nothing", testContextInside},
	{"Context/Commit", "an Update whose context is done before it commits changes nothing and returns the context's error",
		testContextCommit},
	{"Context/Others", "a caller whose context ends costs the other callers of its account neither their work nor their turn: " +
		"each error is that of the caller's own context, and those that come back are served", testContextOthers},
	{"Close/Closed", "after Close every method returns ErrClosed; a second Close does nothing", testClosed},
	{"Close/Ends", "Close ends what runs and waits for it: the methods of a transaction begin to fail, nothing of it " +
		"is committed, and Close returns when fn has", testCloseEnds},
}

// ended returns a copy of ctx that is canceled.
func ended(ctx context.Context) context.Context {
	ctx, cancel := context.WithCancel(ctx)
	cancel()
	return ctx
}

func testNested(h *harness) {
	h.put(acme, person(1, "one"))
	inner := func(ctx context.Context, outer string) {
		ctx, cancel := context.WithTimeout(ctx, h.patience) // a storage that hangs is seen to
		defer cancel()
		for _, a := range []user.AccountID{acme, "other"} {
			var errs map[string]error
			if !h.inTime(func() { errs, _ = h.transactions(ctx, a) }) {
				h.Errorf("a transaction inside %s hangs", outer)
				return
			}
			for method, err := range errs {
				h.is(err, storage.ErrNestedTx, method+" inside "+outer)
			}
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

func testContextBefore(h *harness) {
	late, cancel := context.WithDeadline(h.ctx, time.Now().Add(-time.Second))
	defer cancel()
	for _, c := range []struct {
		ctx  context.Context
		want error
	}{{ended(h.ctx), context.Canceled}, {late, context.DeadlineExceeded}} {
		errs, ran := h.transactions(c.ctx, acme)
		for method, err := range errs {
			h.is(err, c.want, method)
		}
		h.same(ran, false, "whether fn ran under a context that was done")
		h.fails(c.want, "Accounts")(h.s.Accounts(c.ctx, storage.NotDeleted, "", 0))
	}
	h.nothing()
}

func testContextWaiting(h *harness) {
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
	if !h.inTime(func() {
		_, err = h.s.Update(ctx, acme, func(ctx context.Context, w storage.Writer) error {
			return w.PutUser(ctx, person(1, "one"))
		})
	}) {
		h.Errorf("Update waits on after its context ended")
		return
	}
	h.is(err, context.DeadlineExceeded, "Update that waited for its turn")
}

func testContextInside(h *harness) {
	fund := newLedger().fund(1)
	h.update(acme, func(x tx) {
		x.putUser(person(1, "one"))
		x.putReference(ref(user.ReferenceView, 1, "view"))
		x.record(change(1, "first"))
		x.post(fund)
	})
	h.view(acme, func(x tx) {
		for _, c := range reads() {
			x.fails(context.Canceled, c.name+" in View")(c.run(tx{h, ended(x.ctx), x.r, nil}))
		}
		x.user(1) // its own context is not done
	})
	for _, c := range methods() {
		h.refused(context.Canceled, "Update whose fn swallowed the context's error of "+c.name, func(x tx) error {
			x.fails(context.Canceled, c.name+" in Update")(c.run(tx{h, ended(x.ctx), x.w, x.w}))
			return nil
		})
	}
	h.view(acme, func(x tx) {
		x.same(x.r.Revision(), user.Revision(1), "Revision")
		x.same(x.user(1), person(1, "one"), "User")
		x.same(len(x.changes()), 1, "the number of changes")
	})
}

func testContextCommit(h *harness) {
	ctx, cancel := context.WithCancel(h.ctx)
	defer cancel()
	h.fails(context.Canceled, "Update whose context ended inside")(
		h.s.Update(ctx, acme, func(ctx context.Context, w storage.Writer) error {
			err := w.PutUser(ctx, person(1, "one"))
			cancel()
			return err
		}))
	h.nothing()
	h.put(acme, person(1, "one"))
}

// payOnce posts a transfer like pay, but does nothing if a transfer with the key exists.
func (x tx) payOnce(key string, payees ...balance.Holder) error {
	if _, err := x.w.TransferByKey(x.ctx, key); err == nil {
		return nil
	}
	return x.pay(key, payees...)
}

// pay posts a transfer of one unit from the account to each payee, with the idempotency key. It
// returns the first error of the writer.
func (x tx) pay(key string, payees ...balance.Holder) error {
	id, err := x.w.NextID(x.ctx, storage.TransferIDs)
	if err != nil {
		return err
	}
	has, err := x.w.Balances(x.ctx, append([]balance.Holder{balance.Account}, payees...)...)
	if err != nil {
		return err
	}
	letOthersIn()
	t := balance.Transfer{
		ID: balance.TransferID(id), Kind: balance.Transferring, At: moment(int(id)), Currency: "USD", Requested: money(1), Key: key,
	}
	for i, payee := range payees {
		t.Postings = append(t.Postings, balance.Posting{
			From: balance.Account, To: payee, Amount: 1, FromAfter: has[0] - balance.Units(i+1), ToAfter: has[i+1] + 1,
		})
	}
	return x.w.PostTransfer(x.ctx, t)
}

// testContextOthers makes payments from eight goroutines. The context of each Update ends after a
// random time, so that it ends while the Update waits, reads or commits; every fourth is also
// canceled after the last write. Each goroutine repeats a payment until its Update succeeds. All
// must finish within h.patience, no Update may fail while its context is valid, and each payment
// must be made once.
func testContextOthers(h *harness) {
	const callers, payments, alone = 8, 15, 5
	h.update(acme, func(x tx) { x.post(newLedger().fund(1000)) })
	fastest := h.patience
	for i := range alone {
		begin := time.Now()
		h.update(acme, func(x tx) { x.ok(x.payOnce(fmt.Sprint("alone ", i), 1000), "payment") })
		fastest = min(fastest, time.Since(begin))
	}
	longest := max(6*time.Millisecond, 2*callers*fastest)
	limit := time.Now().Add(h.patience)
	var tries atomic.Int64
	err := attempts(callers, func(i int) error {
		random := rand.New(rand.NewPCG(uint64(i), 1))
		for paid, try := 0, 0; paid < payments; try++ {
			if time.Now().After(limit) {
				return fmt.Errorf("caller %d paid %d times in %v: those that give up keep the others from being served", i, paid, h.patience)
			}
			tries.Add(1)
			ctx, cancel := context.WithTimeout(h.ctx, time.Duration(random.Int64N(int64(longest))))
			_, err := h.s.Update(ctx, acme, func(ctx context.Context, w storage.Writer) error {
				err := tx{h, ctx, w, w}.payOnce(fmt.Sprint("caller ", i, " payment ", paid), balance.Holder(i+1))
				if try%4 == 0 {
					cancel()
				}
				return err
			})
			own := ctx.Err()
			cancel()
			switch {
			case err == nil:
				paid++
			case own == nil:
				return fmt.Errorf("an Update whose context is not done returned the error %w", err)
			}
		}
		return nil
	})
	h.ok(err, fmt.Sprintf("%d Updates of callers that give up", tries.Load()))
	h.view(acme, func(x tx) {
		x.same(x.balances(balance.Account), []balance.Units{1000 - alone - callers*payments}, "Balances of the account")
	})
}

func testClosed(h *harness) {
	h.put(acme, person(1, "one"))
	h.ok(h.s.Close(), "Close")
	h.ok(h.s.Close(), "the second Close")
	errs, ran := h.transactions(h.ctx, acme)
	for method, err := range errs {
		h.is(err, storage.ErrClosed, method+" after Close")
	}
	h.same(ran, false, "whether fn ran after Close")
	h.fails(storage.ErrClosed, "Accounts after Close")(h.s.Accounts(h.ctx, storage.NotDeleted, "", 0))
	if w, ok := h.s.(storage.Waiter); ok {
		h.fails(storage.ErrClosed, "Wait after Close")(w.Wait(h.ctx, acme, 0))
	}
}

func testCloseEnds(h *harness) {
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
		waitBriefly(running)
	}
	if !h.inTime(func() { _ = h.s.Close() }) {
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
