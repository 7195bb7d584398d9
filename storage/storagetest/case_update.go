package storagetest

import (
	"context"
	"fmt"
	"testing"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

func updateCases() []Case {
	return []Case{
		{"Update/Commits", "readers see a commit whole, from the moment Update returns at the latest", testUpdateCommits},
		{"Update/Revision", "Update returns the account's revision after it: one more than before if fn wrote, the same if " +
			"it wrote nothing; inside, Revision is that before it and Next one more", testUpdateRevision},
		{"Update/Rollback", "nothing is committed if fn returns an error, which is returned so that errors.Is finds it",
			testUpdateRollback},
		{"Update/Panic", "nothing is committed if fn panics, which is let through; the next Update has its turn",
			testUpdatePanic},
		{"Update/Poisoned", "nothing is committed if a method of the Writer returned an error other than ErrNotFound and " +
			"ErrAmbiguous, whatever fn made of it; that error is returned", testUpdatePoisoned},
		{"Update/Absence", "ErrNotFound and ErrAmbiguous do not keep an Update from committing", testUpdateAbsence},
		{"Update/Nil", "View and Update return ErrInvalid if there is no fn, and change nothing", testNil},
		{"Update/AfterEnd", "the Writer is used by fn alone, while it runs; after it every method returns ErrClosed",
			testUpdateAfterEnd},
	}
}

func ownWritesCases() []Case {
	return []Case{
		{"Update/OwnWrites", "a Writer reads with its own writes in what it reads, whatever method reads them",
			testOwnWrites},
	}
}

func testNil(t testing.TB, open Open) {
	h := start(t, open)
	h.is(h.s.View(h.ctx, acme, nil), storage.ErrInvalid, "View without fn")
	_, err := h.s.Update(h.ctx, acme, nil)
	h.is(err, storage.ErrInvalid, "Update without fn")
	testNothing(h)
	h.put(acme, person(1, "one"))
}

func testUpdateCommits(t testing.TB, open Open) {
	h := start(t, open)
	for g := 1; g <= 2; g++ {
		w := everything(g)
		h.update(acme, w.write)
		h.both(acme, w.check)
	}
}

func testUpdateRevision(t testing.TB, open Open) {
	h := start(t, open)
	revision := func(want user.Revision) func(x tx) {
		return func(x tx) { x.same(x.r.Revision(), want, "Revision") }
	}
	for i := user.Revision(0); i < 3; i++ {
		rev := h.update(acme, func(x tx) {
			revision(i)(x)
			x.same(x.w.Next(), i+1, "Next")
			x.putUser(person(1, "one"))
			x.putUser(person(2, "two"))
			x.same(x.r.Revision(), i, "Revision after a write")
			x.same(x.w.Next(), i+1, "Next after a write")
		})
		h.same(rev, i+1, "what Update returns")
		h.view(acme, revision(i+1))
		rev = h.update(acme, revision(i+1))
		h.same(rev, i+1, "what an Update returns that wrote nothing")
		_, err := h.attempt(acme, func(x tx) error { x.putUser(person(3, "three")); return errStop })
		h.is(err, errStop, "Update")
		h.view(acme, revision(i+1))
	}
	// Each kind of write counts.
	want := user.Revision(3)
	for name, write := range map[string]func(x tx) error{
		"PutAccount":   func(x tx) error { return x.w.PutAccount(x.ctx, user.Account{ID: acme, Currency: "USD"}) },
		"PutSecret":    func(x tx) error { return x.w.PutSecret(x.ctx, 1, user.SecretOf("h", moment(1))) },
		"PutReference": func(x tx) error { return x.w.PutReference(x.ctx, ref(user.ReferenceView, 1, "v")) },
		"PostTransfer": func(x tx) error {
			return x.w.PostTransfer(x.ctx, newLedger().fund(5))
		},
		"AppendChange": func(x tx) error { return x.w.AppendChange(x.ctx, change(1, "")) },
	} {
		want++
		h.same(h.update(acme, func(x tx) { x.ok(write(x), name) }), want, "the revision after "+name)
	}
	h.same(h.update(acme, func(x tx) { x.ok(x.w.DeleteReference(x.ctx, user.ReferenceView, 1), "DeleteReference") }), want+1,
		"the revision after DeleteReference")
	h.same(h.update(acme, func(x tx) { x.ok(x.w.Scrub(x.ctx, 1), "Scrub") }), want+2, "the revision after Scrub")
}

func testUpdateRollback(t testing.TB, open Open) {
	h := start(t, open)
	_, err := h.attempt(acme, func(x tx) error {
		everything(1).write(x)
		return fmt.Errorf("wrapped: %w", errStop)
	})
	h.is(err, errStop, "Update of an empty account")
	testNothing(h)
	w := everything(1)
	h.update(acme, w.write)
	_, err = h.attempt(acme, func(x tx) error {
		everything(2).write(x)
		x.ok(x.w.Scrub(x.ctx, 1), "Scrub")
		x.ok(x.w.PutSecret(x.ctx, 1, user.Secret{}), "PutSecret")
		x.ok(x.w.DeleteReference(x.ctx, w.ref.Kind, w.ref.ID), "DeleteReference")
		return errStop
	})
	h.is(err, errStop, "Update")
	h.both(acme, w.check)
	h.update(acme, everything(2).write) // nothing of the first attempt is in the way
	h.both(acme, everything(2).check)
}

// testNothing requires that the account is as if it was never written to.
func testNothing(h *harness) {
	h.Helper()
	h.view(acme, func(x tx) {
		for _, c := range lookups() {
			x.is(c.call(x.ctx, x.r), storage.ErrNotFound, c.name+" after a rollback")
		}
		for _, c := range listings() {
			if n, err := c.call(x.ctx, x.r, 0); n != 0 || err != nil {
				x.Fatalf("%s after a rollback: %d items and error %v", c.name, n, err)
			}
		}
	})
}

func testUpdatePanic(t testing.TB, open Open) {
	h := start(t, open)
	const thrown = "thrown by fn"
	var caught any
	func() {
		defer func() { caught = recover() }()
		_, _ = h.attempt(acme, func(x tx) error {
			x.putUser(person(1, "one"))
			panic(thrown)
		})
	}()
	if caught != thrown {
		h.Fatalf("recovered %v, want what fn panicked with", caught)
	}
	var err error
	if !h.soon(func() { _, err = h.attempt(acme, func(x tx) error { return x.w.PutUser(x.ctx, person(2, "two")) }) }) {
		h.Fatalf("the next Update hangs")
	}
	h.ok(err, "the next Update")
	h.view(acme, func(x tx) { x.same(x.ids(storage.Query{}), []user.ID{2}, "the users") })

	func() {
		defer func() { caught = recover() }()
		_ = h.s.View(h.ctx, acme, func(context.Context, storage.Reader) error { panic("thrown in View") })
	}()
	if caught != "thrown in View" {
		h.Fatalf("View: recovered %v, want what fn panicked with", caught)
	}
	h.put(acme, person(3, "three"))
}

func testUpdatePoisoned(t testing.TB, open Open) {
	h := start(t, open)
	l := newLedger()
	first, second := l.fund(100), l.fund(100)
	first.Key = "key"
	h.update(acme, func(x tx) {
		x.putUser(person(1, "one"))
		x.putReference(ref(user.ReferenceView, 1, "view"))
		x.post(first)
	})
	double, wrong, late := second, second, first
	double.Key = "key"
	late.Key = ""
	wrong.Postings = []balance.Posting{{From: balance.World, To: balance.Account, Amount: 1, ToAfter: 1}}
	spoilers := []struct {
		name string
		want error
		call func(ctx context.Context, w storage.Writer) error
	}{
		{"PutUser of id 0", storage.ErrInvalid, func(ctx context.Context, w storage.Writer) error {
			return w.PutUser(ctx, person(0, "zero"))
		}},
		{"PutUser with a taken login", storage.ErrExists, func(ctx context.Context, w storage.Writer) error {
			u := person(5, "five")
			u.Identity.Login = "one"
			return w.PutUser(ctx, u)
		}},
		{"PutReference of id 0", storage.ErrInvalid, func(ctx context.Context, w storage.Writer) error {
			return w.PutReference(ctx, ref(user.ReferenceView, 0, "zero"))
		}},
		{"PutReference with a taken name", storage.ErrExists, func(ctx context.Context, w storage.Writer) error {
			return w.PutReference(ctx, ref(user.ReferenceView, 2, "view"))
		}},
		{"PostTransfer with an old id", storage.ErrInvalid, func(ctx context.Context, w storage.Writer) error {
			return w.PostTransfer(ctx, late)
		}},
		{"PostTransfer with a taken key", storage.ErrExists, func(ctx context.Context, w storage.Writer) error {
			return w.PostTransfer(ctx, double)
		}},
		{"PostTransfer that does not follow", storage.ErrConflict, func(ctx context.Context, w storage.Writer) error {
			return w.PostTransfer(ctx, wrong)
		}},
		{"Users with an invalid query", storage.ErrInvalid, func(ctx context.Context, w storage.Writer) error {
			_, err := w.Users(ctx, storage.Query{Limit: -1})
			return err
		}},
		{"User under a context that is done", context.Canceled, func(ctx context.Context, w storage.Writer) error {
			ctx, cancel := context.WithCancel(ctx)
			cancel()
			_, err := w.User(ctx, 1)
			return err
		}},
	}
	for _, sp := range spoilers {
		var told error // in the last run: an earlier one may have been told what turned out to be wrong
		_, err := h.attempt(acme, func(x tx) error {
			x.putUser(person(6, "six"))
			told = sp.call(x.ctx, x.w)
			// What follows may fail or not; it must not be kept.
			_ = x.w.PutUser(x.ctx, person(7, "seven"))
			return nil
		})
		h.is(told, sp.want, sp.name)
		h.is(err, sp.want, "Update whose fn swallowed the error of "+sp.name)
		h.view(acme, func(x tx) {
			x.same(x.ids(storage.Query{}), []user.ID{1}, "the users after "+sp.name)
			x.same(x.r.Revision(), user.Revision(1), "the revision after "+sp.name)
		})
	}
}

func testUpdateAbsence(t testing.TB, open Open) {
	h := start(t, open)
	a, b := person(1, "one"), person(2, "two")
	a.Contact.Email, b.Contact.Email = "shared@example.com", "shared@example.com"
	h.update(acme, func(x tx) {
		for _, c := range lookups() {
			x.is(c.call(x.ctx, x.w), storage.ErrNotFound, c.name)
		}
		x.putUser(a)
		x.is(x.w.PutSecret(x.ctx, 99, user.SecretOf("h", moment(1))), storage.ErrNotFound, "PutSecret of nobody")
		x.is(x.w.DeleteReference(x.ctx, user.ReferenceView, 99), storage.ErrNotFound, "DeleteReference of nothing")
		x.putUser(b)
		_, err := x.w.UserByKey(x.ctx, keyOf(a, user.KeyEmail))
		x.is(err, storage.ErrAmbiguous, "UserByKey of a key that two claim")
	})
	h.view(acme, func(x tx) { x.same(x.users(storage.Query{}), []user.User{a, b}, "the users") })
}

func testUpdateAfterEnd(t testing.TB, open Open) {
	h := start(t, open)
	for _, result := range []error{nil, errStop} {
		var kept storage.Writer
		_, _ = h.attempt(acme, func(x tx) error { kept = x.w; return result })
		for _, c := range append(reads(), writes()...) {
			h.is(c.call(h.ctx, kept), storage.ErrClosed, c.name+" of an Update that ended")
		}
	}
	testNothing(h)
}

// writes returns a call of each method of storage.Writer that writes, with the name of the method.
// Each call takes a storage.Reader, so that tests can use the list together with that of reads. The
// Reader must be a storage.Writer; otherwise the call panics.
func writes() []lookup {
	list := []struct {
		name string
		call func(ctx context.Context, w storage.Writer) error
	}{
		{"Load", func(ctx context.Context, w storage.Writer) error { return w.Load(ctx, storage.Counters{}) }},
		{"NextID", func(ctx context.Context, w storage.Writer) error {
			_, err := w.NextID(ctx, storage.UserIDs)
			return err
		}},
		{"PutAccount", func(ctx context.Context, w storage.Writer) error {
			return w.PutAccount(ctx, user.Account{ID: acme, Currency: "USD"})
		}},
		{"PutUser", func(ctx context.Context, w storage.Writer) error { return w.PutUser(ctx, person(1, "one")) }},
		{"PutSecret", func(ctx context.Context, w storage.Writer) error {
			return w.PutSecret(ctx, 1, user.SecretOf("h", moment(1)))
		}},
		{"PutReference", func(ctx context.Context, w storage.Writer) error {
			return w.PutReference(ctx, ref(user.ReferenceView, 1, "view"))
		}},
		{"DeleteReference", func(ctx context.Context, w storage.Writer) error {
			return w.DeleteReference(ctx, user.ReferenceView, 1)
		}},
		{"PostTransfer", func(ctx context.Context, w storage.Writer) error {
			return w.PostTransfer(ctx, newLedger().fund(1))
		}},
		{"AppendChange", func(ctx context.Context, w storage.Writer) error {
			c := change(1, "")
			c.ID = storage.ChangeID{Revision: 1} // after Load it is the caller's
			return w.AppendChange(ctx, c)
		}},
		{"Scrub", func(ctx context.Context, w storage.Writer) error { return w.Scrub(ctx, 1) }},
		{"CompactChanges", func(ctx context.Context, w storage.Writer) error {
			return w.CompactChanges(ctx, storage.ChangeID{}) // after Load there is no earlier revision
		}},
		{"PutDelivery", func(ctx context.Context, w storage.Writer) error { return w.PutDelivery(ctx, delivery("consumer", 1)) }},
		{"PutDeadLetter", func(ctx context.Context, w storage.Writer) error {
			return w.PutDeadLetter(ctx, "consumer", letterAt(1, 0))
		}},
		{"DeleteDeadLetter", func(ctx context.Context, w storage.Writer) error {
			return w.DeleteDeadLetter(ctx, "consumer", letterAt(1, 0).Change.ID)
		}},
		{"DeleteDelivery", func(ctx context.Context, w storage.Writer) error { return w.DeleteDelivery(ctx, "consumer") }},
	}
	var all []lookup
	for _, l := range list {
		all = append(all, lookup{l.name, func(ctx context.Context, r storage.Reader) error {
			return l.call(ctx, r.(storage.Writer))
		}})
	}
	return all
}

func testOwnWrites(t testing.TB, open Open) {
	h := start(t, open)
	for g := 1; g <= 2; g++ {
		w := everything(g)
		_, err := h.attempt(acme, func(x tx) error { w.write(x); w.check(x); return errStop })
		h.is(err, errStop, "Update")
		h.update(acme, func(x tx) { w.write(x); w.check(x) })
		h.view(acme, w.check)
	}
}
