package storagetest

import (
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

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
