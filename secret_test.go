package roster_test

import (
	"context"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/user/password"
)

// texts calls f with every text in v, those in unexported fields too.
func texts(v reflect.Value, f func(string)) {
	switch v.Kind() {
	case reflect.String:
		f(v.String())
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			texts(v.Elem(), f)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			texts(v.Field(i), f)
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			texts(v.Index(i), f)
		}
	case reflect.Map:
		for _, k := range v.MapKeys() {
			texts(k, f)
			texts(v.MapIndex(k), f)
		}
	}
}

// counting counts the calls of a hasher.
type counting struct {
	user.Hasher
	verified, unknown, hashed atomic.Int32
	before                    func() // runs before each hash is made
}

func (c *counting) Verify(ctx context.Context, hash, plain string) (bool, bool, error) {
	c.verified.Add(1)
	return c.Hasher.Verify(ctx, hash, plain)
}

func (c *counting) VerifyUnknown(ctx context.Context, plain string) error {
	c.unknown.Add(1)
	return c.Hasher.VerifyUnknown(ctx, plain)
}

func (c *counting) Hash(ctx context.Context, plain string) (string, error) {
	c.hashed.Add(1)
	if c.before != nil {
		c.before()
	}
	return c.Hasher.Hash(ctx, plain)
}

// TestSignIn checks who may sign in. Each sign-in makes one comparison, whatever the login is, so
// that its time does not tell which logins exist.
func TestSignIn(t *testing.T) {
	hasher := &counting{Hasher: cheap()}
	each(t, func(t *testing.T, w *world) {
		for _, tt := range []struct {
			name, login string
			plain       roster.Password
			want        error
		}{
			{"login and password", "agent", oldPhrase, nil},
			{"the login in another case", "AGENT", oldPhrase, nil},
			{"a wrong password", "agent", newPhrase, roster.ErrCredentials},
			{"no password", "agent", roster.Password{}, roster.ErrCredentials},
			{"an unknown login", "unknown", oldPhrase, roster.ErrCredentials},
			{"no login", "", oldPhrase, roster.ErrCredentials},
			{"a user without a password", "other", roster.Password{}, roster.ErrCredentials},
			{"a deleted user", "gone", oldPhrase, roster.ErrCredentials},
			{"a text that is no login", "a\x00b", oldPhrase, roster.ErrCredentials},
			{"a mebibyte", strings.Repeat("a", 1<<20), roster.PasswordOf(strings.Repeat("b", 1<<20)), roster.ErrCredentials},
		} {
			before := hasher.verified.Load() + hasher.unknown.Load()
			u, err := w.dir.SignIn(w.ctx, "acme", tt.login, tt.plain)
			w.is(err, tt.want, tt.name)
			if n := hasher.verified.Load() + hasher.unknown.Load() - before; (u.ID == agent) != (tt.want == nil) || n != 1 {
				t.Errorf("%s: user %d, %d comparisons", tt.name, u.ID, n)
			}
		}
		w.is(second(w.dir.SignIn(w.ctx, "globex", "agent", oldPhrase)), roster.ErrCredentials, "another account")
		w.ok(second(w.host.Disable(w.ctx, agent)))
		w.is(second(w.dir.SignIn(w.ctx, "acme", "agent", oldPhrase)), roster.ErrDisabled, "a disabled user with the right password")
		w.is(second(w.dir.SignIn(w.ctx, "acme", "agent", newPhrase)), roster.ErrCredentials, "a disabled user with a wrong password")
	}, roster.WithHasher(hasher))
}

// TestNothingIsHashedForWhoIsRefused checks that a call that is denied, or whose password is too
// long, hashes nothing.
func TestNothingIsHashedForWhoIsRefused(t *testing.T) {
	hasher := &counting{Hasher: cheap()}
	w := newWorld(t, memstore.New(), roster.WithHasher(hasher))
	hasher.hashed.Store(0)
	hasher.verified.Store(0)
	n, long := roster.PasswordChange{New: newPhrase, Old: oldPhrase, HasOld: true}, roster.PasswordOf(strings.Repeat("x", 1<<20))
	newUser := roster.CreateParams{User: named("new").User, Password: newPhrase}
	denied, host, c := w.as(other), w.host, w.ctx
	for i, err := range []error{
		second(denied.ResetPassword(c, agent, n)),
		second(denied.ResetPassword(c, noUser, n)),
		second(host.ResetPassword(c, noUser, n)),
		second(host.ResetPassword(c, agent, n, roster.IfVersion(77))),
		second(host.ResetPassword(c, agent, n, roster.WithReason("\x00"))),
		second(w.as(agent).ChangePassword(c, roster.PasswordChange{New: newPhrase})),
		second(w.as(agent).ChangePassword(c, roster.PasswordChange{New: roster.PasswordOf("short"), Old: oldPhrase, HasOld: true})),
		second(host.ResetPassword(c, agent, roster.PasswordChange{New: long})),
		second(host.Create(c, roster.CreateParams{User: newUser.User, Password: long})),
		second(denied.Create(c, newUser)),
		second(host.Create(c, newUser, roster.IfRevision(1))),
		second(w.dir.As("globex", roster.SystemActor()).Create(c, newUser)),
	} {
		if err == nil {
			t.Errorf("call %d was not refused", i)
		}
	}
	if hasher.hashed.Load()+hasher.verified.Load() != 0 {
		t.Errorf("%d hashed, %d verified", hasher.hashed.Load(), hasher.verified.Load())
	}
}

func TestASignInIsWholeWhenTheStorageFails(t *testing.T) {
	strong := must(password.New(password.WithCost(password.Cost{Memory: 16, Time: 1, Threads: 1})))
	w := newWorld(t, memstore.New())
	w.ok(second(w.failingIn("SignIn", strong, func(dir *roster.Directory) error {
		return second(dir.SignIn(w.ctx, "acme", "agent", oldPhrase))
	})))
}

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

// busyHasher accepts every password, asks for a new hash, and is busy when it is to make one.
type busyHasher struct{ careless }

func (busyHasher) Hash(context.Context, string) (string, error) { return "", password.ErrBusy }

// TestSignInDoesNotWaitForANewHash checks that a sign-in succeeds if the hasher is too busy to
// make a new hash.
func TestSignInDoesNotWaitForANewHash(t *testing.T) {
	w := newWorld(t, memstore.New())
	w.unchanged("a sign-in", func() {
		busy := roster.New(w.store, roster.WithHasher(busyHasher{}))
		if u := must(busy.SignIn(w.ctx, "acme", "agent", oldPhrase)); u.ID != agent {
			t.Errorf("user %d signed in", u.ID)
		}
	})
}
