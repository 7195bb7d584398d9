package storagetest

import (
	"context"
	"fmt"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

var viewRules = []rule{
	{"View/Empty", "an account that was never written to is empty and at revision 0", testViewEmpty},
	{"View/Unchanging", "View gives one unchanging state of the account: no commit that happens meanwhile shows",
		testViewUnchanging},
	{"View/Error", "the error of a View's fn is returned so that errors.Is finds it", func(h *harness) {
		err := h.s.View(h.ctx, acme, func(context.Context, storage.Reader) error { return fmt.Errorf("wrapped: %w", errStop) })
		h.is(err, errStop, "View")
	}},
	{"View/AfterEnd", "the Reader is used by fn alone, while it runs; after it every method returns ErrClosed", func(h *harness) {
		h.put(acme, people(1, 2)...)
		var kept storage.Reader
		h.view(acme, func(x tx) { kept = x.r })
		for _, c := range reads() {
			h.fails(storage.ErrClosed, c.name+" of a View that ended")(c.run(tx{h, h.ctx, kept, nil}))
		}
	}},
}

func testViewEmpty(h *harness) {
	h.both("never-written", func(x tx) {
		x.same(x.r.Revision(), user.Revision(0), "Revision")
		x.empty("an account that was never written to")
		x.same(x.counters(), storage.Counters{}, "Counters")
		x.same(x.balances(), []balance.Units{}, "Balances of a missing user")
	})
}

func testViewUnchanging(h *harness) {
	first, second := everything(1), everything(2)
	h.update(acme, first.write)
	committed := make(chan error, 1)
	h.view(acme, func(x tx) {
		x.same(x.user(1), first.users[0], "the user before")
		done := make(chan struct{})
		go func() { // with a context of its own, so that this is no transaction inside one
			defer close(done)
			_, err := h.attempt(acme, func(x tx) error { return second.tryWrite(x.ctx, x.w) })
			committed <- err
		}()
		brief(done) // a storage may let the writer wait for readers
		first.check(x)
		x.same(x.r.Revision(), user.Revision(1), "Revision after another's commit")
	})
	h.ok(<-committed, "Update beside a View")
	h.view(acme, second.check)
}
