package storagetest

import (
	"context"
	"fmt"
	"testing"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

func configCases() []Case {
	return []Case{
		{"Update/ConfigRevision", "ConfigRevision is the greatest ConfigVersion that a user was ever put with, 0 if there " +
			"is none; inside Update, that before it", testConfigRevision},
		{"Update/ConfigRevisions", "ConfigRevision counts what others put at the same time", testConfigRevisions},
	}
}

// configured returns a user with the id and with version as ConfigVersion. The names and keys are
// derived from the text "name" followed by the id; see person.
func configured(id user.ID, version user.Revision) user.User {
	u := person(id, fmt.Sprint("name", id))
	u.ConfigVersion = version
	return u
}

func testConfigRevision(t testing.TB, open Open) {
	h := start(t, open)
	is := func(want user.Revision, when string) {
		h.Helper()
		h.both(acme, func(x tx) { x.same(x.r.ConfigRevision(), want, "ConfigRevision "+when) })
	}
	put := func(before user.Revision, users ...user.User) {
		h.Helper()
		h.update(acme, func(x tx) {
			for _, u := range users {
				x.putUser(u)
				x.same(x.r.ConfigRevision(), before, "ConfigRevision after a write in the same Update")
			}
		})
	}
	is(0, "of nothing")
	put(0, configured(1, 0))
	is(0, "of users without one")
	put(0, configured(1, 1), configured(2, 3), configured(3, 2))
	is(3, "of several users")
	h.update(acme, func(x tx) { x.record(change(1, "")) })
	is(3, "after a change of something else")
	put(3, configured(3, 2), configured(1, 1))
	is(3, "after users were put who have less")
	put(3, configured(2, 1))
	is(3, "after the greatest was put with less")
	_, err := h.attempt(acme, func(x tx) error { x.putUser(configured(1, 9)); return errStop })
	h.is(err, errStop, "Update")
	is(3, "after a rollback")
	put(3, configured(1, 1<<40))
	is(1<<40, "that is great")
	h.update(acme, func(x tx) {
		x.putUser(configured(2, 1<<40+1))
		x.user(2) // sends what is not sent yet, where a storage waits with that
		_, err := x.r.Users(x.ctx, storage.Query{})
		x.ok(err, "Users")
	})
	is(1<<40+1, "of a user who was read back")

	h.update("other", func(x tx) { x.ok(x.w.Load(x.ctx, storage.Counters{}), "Load"); x.putUser(configured(1, 5)) })
	h.update("other", func(x tx) {
		x.ok(x.w.Load(x.ctx, storage.Counters{Revision: 7}), "Load")
		x.putUser(configured(2, 4))
	})
	h.both("other", func(x tx) {
		x.same(x.r.ConfigRevision(), user.Revision(5), "ConfigRevision of an account that was loaded")
	})
}

func testConfigRevisions(t testing.TB, open Open) {
	h := start(t, open)
	const workers, rounds = 6, 12
	h.put(acme, people(1, workers)...)
	check := func(ctx context.Context, r storage.Reader) error {
		users, err := r.Users(ctx, storage.Query{})
		var greatest user.Revision
		for _, u := range users {
			greatest = max(greatest, u.ConfigVersion)
		}
		if err == nil && greatest != r.ConfigRevision() {
			err = fmt.Errorf("ConfigRevision is %d, and a user has %d", r.ConfigRevision(), greatest)
		}
		return err
	}
	err := attempts(workers, func(n int) error {
		for i := range rounds {
			_, err := h.s.Update(h.ctx, acme, func(ctx context.Context, w storage.Writer) error {
				if i%4 == 0 {
					if err := check(ctx, w); err != nil {
						return err
					}
				}
				u, err := w.User(ctx, user.ID(n+1))
				if err != nil {
					return err
				}
				u.Capacity.MaxChats++
				if i%3 != 0 {
					u.ConfigVersion = w.Next()
				}
				return w.PutUser(ctx, u)
			})
			if err == nil {
				err = h.s.View(h.ctx, acme, check)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	h.ok(err, "Update and View")
	h.view(acme, func(x tx) { h.ok(check(x.ctx, x.r), "View") })
}
