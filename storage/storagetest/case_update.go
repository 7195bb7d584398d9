package storagetest

import (
	"context"
	"fmt"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

var updateRules = []rule{
	{"Update/Commits", "readers see a commit whole, from the moment Update returns at the latest", func(h *harness) {
		for g := 1; g <= 2; g++ {
			h.update(acme, everything(g).write)
			h.both(acme, everything(g).check)
		}
	}},
	{"Update/OwnWrites", "a Writer reads with its own writes in what it reads, whatever method reads them", func(h *harness) {
		for g := 1; g <= 2; g++ {
			w := everything(g)
			h.rollback(func(x tx) { w.write(x); w.check(x) })
			h.update(acme, func(x tx) { w.write(x); w.check(x) })
		}
	}},
	{"Update/Revision", "Update returns the account's revision after it: one more than before if fn wrote, the same if " +
		"it wrote nothing; inside, Revision is that before it and Next one more", testUpdateRevision},
	{"Update/Rollback", "nothing is committed if fn returns an error, which is returned so that errors.Is finds it",
		testUpdateRollback},
	{"Update/Panic", "nothing is committed if fn panics, which is let through; the next Update has its turn",
		testUpdatePanic},
	{"Update/Poisoned", "nothing is committed if a method of the Writer returned an error other than ErrNotFound and " +
		"ErrAmbiguous, whatever fn made of it; that error is returned", testUpdatePoisoned},
	{"Update/Absence", "ErrNotFound and ErrAmbiguous do not keep an Update from committing", testUpdateAbsence},
	{"Update/Nil", "View and Update return ErrInvalid if there is no fn, and change nothing", func(h *harness) {
		h.is(h.s.View(h.ctx, acme, nil), storage.ErrInvalid, "View without fn")
		h.fails(storage.ErrInvalid, "Update without fn")(h.s.Update(h.ctx, acme, nil))
		h.nothing()
		h.put(acme, person(1, "one"))
	}},
	{"Update/AfterEnd", "the Writer is used by fn alone, while it runs; after it every method returns ErrClosed", func(h *harness) {
		for _, result := range []error{nil, errStop} {
			var kept storage.Writer
			_, _ = h.attempt(acme, func(x tx) error { kept = x.w; return result })
			for _, c := range methods() {
				h.fails(storage.ErrClosed, c.name+" of an Update that ended")(c.run(tx{h, h.ctx, kept, kept}))
			}
		}
		h.nothing()
	}},
	{"Update/ConfigRevision", "ConfigRevision is the greatest ConfigVersion that a user was ever put with, 0 if there " +
		"is none; inside Update, that before it", testConfigRevision},
}

func testUpdateRevision(h *harness) {
	revision := func(want user.Revision) func(x tx) {
		return func(x tx) { x.same(x.r.Revision(), want, "Revision") }
	}
	for i := user.Revision(0); i < 3; i++ {
		rev := h.update(acme, func(x tx) {
			for _, name := range []string{"one", "two"} {
				x.same([]user.Revision{x.r.Revision(), x.w.Next()}, []user.Revision{i, i + 1}, "Revision and Next")
				x.putUser(person(1, name))
			}
			x.same([]user.Revision{x.r.Revision(), x.w.Next()}, []user.Revision{i, i + 1}, "Revision and Next after a write")
		})
		h.same(rev, i+1, "what Update returns")
		h.view(acme, revision(i+1))
		h.same(h.update(acme, revision(i+1)), i+1, "what an Update returns that wrote nothing")
		h.rollback(func(x tx) { x.putUser(person(3, "three")) })
		h.view(acme, revision(i+1))
	}
	// Each kind of write counts.
	want := user.Revision(3)
	for _, c := range writes {
		switch c.name {
		case "Load", "NextID", "CompactChanges", "PutDelivery", "PutDeadLetter", "DeleteDeadLetter", "DeleteDelivery":
			continue // these do not, or not always
		}
		want++
		rev := h.update(acme, func(x tx) { got[any](h, c.name)(c.run(x)) })
		h.same(rev, want, "the revision after "+c.name)
	}
}

func testUpdateRollback(h *harness) {
	one, two := everything(1), everything(2)
	h.refused(errStop, "Update of an empty account", func(x tx) error {
		one.write(x)
		return fmt.Errorf("wrapped: %w", errStop)
	})
	h.nothing()
	h.update(acme, one.write)
	h.rollback(func(x tx) {
		two.write(x)
		x.scrub(1, 2)
		x.putSecret(1, user.Secret{})
		x.deleteReference(one.ref.Kind, one.ref.ID)
		x.ok(x.w.DeleteDeadLetter(x.ctx, one.delivery.Name, one.letters[0].Change.ID), "DeleteDeadLetter")
		x.putDelivery(delivery("other", 1))
		x.putLetter("other", one.letters[0])
		x.ok(x.w.DeleteDelivery(x.ctx, one.delivery.Name), "DeleteDelivery")
	})
	h.both(acme, one.check)
	h.update(acme, two.write) // nothing of the first attempt is in the way
	h.both(acme, two.check)
}

// catch calls f and returns the value that f panics with, or nil if f returns.
func catch(f func()) (caught any) {
	defer func() { caught = recover() }()
	f()
	return nil
}

func testUpdatePanic(h *harness) {
	h.same(catch(func() {
		_, _ = h.attempt(acme, func(x tx) error {
			x.putUser(person(1, "one"))
			panic("thrown in Update")
		})
	}), "thrown in Update", "what Update lets through")
	var err error
	if !h.inTime(func() { _, err = h.attempt(acme, func(x tx) error { return x.w.PutUser(x.ctx, person(2, "two")) }) }) {
		h.Fatalf("the next Update hangs")
	}
	h.ok(err, "the next Update")
	h.view(acme, func(x tx) { x.same(x.ids(storage.Query{}), []user.ID{2}, "the users") })
	h.same(catch(func() {
		_ = h.s.View(h.ctx, acme, func(context.Context, storage.Reader) error { panic("thrown in View") })
	}), "thrown in View", "what View lets through")
	h.put(acme, person(3, "three"))
}

func testUpdatePoisoned(h *harness) {
	wrong := newLedger().fund(100)
	h.put(acme, person(1, "one"))
	wrong.Postings = []balance.Posting{{From: balance.World, To: balance.Account, Amount: 1, ToAfter: 2}}
	for _, c := range []struct {
		name string
		want error
		call func(x tx) error
	}{
		{"PutUser with a taken login", storage.ErrExists, func(x tx) error {
			return x.w.PutUser(x.ctx, withKey(person(5, "five"), user.KeyLogin, "one"))
		}},
		{"PutReference of id 0", storage.ErrInvalid, func(x tx) error {
			return x.w.PutReference(x.ctx, ref(user.ReferenceView, 0, "zero"))
		}},
		{"PostTransfer that does not follow", storage.ErrConflict, func(x tx) error { return x.w.PostTransfer(x.ctx, wrong) }},
		{"Users with an invalid query", storage.ErrInvalid, func(x tx) error {
			_, err := x.w.Users(x.ctx, storage.Query{Limit: -1})
			return err
		}},
		{"User under a context that is done", context.Canceled, func(x tx) error {
			_, err := x.w.User(ended(x.ctx), 1)
			return err
		}},
	} {
		var told error // in the last run: an earlier one may have been told what turned out to be wrong
		h.refused(c.want, "Update whose fn swallowed the error of "+c.name, func(x tx) error {
			x.putUser(person(6, "six"))
			told = c.call(x)
			// What follows may fail or not; it must not be kept.
			_ = x.w.PutUser(x.ctx, person(7, "seven"))
			return nil
		})
		h.is(told, c.want, c.name)
		h.view(acme, func(x tx) {
			x.same(x.ids(storage.Query{}), []user.ID{1}, "the users after "+c.name)
			x.same(x.r.Revision(), user.Revision(1), "the revision after "+c.name)
		})
	}
}

func testUpdateAbsence(h *harness) {
	a, b := person(1, "one"), person(2, "two")
	a.Contact.Email, b.Contact.Email = "shared@example.com", "shared@example.com"
	h.update(acme, func(x tx) {
		for _, c := range lookups {
			x.fails(storage.ErrNotFound, c.name)(c.run(x))
		}
		x.putUser(a)
		x.is(x.w.PutSecret(x.ctx, 99, user.SecretOf("h", moment(1))), storage.ErrNotFound, "PutSecret of a missing user")
		x.is(x.w.DeleteReference(x.ctx, user.ReferenceView, 99), storage.ErrNotFound, "DeleteReference of nothing")
		x.putUser(b)
		x.fails(storage.ErrAmbiguous, "UserByKey of a key that two claim")(x.w.UserByKey(x.ctx, keyOf(a, user.KeyEmail)))
	})
	h.view(acme, func(x tx) { x.same(x.users(storage.Query{}), []user.User{a, b}, "the users") })
}

func testConfigRevision(h *harness) {
	configured := func(id user.ID, version user.Revision) user.User {
		u := person(id, fmt.Sprint("name", id))
		u.ConfigVersion = version
		return u
	}
	is := func(want user.Revision, when string) {
		h.Helper()
		h.both(acme, func(x tx) { x.same(x.r.ConfigRevision(), want, "ConfigRevision "+when) })
	}
	is(0, "of nothing")
	before := user.Revision(0)
	for _, c := range []struct {
		put   []user.User
		after user.Revision
		when  string
	}{
		{[]user.User{configured(1, 0)}, 0, "of users without one"},
		{[]user.User{configured(1, 1), configured(2, 3), configured(3, 2)}, 3, "of several users"},
		{[]user.User{configured(3, 2), configured(1, 1)}, 3, "after users were put who have less"},
		{[]user.User{configured(2, 1)}, 3, "after the greatest was put with less"},
		{[]user.User{configured(1, 1<<40)}, 1 << 40, "that is great"},
		{nil, 1 << 40, "after a change of something else"},
		{[]user.User{configured(2, 1<<40+1)}, 1<<40 + 1, "of a user who was read back"},
	} {
		h.rollback(func(x tx) { x.putUser(configured(4, 1<<41)) })
		h.update(acme, func(x tx) {
			x.putUser(c.put...)
			x.record(change(1, ""))
			x.users(storage.Query{}) // sends what is not sent yet, where a storage waits with that
			x.same(x.r.ConfigRevision(), before, "ConfigRevision after a write in the same Update")
		})
		is(c.after, c.when)
		before = c.after
	}
	for i, c := range []storage.Counters{{}, {Revision: 7}} {
		h.update("other", func(x tx) {
			x.ok(x.w.Load(x.ctx, c), "Load")
			x.putUser(configured(user.ID(i+1), user.Revision(5-i)))
		})
	}
	h.both("other", func(x tx) {
		x.same(x.r.ConfigRevision(), user.Revision(5), "ConfigRevision of an account that was loaded")
	})
}
