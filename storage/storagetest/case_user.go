package storagetest

import (
	"math"
	"time"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

var userRules = []rule{
	{"User/RoundTrip", "a user comes back with every attribute as it was put last; a storage keeps texts byte by byte, whatever " +
		"valid UTF-8 without NUL is in them: quotes, combining marks, 64 kB; and numbers up to the greatest int64", testUserRoundTrip},
	{"User/Invalid", "PutUser returns ErrInvalid if the id is not positive", func(h *harness) {
		for _, id := range []user.ID{0, -1, math.MinInt64} {
			u := person(1, "one")
			u.ID = id
			h.refused(storage.ErrInvalid, "PutUser with id "+id.String(), func(x tx) error { return x.w.PutUser(x.ctx, u) })
		}
		h.nothing()
	}},
	{"User/Times", "times from the year 1 to 9999 keep microseconds, come back in UTC, and the zero time comes back zero: those of " +
		"users, secrets, changes, transfers and statements", testTimes},
}

func testUserRoundTrip(h *harness) {
	want := []user.User{}
	for seed := 1; seed <= 30; seed++ {
		u := everyField[user.User](seed)
		u.ID = user.ID(seed)
		if seed%3 == 0 {
			u.Lifecycle.Deleted = time.Time{}
		}
		want = append(want, u)
	}
	greatest := user.User{ID: math.MaxInt64, Version: math.MaxInt64}
	greatest.Presence.CallID, greatest.Capacity.MemberOf.Group = math.MaxInt64, math.MaxInt64
	greatest.Capacity.Skills = user.IDSetOf[user.SkillID](5, 1<<53+1, math.MaxInt64)
	want = append(want, user.User{ID: 99}, greatest)
	check := func() {
		h.both(acme, func(x tx) {
			for _, u := range want {
				x.same(x.user(u.ID), u, "User "+u.ID.String())
			}
			x.same(x.users(storage.Query{Deleted: storage.WithDeleted}), want, "Users")
		})
	}
	h.put(acme, want...)
	check()
	other := everyField[user.User](77)
	other.ID = 3
	want[1], want[2] = user.User{ID: 2}, other
	h.put(acme, want[1:3]...)
	check()
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

var secretRules = []rule{
	{"Secret/RoundTrip", "a secret comes back as it was put, whatever is put of its user; the zero Secret if the user has none or is " +
		"not there", testSecretRoundTrip},
	{"Secret/Removed", "PutSecret of the zero Secret removes it", testSecretRemoved},
	{"Secret/NotFound", "PutSecret returns ErrNotFound if there is no such user", func(h *harness) {
		h.put(acme, person(1, "one"))
		for _, id := range []user.ID{0, -1, 2} {
			for _, s := range []user.Secret{{}, user.SecretOf("hash", moment(1))} {
				h.refused(storage.ErrNotFound, "PutSecret of user "+id.String(), func(x tx) error { return x.w.PutSecret(x.ctx, id, s) })
			}
		}
	}},
}

func (x tx) secret(id user.ID, want user.Secret, what string) {
	x.Helper()
	x.gives(want, what)(x.r.Secret(x.ctx, id))
}

func testSecretRoundTrip(h *harness) {
	last := user.ID(len(hostile))
	list := people(1, int(last)+1)
	h.put(acme, list...)
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
	list[0], list[1].Lifecycle.Deleted = person(1, "renamed"), moment(1)
	h.put(acme, list...)
	h.both(acme, func(x tx) {
		for id, secret := range want {
			x.secret(id, secret, "the secret of user "+id.String())
		}
		x.same(x.user(1), list[0], "the user with a secret")
	})
}

func testSecretRemoved(h *harness) {
	h.put(acme, people(1, 2)...)
	secret := everyField[user.Secret](1)
	h.update(acme, func(x tx) { x.putSecret(1, secret); x.putSecret(2, secret) })
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
}
