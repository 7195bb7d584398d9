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

// TestAHashersErrorComesBackAndNothingIsWritten also checks that a panic of the hasher reaches the
// caller, and that later calls can write.
func TestAHashersErrorComesBackAndNothingIsWritten(t *testing.T) {
	broken := errors.New("no entropy")
	each(t, func(t *testing.T, w *world) {
		for _, hasher := range []user.Hasher{failing{broken}, panicking{}} {
			_, panics := hasher.(panicking)
			opts := []roster.Option{roster.WithHasher(hasher), roster.WithClock(func() time.Time { return w.now })}
			if !panics {
				opts = append(opts, roster.WithPasswordPolicy(password.History(1))) // it asks the hasher too
			}
			dir := roster.New(w.store, opts...)
			calls := hashCalls(w, dir)
			calls["SignIn of an unknown user"] = func() error { return second(dir.SignIn(w.ctx, "acme", "unknown", oldPhrase)) }
			for name, call := range calls {
				w.unchanged(name, func() {
					defer func() {
						if r := recover(); (r != nil) != (panics && name != "SignIn of an unknown user") {
							t.Errorf("%s: panic %v", name, r)
						}
					}()
					if err := call(); !panics {
						w.is(err, broken, name)
					}
				})
			}
		}
		w.ok(second(w.host.Patch(w.ctx, agent, user.Patch{LastName: user.Set("A")})))
	})
}

// TestAHashThatCannotBeStoredIsRefusedAndNothingIsWritten checks hashes that user.CheckHash
// refuses. The empty hash is one: stored, it would mean that the user has no password.
func TestAHashThatCannotBeStoredIsRefusedAndNothingIsWritten(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for _, hash := range []string{"", "$x$\x00", "$x$\xff", strings.Repeat("x", 1<<20)} {
			dir := roster.New(w.store, roster.WithHasher(careless{hash}), roster.WithClock(func() time.Time { return w.now }))
			for name, call := range hashCalls(w, dir) {
				w.unchanged(name, func() {
					err := call()
					w.is(err, user.ErrHash, name)
					if hash != "" && strings.Contains(err.Error(), hash) {
						t.Errorf("%s: the error repeats the hash", name)
					}
				})
			}
		}
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
