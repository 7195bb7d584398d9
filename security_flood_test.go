package roster_test

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/user/password"
)

// held is a source of salts that blocks each read until open is closed. So it blocks a call of
// the hasher and the slot of the call.
type held struct{ entered, open chan struct{} }

func (h held) Read(b []byte) (int, error) {
	h.entered <- struct{}{}
	<-h.open
	return len(b), nil
}

// TestAFloodOfPasswordsIsCapped blocks the only slot of the hasher. Many sign-ins then wait
// without using memory for a comparison, and end with their context. The account can be read and
// written, and later sign-ins succeed.
func TestAFloodOfPasswordsIsCapped(t *testing.T) {
	const flood, kib = 200, 4096
	gate := held{make(chan struct{}), make(chan struct{})}
	w := newWorld(t, memstore.New())
	hasher := must(password.New(password.WithConcurrency(1), password.WithRandom(gate),
		password.WithCost(password.Cost{Memory: kib, Time: 1, Threads: 1})))
	dir := roster.New(w.store, roster.WithHasher(hasher))
	host := dir.As("acme", roster.SystemActor())

	var busy sync.WaitGroup
	busy.Go(func() {
		if _, err := host.ResetPassword(w.ctx, manager, roster.PasswordChange{New: newPhrase}); err != nil {
			t.Error(err)
		}
	})
	<-gate.entered

	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	ctx, cancel := context.WithTimeout(w.ctx, 100*time.Millisecond)
	defer cancel()
	var waiting sync.WaitGroup
	for i := range flood {
		waiting.Go(func() {
			login := []string{"agent", "nobody", "other"}[i%3]
			if _, err := dir.SignIn(ctx, "acme", login, newPhrase); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("a sign-in beyond the slot: %v", err)
			}
		})
	}
	_, err := host.Get(w.ctx, agent)
	w.ok(err)
	_, err = host.Disable(w.ctx, other) // a call that hashes does not block writers
	w.ok(err)
	waiting.Wait()
	runtime.ReadMemStats(&after)
	if got, all := after.TotalAlloc-before.TotalAlloc, uint64(flood*kib<<10); got > all/10 {
		t.Errorf("%d bytes were allocated by those who wait; working they would take %d", got, all)
	}

	close(gate.open)
	busy.Wait()
	_, err = dir.SignIn(w.ctx, "acme", "manager", newPhrase)
	w.ok(err)
}

// TestAMebibyteOfPasswordIsNotHashed checks that every call refuses a password that is too long
// before it is hashed.
func TestAMebibyteOfPasswordIsNotHashed(t *testing.T) {
	hasher := must(password.New(password.WithCost(password.Cost{Memory: 4096, Time: 1, Threads: 1})))
	w := newWorld(t, memstore.New())
	dir := roster.New(w.store, roster.WithHasher(hasher))
	host, long := dir.As("acme", roster.SystemActor()), roster.PasswordOf(strings.Repeat("x", 1<<20))
	for name, call := range map[string]func() error{
		"SignIn":         func() error { return second(dir.SignIn(w.ctx, "acme", "agent", long)) },
		"SignIn unknown": func() error { return second(dir.SignIn(w.ctx, "acme", "nobody", long)) },
		"ResetPassword":  func() error { return second(host.ResetPassword(w.ctx, agent, roster.PasswordChange{New: long})) },
		"Create": func() error {
			return second(host.Create(w.ctx, roster.CreateParams{Password: long, User: user.User{Identity: user.Identity{Login: "new"}}}))
		},
		"ChangePassword": func() error {
			return second(dir.As("acme", roster.UserActor(agent)).ChangePassword(w.ctx,
				roster.PasswordChange{New: newPhrase, Old: long, HasOld: true}))
		},
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		err := call()
		runtime.ReadMemStats(&after)
		if err == nil {
			t.Errorf("%s took it", name)
		}
		if got := after.TotalAlloc - before.TotalAlloc; got >= 4096<<10 {
			t.Errorf("%s: %d bytes, as much as a comparison", name, got)
		}
	}
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
	before, err := w.dir.As("acme", roster.SystemActor()).Revision(w.ctx)
	w.ok(err)
	u, err := roster.New(w.store, roster.WithHasher(busyHasher{})).SignIn(w.ctx, "acme", "agent", oldPhrase)
	w.ok(err)
	after, err := w.dir.As("acme", roster.SystemActor()).Revision(w.ctx)
	w.ok(err)
	if u.ID != agent || after != before {
		t.Errorf("user %d, revision %d, was %d", u.ID, after, before)
	}
}
