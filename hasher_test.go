package roster_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/user/password"
)

// failing is a hasher that cannot work.
type failing struct{ err error }

func (f failing) Hash(context.Context, string) (string, error) { return "", f.err }
func (f failing) Verify(context.Context, string, string) (bool, bool, error) {
	return false, false, f.err
}
func (f failing) VerifyUnknown(context.Context, string) error { return f.err }

// hashCalls are the calls that hash or verify a password, by a directory with another hasher.
func hashCalls(w *world, dir *roster.Directory) map[string]func() error {
	c, host := w.ctx, dir.As("acme", roster.SystemActor())
	robin := roster.CreateParams{User: user.User{Identity: user.Identity{Login: "robin"}}, Password: newPhrase}
	change := roster.PasswordChange{New: newPhrase, Old: oldPhrase, HasOld: true}
	edits := []roster.Edit{{ID: other}, {ID: agent, Patch: user.Patch{LastName: user.Set("A")}, Password: &change}}
	return map[string]func() error{
		"SignIn":         func() error { return second(dir.SignIn(c, "acme", "agent", oldPhrase)) },
		"Create":         func() error { return second(host.Create(c, robin)) },
		"CreateMany":     func() error { return second(host.CreateMany(c, []roster.CreateParams{robin})) },
		"Edit":           func() error { return second(host.Edit(c, edits)) },
		"ResetPassword":  func() error { return second(host.ResetPassword(c, other, roster.PasswordChange{New: newPhrase})) },
		"ChangePassword": func() error { return second(dir.As("acme", roster.UserActor(agent)).ChangePassword(c, change)) },
	}
}

// TestAHasherThatFailsWritesNothing checks that the error or the panic of a hasher reaches the
// caller, and that later calls can write. user.CheckHash refuses the other hashes. The empty one
// would mean that the user has no password.
func TestAHasherThatFailsWritesNothing(t *testing.T) {
	broken := errors.New("no entropy")
	each(t, func(t *testing.T, w *world) {
		for _, tt := range []struct {
			hasher user.Hasher
			want   error // nil for a panic
		}{
			{failing{broken}, broken}, {panicking{}, nil}, {careless{""}, user.ErrHash}, {careless{"$x$\x00"}, user.ErrHash},
			{careless{"$x$\xff"}, user.ErrHash}, {careless{strings.Repeat("x", 1<<20)}, user.ErrHash},
		} {
			opts := []roster.Option{roster.WithHasher(tt.hasher), roster.WithClock(func() time.Time { return w.now })}
			if tt.want == broken {
				opts = append(opts, roster.WithPasswordPolicy(password.History(1))) // it asks the hasher too
			}
			dir := roster.New(w.store, opts...)
			for name, call := range hashCalls(w, dir) {
				w.unchanged(name, func() {
					defer func() {
						if r := recover(); (r != nil) != (tt.want == nil) {
							t.Errorf("%s: panic %v", name, r)
						}
					}()
					err := call()
					w.is(err, tt.want, name)
					if c, ok := tt.hasher.(careless); ok && c.hash != "" && strings.Contains(err.Error(), c.hash) {
						t.Errorf("%s: the error repeats the hash", name)
					}
				})
			}
		}
		dir := roster.New(w.store, roster.WithHasher(failing{broken}))
		w.is(second(dir.SignIn(w.ctx, "acme", "unknown", oldPhrase)), broken, "SignIn of an unknown user")
		w.ok(second(w.host.Patch(w.ctx, agent, user.Patch{LastName: user.Set("A")})))
	})
}

// careless is a hasher that returns the same hash for every password, accepts every password, and
// calls every hash outdated.
type careless struct{ hash string }

func (c careless) Hash(context.Context, string) (string, error) { return c.hash, nil }
func (careless) Verify(context.Context, string, string) (bool, bool, error) {
	return true, true, nil
}
func (careless) VerifyUnknown(context.Context, string) error { return nil }

// panicking is a hasher that panics when it makes a hash.
type panicking struct{ careless }

func (panicking) Hash(context.Context, string) (string, error) { panic("no entropy") }
