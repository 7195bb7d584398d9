package roster_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/memstore"
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

func TestAHashersErrorComesBackAndNothingIsWritten(t *testing.T) {
	w := newWorld(t, memstore.New())
	broken := errors.New("no entropy")
	dir := roster.New(w.store, roster.WithHasher(failing{broken}), roster.WithClock(func() time.Time { return noon }),
		roster.WithPasswordPolicy(password.History(1)))
	host := dir.As("acme", roster.SystemActor())
	w.unchanged("a broken hasher", func() {
		for name, call := range map[string]func() error{
			"SignIn":        func() error { return second(dir.SignIn(w.ctx, "acme", "agent", oldPhrase)) },
			"SignInUnknown": func() error { return second(dir.SignIn(w.ctx, "acme", "unknown", oldPhrase)) },
			"Create": func() error {
				return second(host.Create(w.ctx, roster.CreateParams{User: user.User{Identity: user.Identity{Login: "new"}}, Password: newPhrase}))
			},
			"Reset": func() error {
				return second(host.ResetPassword(w.ctx, other, roster.PasswordChange{New: newPhrase}))
			},
			"Reuse": func() error {
				return second(host.ResetPassword(w.ctx, agent, roster.PasswordChange{New: newPhrase}))
			},
			"Change": func() error {
				return second(dir.As("acme", roster.UserActor(agent)).ChangePassword(w.ctx, roster.PasswordChange{New: newPhrase, Old: oldPhrase, HasOld: true}))
			},
		} {
			w.is(call(), broken, name)
		}
	})
}

// TestAHashThatCannotBeStoredIsRefusedAndNothingIsWritten checks hashes that user.CheckHash
// refuses. The empty hash is one: stored, it would mean that the user has no password.
func TestAHashThatCannotBeStoredIsRefusedAndNothingIsWritten(t *testing.T) {
	for name, hash := range map[string]string{
		"no hash": "", "NUL": "$x$\x00", "invalid UTF-8": "$x$\xff", "a mebibyte": strings.Repeat("x", 1<<20),
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, w *world) {
				dir := roster.New(w.store, roster.WithHasher(careless{hash}), roster.WithClock(func() time.Time { return w.now }))
				host := dir.As("acme", roster.SystemActor())
				robin := roster.CreateParams{User: user.User{Identity: user.Identity{Login: "robin"}}, Password: newPhrase}
				for name, call := range map[string]func() error{
					"SignIn":     func() error { return second(dir.SignIn(w.ctx, "acme", "agent", oldPhrase)) },
					"Create":     func() error { return second(host.Create(w.ctx, robin)) },
					"CreateMany": func() error { return second(host.CreateMany(w.ctx, []roster.CreateParams{robin})) },
					"Edit": func() error {
						patch := user.Patch{LastName: user.Set("A")}
						return second(host.Edit(w.ctx, []roster.Edit{{ID: other}, {ID: agent, Patch: patch, Password: &roster.PasswordChange{New: newPhrase}}}))
					},
					"ResetPassword": func() error {
						return second(host.ResetPassword(w.ctx, other, roster.PasswordChange{New: newPhrase}))
					},
					"ChangePassword": func() error {
						own := dir.As("acme", roster.UserActor(agent))
						return second(own.ChangePassword(w.ctx, roster.PasswordChange{New: newPhrase, Old: oldPhrase, HasOld: true}))
					},
				} {
					w.unchanged(name, func() {
						err := call()
						w.is(err, user.ErrHash, name)
						if hash != "" && strings.Contains(err.Error(), hash) {
							t.Errorf("%s: the error repeats the hash", name)
						}
					})
				}
			})
		})
	}
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

// TestAHasherThatPanicsLeavesEverythingAsItWas checks that a panic of the hasher reaches the
// caller, that nothing is written, and that later calls can write.
func TestAHasherThatPanicsLeavesEverythingAsItWas(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		dir := roster.New(w.store, roster.WithHasher(panicking{}), roster.WithClock(func() time.Time { return w.now }))
		host := dir.As("acme", roster.SystemActor())
		for name, call := range map[string]func() error{
			"SignIn": func() error { return second(dir.SignIn(w.ctx, "acme", "agent", oldPhrase)) },
			"Create": func() error {
				return second(host.Create(w.ctx, roster.CreateParams{User: user.User{Identity: user.Identity{Login: "robin"}}, Password: newPhrase}))
			},
			"ResetPassword": func() error {
				return second(host.ResetPassword(w.ctx, agent, roster.PasswordChange{New: newPhrase}))
			},
		} {
			w.unchanged(name, func() {
				defer func() {
					if recover() == nil {
						t.Errorf("%s: no panic", name)
					}
				}()
				_ = call()
			})
		}
		w.ok(second(w.host.Patch(w.ctx, agent, user.Patch{LastName: user.Set("A")})))
	})
}
