package storagetest

import (
	"context"
	"fmt"
	"testing"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

func viewCases() []Case {
	return []Case{
		{"View/Empty", "an account that was never written to is empty and at revision 0", testViewEmpty},
		{"View/Unchanging", "View gives one unchanging state of the account: no commit that happens meanwhile shows",
			testViewUnchanging},
		{"View/Error", "the error of a View's fn is returned so that errors.Is finds it", testViewError},
		{"View/AfterEnd", "the Reader is used by fn alone, while it runs; after it every method returns ErrClosed",
			testViewAfterEnd},
	}
}

func testViewEmpty(t testing.TB, open Open) {
	h := start(t, open)
	h.both("never-written", func(x tx) {
		if rev := x.r.Revision(); rev != 0 {
			x.Fatalf("Revision is %d, want 0", rev)
		}
		for _, c := range lookups() {
			x.is(c.call(x.ctx, x.r), storage.ErrNotFound, c.name)
		}
		for _, c := range listings() {
			n, err := c.call(x.ctx, x.r, 10)
			x.ok(err, c.name)
			if n != 0 {
				x.Fatalf("%s returns %d items, want none", c.name, n)
			}
		}
		x.same(x.count(storage.Query{Deleted: storage.WithDeleted}), 0, "CountUsers")
		x.same(x.balances(balance.Account, 1, balance.World), []balance.Units{0, 0, 0}, "Balances")
		x.same(x.balances(), []balance.Units{}, "Balances of nobody")
		x.same(x.counters(), storage.Counters{}, "Counters")
	})
}

// lookup is a call of a reading method that returns one item or ErrNotFound.
type lookup struct {
	name string
	call func(ctx context.Context, r storage.Reader) error
}

func lookups() []lookup {
	return []lookup{
		{"Account", func(ctx context.Context, r storage.Reader) error { _, err := r.Account(ctx); return err }},
		{"User", func(ctx context.Context, r storage.Reader) error { _, err := r.User(ctx, 1); return err }},
		{"UserByKey", func(ctx context.Context, r storage.Reader) error {
			_, err := r.UserByKey(ctx, user.Key{Kind: user.KeyLogin, Value: "nobody"})
			return err
		}},
		{"Reference", func(ctx context.Context, r storage.Reader) error {
			_, err := r.Reference(ctx, user.ReferenceSkill, 1)
			return err
		}},
		{"ReferenceByName", func(ctx context.Context, r storage.Reader) error {
			_, err := r.ReferenceByName(ctx, user.ReferenceSkill, "nothing")
			return err
		}},
		{"Transfer", func(ctx context.Context, r storage.Reader) error { _, err := r.Transfer(ctx, 1); return err }},
		{"TransferByKey", func(ctx context.Context, r storage.Reader) error {
			_, err := r.TransferByKey(ctx, "no key")
			return err
		}},
		{"Reversal", func(ctx context.Context, r storage.Reader) error { _, err := r.Reversal(ctx, 1); return err }},
		{"Delivery", func(ctx context.Context, r storage.Reader) error { _, err := r.Delivery(ctx, "consumer"); return err }},
	}
}

// listing is a call of a reading method that returns at most limit items.
type listing struct {
	name string
	call func(ctx context.Context, r storage.Reader, limit int) (n int, err error)
}

func listings() []listing {
	return []listing{
		{"Users", func(ctx context.Context, r storage.Reader, limit int) (int, error) {
			l, err := r.Users(ctx, storage.Query{Deleted: storage.WithDeleted, Limit: limit})
			return len(l), err
		}},
		{"References", func(ctx context.Context, r storage.Reader, limit int) (int, error) {
			l, err := r.References(ctx, user.ReferenceSkill, 0, limit)
			return len(l), err
		}},
		{"Transfers", func(ctx context.Context, r storage.Reader, limit int) (int, error) {
			l, err := r.Transfers(ctx, storage.TransferQuery{Limit: limit})
			return len(l), err
		}},
		{"Statement", func(ctx context.Context, r storage.Reader, limit int) (int, error) {
			l, err := r.Statement(ctx, balance.Account, storage.EntryID{}, limit)
			return len(l), err
		}},
		{"Changes", func(ctx context.Context, r storage.Reader, limit int) (int, error) {
			l, err := r.Changes(ctx, storage.ChangeQuery{Limit: limit})
			return len(l), err
		}},
		{"Deliveries", func(ctx context.Context, r storage.Reader, limit int) (int, error) {
			l, err := r.Deliveries(ctx, "", limit)
			return len(l), err
		}},
		{"DeadLetters", func(ctx context.Context, r storage.Reader, limit int) (int, error) {
			l, err := r.DeadLetters(ctx, "consumer", storage.ChangeID{}, limit)
			return len(l), err
		}},
	}
}

// others returns a call of each reading method that is neither a lookup nor a listing.
func others() []lookup {
	return []lookup{
		{"CountUsers", func(ctx context.Context, r storage.Reader) error {
			_, err := r.CountUsers(ctx, storage.Query{})
			return err
		}},
		{"Secret", func(ctx context.Context, r storage.Reader) error { _, err := r.Secret(ctx, 1); return err }},
		{"Balances", func(ctx context.Context, r storage.Reader) error {
			_, err := r.Balances(ctx, balance.Account)
			return err
		}},
		{"Counters", func(ctx context.Context, r storage.Reader) error { _, err := r.Counters(ctx); return err }},
	}
}

// reads returns a list with an entry for each method of storage.Reader that can return an error. An
// entry has the name of the method and a function that calls the method and returns only its error.
func reads() []lookup {
	all := append(lookups(), others()...)
	for _, l := range listings() {
		all = append(all, lookup{l.name, func(ctx context.Context, r storage.Reader) error {
			_, err := l.call(ctx, r, 1)
			return err
		}})
	}
	return all
}

func testViewUnchanging(t testing.TB, open Open) {
	h := start(t, open)
	w := everything(1)
	h.update(acme, w.write)
	committed := make(chan error, 1)
	h.view(acme, func(x tx) {
		x.same(x.user(1).Identity.Description, w.users[0].Identity.Description, "the user before")
		done := make(chan struct{})
		go func() { // with a context of its own, so that this is no transaction inside one
			defer close(done)
			_, err := h.s.Update(h.ctx, acme, func(ctx context.Context, sw storage.Writer) error {
				return everything(2).tryWrite(ctx, sw)
			})
			committed <- err
		}()
		// A storage may let the writer wait for readers. Either way nothing of what it writes
		// shows.
		brief(done)
		w.check(x)
		if rev := x.r.Revision(); rev != 1 {
			x.Fatalf("Revision is %d after another's commit, want 1 still", rev)
		}
	})
	h.ok(<-committed, "Update beside a View")
	h.view(acme, everything(2).check)
}

func testViewError(t testing.TB, open Open) {
	h := start(t, open)
	err := h.s.View(h.ctx, acme, func(context.Context, storage.Reader) error { return fmt.Errorf("wrapped: %w", errStop) })
	h.is(err, errStop, "View")
}

func testViewAfterEnd(t testing.TB, open Open) {
	h := start(t, open)
	h.put(acme, people(1, 2)...)
	var kept storage.Reader
	h.view(acme, func(x tx) { kept = x.r })
	for _, c := range reads() {
		h.is(c.call(h.ctx, kept), storage.ErrClosed, c.name+" of a View that ended")
	}
}
