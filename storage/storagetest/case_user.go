package storagetest

import (
	"fmt"
	"math"
	"time"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

var userRules = []rule{
	{"User/RoundTrip", "a user comes back with every attribute as it was put; a storage keeps texts byte by byte, whatever valid " +
		"UTF-8 without NUL is in them: quotes, combining marks, 64 kB", func(h *harness) {
		want := []user.User{}
		for seed := 1; seed <= 30; seed++ {
			u := everyField[user.User](seed)
			u.ID = user.ID(seed)
			if seed%3 == 0 {
				u.Lifecycle.Deleted = time.Time{}
			}
			want = append(want, u)
		}
		want = append(want, user.User{ID: 99})
		h.put(acme, want...)
		h.both(acme, func(x tx) {
			for _, u := range want {
				x.same(x.user(u.ID), u, "User "+u.ID.String())
			}
			x.same(x.users(storage.Query{Deleted: storage.WithDeleted}), want, "Users")
		})
	}},
	{"User/NotFound", "reading a user who is not there returns ErrNotFound", func(h *harness) {
		h.put(acme, people(1, 3)...)
		h.both(acme, func(x tx) {
			for _, id := range []user.ID{0, -1, 4, math.MinInt64, math.MaxInt64, 1 << 32} {
				x.fails(storage.ErrNotFound, "User "+id.String())(x.r.User(x.ctx, id))
			}
		})
	}},
	{"User/Invalid", "PutUser returns ErrInvalid if the id is not positive", func(h *harness) {
		for _, id := range []user.ID{0, -1, math.MinInt64} {
			u := person(1, "one")
			u.ID = id
			h.refused(storage.ErrInvalid, "PutUser with id "+id.String(), func(x tx) error { return x.w.PutUser(x.ctx, u) })
		}
		h.nothing()
	}},
	{"User/Replaced", "PutUser on a stored user replaces every attribute", testUserReplaced},
	{"User/Deleted", "User returns deleted and erased users too", testUserDeleted},
	{"User/Times", "times from the year 1 to 9999 keep microseconds, come back in UTC, and the zero time comes back zero: those of " +
		"users, secrets, changes, transfers and statements", testTimes},
}

func testUserReplaced(h *harness) {
	full := everyField[user.User](1)
	full.ID, full.Lifecycle.Deleted = 1, time.Time{}
	states := []user.User{full, {ID: 1}, person(1, "one"), full, person(1, "other")}
	for _, u := range states {
		h.put(acme, u)
		h.both(acme, func(x tx) {
			x.same(x.user(1), u, "User after PutUser")
			x.same(x.users(storage.Query{}), []user.User{u}, "Users after PutUser")
		})
	}
	h.update(acme, func(x tx) {
		for _, u := range states {
			x.putUser(u)
			x.same(x.user(1), u, "User after PutUser in one transaction")
		}
	})
	h.view(acme, func(x tx) { x.same(x.user(1), states[len(states)-1], "User who was put several times") })
}

func testUserDeleted(h *harness) {
	deleted := person(1, "deleted")
	deleted.Lifecycle.Deleted = moment(3)
	erased, err := user.Erase(person(2, "erased"), moment(4))
	h.ok(err, "user.Erase")
	restored := person(3, "restored")
	restored.Lifecycle.Deleted = moment(5)
	h.put(acme, deleted, erased, restored)
	restored.Lifecycle.Deleted = time.Time{}
	h.put(acme, restored)
	h.both(acme, func(x tx) {
		x.same([]user.User{x.user(1), x.user(2), x.user(3)}, []user.User{deleted, erased, restored}, "users, deleted, erased and restored")
		x.same(x.ids(storage.Query{}), []user.ID{3}, "the users who live")
		x.same(x.byKey(keyOf(restored, user.KeyEmail)), restored, "the restored user by e-mail")
	})
}

// times returns the least and the greatest time, and times between them that storages often lose.
func times() []time.Time {
	zone := time.FixedZone("somewhere", 5*3600+1800)
	return []time.Time{
		{},
		time.Date(1, 1, 1, 0, 0, 0, 1000, time.UTC),
		time.Date(1969, 12, 31, 23, 59, 59, 999999000, time.UTC),
		time.Unix(0, 0).UTC(),
		time.Date(2024, 2, 29, 12, 0, 0, 1000, time.UTC),
		time.Date(2024, 10, 27, 1, 30, 0, 123456000, time.UTC), // twice on many clocks
		user.NormalizeTime(time.Date(2025, 1, 1, 0, 0, 0, 999999999, zone)),
		time.Date(2262, 4, 11, 23, 47, 16, 854776000, time.UTC), // the first whose nanoseconds need 65 bits
		time.Date(9999, 12, 31, 23, 59, 59, 999999000, time.UTC),
	}
}

func testTimes(h *harness) {
	l := newLedger()
	for i, moment := range times() {
		u := user.User{ID: user.ID(i + 1)}
		u.Lifecycle.Created, u.Presence.Since, u.Credentials.ChangedAt = moment, moment, moment
		u.Capacity.Reservations = user.ListOf(user.Reservation{Channel: "c", Until: moment})
		c := change(u.ID, "")
		c.At, c.Created, c.Diff = moment, &u, user.Diff(user.User{}, u)
		secret, fund := user.SecretOf("h", moment), l.fund(10)
		fund.At = moment
		l.instead(fund)
		h.update(acme, func(x tx) {
			x.putUser(u)
			x.putSecret(u.ID, secret)
			x.record(c)
			x.post(fund)
		})
		c.ID = storage.ChangeID{Revision: user.Revision(i + 1)}
		h.both(acme, func(x tx) {
			x.same(x.user(u.ID), u, "User")
			x.same(x.changes()[i], c, "Changes")
			changed := got[user.Secret](h, "Secret")(x.r.Secret(x.ctx, u.ID)).Changed()
			x.same(changed, moment, "the time of a secret")
			x.same(x.transfer(fund.ID), fund, "Transfer")
			x.same(x.transfers(storage.TransferQuery{}), l.posted, "Transfers")
			x.checkStatements(l, balance.Account)
		})
	}
}

var numberRules = []rule{
	{"Number/Extremes", "numbers come back as they were put, up to the greatest that an int64 holds", testExtremes},
}

func testExtremes(h *harness) {
	l := newLedger()
	fund := l.fund(balance.MaxUnits)
	h.update(acme, func(x tx) { x.post(fund) })
	var ids []user.ID
	for i, id := range extremes {
		ids = append(ids, user.ID(id))
		u := person(user.ID(id), fmt.Sprint("user", id))
		u.Version = user.Revision(id)
		u.Presence.CallID, u.Capacity.MemberOf.Group = id, user.GroupID(id)
		u.Capacity.Skills = user.IDSetOf(user.SkillID(id), 5)
		u.Access.Applications = user.IDSetOf(user.ApplicationID(id))
		u.Capacity.MaxAsyncChats = user.Some(0)
		l.last = balance.TransferID(100 + i)
		pay := l.pay(1, balance.Holder(id))
		pay.Actor, pay.Requested = user.ID(id), money(balance.MaxUnits)
		pay.Postings[0].Name = ""
		l.instead(pay)
		r := ref(user.ReferenceSkill, id, fmt.Sprint("skill", id))
		c := storage.Change{
			Actor: u.ID, UserID: u.ID, ReferenceKind: user.ReferenceSkill, ReferenceID: id, TransferID: balance.TransferID(id),
		}
		h.update(acme, func(x tx) {
			x.putUser(u)
			x.putReference(r)
			x.post(pay)
			x.record(c)
		})
		c.ID = storage.ChangeID{Revision: user.Revision(i + 2)}
		h.both(acme, func(x tx) {
			x.same(x.user(u.ID), u, "User")
			x.same(x.byKey(keyOf(u, user.KeyLogin)), u, "UserByKey")
			x.same(x.users(storage.Query{Skill: user.SkillID(id), MemberOf: user.GroupID(id)}), []user.User{u}, "Users")
			x.has(r)
			x.same(x.transfer(pay.ID), pay, "Transfer")
			x.checkStatements(l, balance.Holder(id))
			x.same(x.changes()[i], c, "Changes")
		})
	}
	h.view(acme, func(x tx) { x.same(x.ids(storage.Query{}), ids, "the users") })
}

var secretRules = []rule{
	{"Secret/RoundTrip", "a secret comes back as it was put; the zero Secret if the user has none or is not there",
		testSecretRoundTrip},
	{"Secret/Apart", "secrets are apart from users: writing the one leaves the other as it is", testSecretApart},
	{"Secret/Removed", "PutSecret of the zero Secret removes it", testSecretRemoved},
	{"Secret/NotFound", "PutSecret returns ErrNotFound if there is no such user", testSecretNotFound},
}

func (x tx) secret(id user.ID, want user.Secret, what string) {
	x.Helper()
	x.gives(want, what)(x.r.Secret(x.ctx, id))
}

func testSecretRoundTrip(h *harness) {
	last := user.ID(len(hostile))
	h.put(acme, people(1, int(last)+1)...)
	want := map[user.ID]user.Secret{last + 1: {}, 99: {}, 0: {}} // without a secret, or not there
	h.update(acme, func(x tx) {
		for id := user.ID(1); id <= last; id++ {
			want[id] = everyField[user.Secret](int(id))
			if id == last {
				want[id] = user.SecretOf("hash", moment(1)) // without earlier ones
			}
			x.putSecret(id, everyField[user.Secret](77))
			x.putSecret(id, want[id])
		}
	})
	h.both(acme, func(x tx) {
		for id, secret := range want {
			x.secret(id, secret, "the secret of user "+id.String())
		}
	})
}

func testSecretApart(h *harness) {
	u, secret := person(1, "one"), everyField[user.Secret](1)
	h.put(acme, u)
	h.update(acme, func(x tx) { x.putSecret(1, secret) })
	h.view(acme, func(x tx) { x.same(x.user(1), u, "the user after PutSecret") })
	deleted := u
	deleted.Lifecycle.Deleted = moment(1)
	for _, u := range []user.User{person(1, "renamed"), deleted} {
		h.put(acme, u)
		h.both(acme, func(x tx) { x.secret(1, secret, "the secret after PutUser") })
	}
}

func testSecretRemoved(h *harness) {
	h.put(acme, people(1, 2)...)
	secret := everyField[user.Secret](1)
	put := func(ids ...user.ID) {
		h.update(acme, func(x tx) {
			for _, id := range ids {
				x.putSecret(id, secret)
			}
		})
	}
	put(1, 2)
	for range 2 { // where there is none, it is no error
		h.update(acme, func(x tx) {
			x.putSecret(1, user.Secret{})
			x.secret(1, user.Secret{}, "a removed secret, in the transaction")
		})
		h.both(acme, func(x tx) {
			x.secret(1, user.Secret{}, "a removed secret")
			x.secret(2, secret, "another's secret")
		})
	}
	put(1)
	h.view(acme, func(x tx) { x.secret(1, secret, "a secret put after one was removed") })
}

func testSecretNotFound(h *harness) {
	h.put(acme, person(1, "one"))
	for _, id := range []user.ID{0, -1, 2} {
		for _, s := range []user.Secret{{}, user.SecretOf("hash", moment(1))} {
			h.refused(storage.ErrNotFound, "PutSecret of user "+id.String(), func(x tx) error { return x.w.PutSecret(x.ctx, id, s) })
		}
	}
	h.put(acme, person(2, "two"))
	h.view(acme, func(x tx) { x.secret(2, user.Secret{}, "the secret of who came later") })
}
