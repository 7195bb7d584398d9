package roster_test

import (
	"context"
	"testing"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/user/password"
)

// TestHashingHoldsNoLock reads and writes the account while a call hashes a password.
func TestHashingHoldsNoLock(t *testing.T) {
	hasher := &counting{Hasher: cheap()}
	w := newWorld(t, memstore.New(), roster.WithHasher(hasher))
	hasher.before = func() {
		w.ok(second(w.host.Get(w.ctx, agent)))
		w.ok(second(w.host.Disable(w.ctx, other)))
	}
	w.ok(second(w.host.ResetPassword(w.ctx, manager, roster.PasswordChange{New: newPhrase})))
	w.ok(second(w.dir.SignIn(w.ctx, "acme", "manager", newPhrase)))
}

// busyHasher verifies passwords, asks for a new hash, and is busy when it is to make one.
type busyHasher struct{ user.Hasher }

func (busyHasher) Verify(context.Context, string, string) (ok, rehash bool, err error) {
	return true, true, nil
}

func (busyHasher) Hash(context.Context, string) (string, error) { return "", password.ErrBusy }

// TestSignInDoesNotWaitForANewHash checks that a sign-in succeeds if the hasher is too busy to
// make a new hash.
func TestSignInDoesNotWaitForANewHash(t *testing.T) {
	w := newWorld(t, memstore.New())
	w.ok(second(w.dir.As("acme", roster.SystemActor()).ResetPassword(w.ctx, agent, roster.PasswordChange{New: oldPhrase})))
	before := must(w.dir.As("acme", roster.SystemActor()).Revision(w.ctx))
	u := must(roster.New(w.store, roster.WithHasher(busyHasher{})).SignIn(w.ctx, "acme", "agent", oldPhrase))
	after := must(w.dir.As("acme", roster.SystemActor()).Revision(w.ctx))
	if u.ID != agent || after != before {
		t.Errorf("user %d, revision %d, was %d", u.ID, after, before)
	}
}
