package storagetest

import (
	"testing"
	"time"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

func secretCases() []Case {
	return []Case{
		{"Secret/RoundTrip", "a secret comes back as it was put; the zero Secret if the user has none or is not there",
			testSecretRoundTrip},
		{"Secret/Apart", "secrets are apart from users: writing the one leaves the other as it is", testSecretApart},
		{"Secret/Removed", "PutSecret of the zero Secret removes it", testSecretRemoved},
		{"Secret/NotFound", "PutSecret returns ErrNotFound if there is no such user", testSecretNotFound},
	}
}

func (x tx) secret(id user.ID, want user.Secret, what string) {
	x.Helper()
	got, err := x.r.Secret(x.ctx, id)
	x.ok(err, "Secret")
	x.same(got, want, what)
}

func (x tx) putSecret(id user.ID, s user.Secret) {
	x.Helper()
	x.ok(x.w.PutSecret(x.ctx, id, s), "PutSecret")
}

func testSecretRoundTrip(t testing.TB, open Open) {
	h := start(t, open)
	h.put(acme, people(1, 4)...)
	first, second := filled[user.Secret](1), filled[user.Secret](2)
	bare := user.SecretOf("hash", moment(1))
	h.update(acme, func(x tx) {
		x.putSecret(1, second)
		x.putSecret(1, first)
		x.putSecret(2, second)
		x.putSecret(3, bare)
	})
	h.both(acme, func(x tx) {
		x.secret(1, first, "a secret put twice")
		x.secret(2, second, "a secret")
		x.secret(3, bare, "a secret without earlier ones")
		x.secret(4, user.Secret{}, "the secret of who has none")
		x.secret(99, user.Secret{}, "the secret of nobody")
		x.secret(0, user.Secret{}, "the secret of user 0")
	})
}

func testSecretApart(t testing.TB, open Open) {
	h := start(t, open)
	u, secret := person(1, "one"), filled[user.Secret](1)
	h.put(acme, u)
	h.update(acme, func(x tx) { x.putSecret(1, secret) })
	h.view(acme, func(x tx) { x.same(x.user(1), u, "the user after PutSecret") })
	for _, name := range []string{"renamed", "one"} {
		u = person(1, name)
		if name == "one" {
			u.Lifecycle.Deleted = time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
		}
		h.put(acme, u)
		h.both(acme, func(x tx) { x.secret(1, secret, "the secret after PutUser") })
	}
}

func testSecretRemoved(t testing.TB, open Open) {
	h := start(t, open)
	h.put(acme, people(1, 2)...)
	secret := filled[user.Secret](1)
	h.update(acme, func(x tx) {
		x.putSecret(1, secret)
		x.putSecret(2, secret)
	})
	h.update(acme, func(x tx) {
		x.putSecret(1, user.Secret{})
		x.secret(1, user.Secret{}, "a removed secret, in the transaction")
	})
	h.both(acme, func(x tx) {
		x.secret(1, user.Secret{}, "a removed secret")
		x.secret(2, secret, "another's secret")
	})
	h.update(acme, func(x tx) { x.putSecret(1, user.Secret{}) }) // none is no error
	h.update(acme, func(x tx) { x.putSecret(1, secret) })
	h.view(acme, func(x tx) { x.secret(1, secret, "a secret put after one was removed") })
}

func testSecretNotFound(t testing.TB, open Open) {
	h := start(t, open)
	h.put(acme, person(1, "one"))
	for _, id := range []user.ID{0, -1, 2} {
		for _, s := range []user.Secret{{}, user.SecretOf("hash", moment(1))} {
			_, err := h.attempt(acme, func(x tx) error { return x.w.PutSecret(x.ctx, id, s) })
			h.is(err, storage.ErrNotFound, "PutSecret of user "+id.String())
		}
	}
	h.put(acme, person(2, "two"))
	h.view(acme, func(x tx) { x.secret(2, user.Secret{}, "the secret of who came later") })
}
