package roster_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/user/password"
	"github.com/ca74b63c/roster/validate"
)

func TestChangingPasswords(t *testing.T) {
	type change = roster.PasswordChange
	own := func(p change) func(w *world) error {
		return func(w *world) error { return second(w.as(agent).ChangePassword(w.ctx, p)) }
	}
	reset := func(by roster.Actor, id user.ID, p change) func(w *world) error {
		return func(w *world) error { return second(w.dir.As("acme", by).ResetPassword(w.ctx, id, p)) }
	}
	right, none := change{New: newPhrase, Old: oldPhrase, HasOld: true}, change{New: newPhrase}
	wrong := change{New: newPhrase, Old: roster.PasswordOf("a wrong guess"), HasOld: true}
	admin, long := roster.UserActor(boss), roster.PasswordOf(strings.Repeat("x", 1<<20))
	for _, tt := range []struct {
		name string
		do   func(w *world) error
		want error
	}{
		{"one's own with the old one", own(right), nil},
		{"one's own with a wrong old one", own(wrong), roster.ErrWrongPassword},
		{"one's own with a wrong old one, without HasOld", own(change{New: newPhrase, Old: wrong.Old}), roster.ErrWrongPassword},
		{"one's own without the old one", own(none), permission.ErrDenied},
		{"a reset of one's own without the old one", reset(roster.UserActor(agent), agent, none), permission.ErrDenied},
		{"a reset of one's own as an administrator", reset(admin, boss, none), permission.ErrDenied},
		{"one's own where there is none", reset(admin, boss, right), roster.ErrWrongPassword},
		{"a reset by an administrator", reset(admin, agent, none), nil},
		{"a reset by an administrator who gives a wrong old one", reset(admin, agent, wrong), roster.ErrWrongPassword},
		{"a reset of a user without a password", reset(admin, other, none), nil},
		{"a reset by the host", reset(roster.SystemActor(), agent, none), nil},
		{"a reset of a deleted user", reset(roster.SystemActor(), gone, none), storage.ErrNotFound},
		{"a reset of a hidden user", reset(roster.UserActor(other), agent, none), permission.ErrDenied},
		{"the host has no password", func(w *world) error { return second(w.host.ChangePassword(w.ctx, right)) }, storage.ErrNotFound},
		{"one's own when disabled", func(w *world) error {
			w.ok(second(w.host.Disable(w.ctx, other)))
			return second(w.as(other).ChangePassword(w.ctx, right))
		}, permission.ErrDenied},
		{"a mebibyte", own(change{New: long, Old: oldPhrase, HasOld: true}), validate.ErrInvalid},
		{"the user's own name", own(change{New: roster.PasswordOf("ann agent"), Old: oldPhrase, HasOld: true}), validate.ErrInvalid},
	} {
		each(t, func(t *testing.T, w *world) {
			before := w.state().Secrets
			w.is(tt.do(w), tt.want, tt.name)
			if tt.want != nil && !cmp.Equal(w.state().Secrets, before) {
				t.Errorf("%s: the password changed", tt.name)
			}
		})
	}
}

// TestAnEditWithAPasswordIsAlsoAChangeOfPassword checks that an edit with a patch and a password
// records two changes. A reset keeps ChangeNextLogin, and a change by the user clears it.
func TestAnEditWithAPasswordIsAlsoAChangeOfPassword(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.ok(second(w.host.Patch(w.ctx, agent, user.Patch{ChangeNextLogin: user.Set(true)})))
		seen := w.start()
		reset, own := roster.PasswordChange{New: newPhrase}, roster.PasswordChange{New: oldPhrase, Old: newPhrase, HasOld: true}
		w.ok(second(w.host.Edit(w.ctx, []roster.Edit{{ID: agent, Patch: user.Patch{LastName: user.Set("A")}, Password: &reset}})))
		kept := w.user(agent).Credentials.ChangeNextLogin
		w.ok(second(w.as(agent).ChangePassword(w.ctx, own)))
		if !kept || w.user(agent).Credentials.ChangeNextLogin {
			t.Errorf("ChangeNextLogin is %t after a reset, and %t after a change", kept, !kept)
		}
		var types []storage.ChangeType
		for _, c := range must(w.host.Changes(w.ctx, storage.ChangeQuery{After: seen})) {
			types = append(types, c.Type)
		}
		want := []storage.ChangeType{storage.UserUpdated, storage.PasswordChanged, storage.PasswordChanged}
		same(t, "the changes", types, want)
	})
}

// TestAPasswordChangedMeanwhileIsJudgedAnew checks that a call starts again if the stored
// password changes between the check of the old password and the write.
func TestAPasswordChangedMeanwhileIsJudgedAnew(t *testing.T) {
	hasher := &counting{Hasher: cheap()}
	w := newWorld(t, memstore.New(), roster.WithHasher(hasher))
	meddle := func(times int) {
		hasher.before = func() {
			if times == 0 {
				return
			}
			times--
			before := hasher.before
			hasher.before = nil
			meddled := roster.PasswordChange{New: roster.PasswordOf(fmt.Sprint("meddled phrase ", times))}
			w.ok(second(w.host.ResetPassword(w.ctx, agent, meddled)))
			hasher.before = before
		}
	}
	meddle(1)
	_, err := w.as(agent).ChangePassword(w.ctx, roster.PasswordChange{New: newPhrase, Old: oldPhrase, HasOld: true})
	w.is(err, roster.ErrWrongPassword, "the proof is of a password that is no more")
	w.ok(second(w.dir.SignIn(w.ctx, "acme", "agent", roster.PasswordOf("meddled phrase 0"))))

	meddle(2)
	w.ok(second(w.host.ResetPassword(w.ctx, agent, roster.PasswordChange{New: newPhrase})))
	w.ok(second(w.dir.SignIn(w.ctx, "acme", "agent", newPhrase)))

	meddle(9)
	_, err = w.host.ResetPassword(w.ctx, agent, roster.PasswordChange{New: oldPhrase})
	w.is(err, roster.ErrStale, "others kept changing it")
}

// TestAnAPIUserHasNoPassword checks "A User which is created as an API User doesn't have a
// password" (LivePerson).
func TestAnAPIUserHasNoPassword(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		given := roster.PasswordChange{New: newPhrase}
		robot := roster.CreateParams{User: user.User{ID: 21, Identity: user.Identity{Login: "robot", APIUser: true}}}
		makes := func(api bool) error {
			edit := roster.Edit{ID: agent, Patch: user.Patch{APIUser: user.Set(api)}, Password: &given}
			return second(w.host.Edit(w.ctx, []roster.Edit{edit}))
		}
		w.ok(second(w.host.Create(w.ctx, robot)))
		robot.User.ID, robot.Password = 22, newPhrase
		w.is(second(w.host.Create(w.ctx, robot)), validate.ErrInvalid, "created with one")
		w.is(second(w.host.ResetPassword(w.ctx, 21, given)), validate.ErrInvalid, "given one")
		w.is(makes(true), validate.ErrInvalid, "given one by the edit that makes an API user")

		r := must(w.host.Patch(w.ctx, agent, user.Patch{APIUser: user.Set(true), ChangeNextLogin: user.Set(true)}))
		// A user without a password has none to change.
		if c := r.User.Credentials; !r.Changed.Has(user.AttrPassword) || c.HasPassword || r.Changed.Has(user.AttrChangeNextLogin) || c.ChangeNextLogin {
			t.Errorf("changed %v, credentials %+v", r.Changed, c)
		}
		w.is(second(w.dir.SignIn(w.ctx, "acme", "agent", oldPhrase)), roster.ErrCredentials, "signs in with the former password")
		w.ok(makes(false))
	})
}

// TestARequiredPasswordChangeNeedsAnotherPassword checks that a user with ChangeNextLogin must
// choose another password, even if the policy remembers none.
func TestARequiredPasswordChangeNeedsAnotherPassword(t *testing.T) {
	same := roster.PasswordChange{New: oldPhrase, Old: oldPhrase, HasOld: true}
	another := roster.PasswordChange{New: newPhrase, Old: oldPhrase, HasOld: true}
	lifted := user.Patch{ChangeNextLogin: user.Set(false)}
	admin := user.Patch{Granted: user.Set(user.RolesOf(user.Admin, user.Agent))}
	for _, tt := range []struct {
		name     string
		do       func(w *world) error
		refused  bool
		required bool // afterwards
	}{
		{"ChangePassword", func(w *world) error { return second(w.as(agent).ChangePassword(w.ctx, same)) }, true, true},
		{"ResetPassword of one's own", func(w *world) error { return second(w.as(agent).ResetPassword(w.ctx, agent, same)) }, true, true},
		{"Edit of one's own that lifts the requirement", func(w *world) error {
			w.ok(second(w.host.Patch(w.ctx, agent, admin)))
			return second(w.as(agent).Edit(w.ctx, []roster.Edit{{ID: agent, Patch: lifted, Password: &same}}))
		}, true, true},
		{"another password", func(w *world) error { return second(w.as(agent).ChangePassword(w.ctx, another)) }, false, false},
		// Another actor does not learn the present password, and the requirement stays.
		{"a reset by an administrator", func(w *world) error {
			return second(w.as(boss).ResetPassword(w.ctx, agent, roster.PasswordChange{New: oldPhrase}))
		}, false, true},
	} {
		each(t, func(t *testing.T, w *world) {
			w.ok(second(w.host.Patch(w.ctx, agent, user.Patch{ChangeNextLogin: user.Set(true)})))
			err := tt.do(w)
			refused, required := field(err) == password.PathNew && hasProblem(err, password.Reused), w.user(agent).Credentials.ChangeNextLogin
			if refused != tt.refused || required != tt.required {
				t.Errorf("%s: error %v, a change is required: %t", tt.name, err, required)
			}
		})
	}
	w := newWorld(t, memstore.New())
	w.ok(second(w.as(agent).ChangePassword(w.ctx, same))) // no change is required, and no password is remembered
}

func TestARequirementThatArrivesMeanwhileIsObeyed(t *testing.T) {
	hasher := &counting{Hasher: cheap()}
	w := newWorld(t, memstore.New(), roster.WithHasher(hasher))
	hasher.before = func() {
		hasher.before = nil
		w.ok(second(w.host.Patch(w.ctx, agent, user.Patch{ChangeNextLogin: user.Set(true)})))
	}
	_, err := w.as(agent).ChangePassword(w.ctx, roster.PasswordChange{New: oldPhrase, Old: oldPhrase, HasOld: true})
	if field(err) != password.PathNew || !w.user(agent).Credentials.ChangeNextLogin {
		t.Errorf("error %v", err)
	}
}

// failing is a hasher that cannot work.
type failing struct{ err error }

func (f failing) Hash(context.Context, string) (string, error) { return "", f.err }
func (f failing) Verify(context.Context, string, string) (bool, bool, error) {
	return false, false, f.err
}
func (f failing) VerifyUnknown(context.Context, string) error { return f.err }

// hashCalls are the calls that hash or verify a password, by a directory with another hasher.
func hashCalls(w *world, dir *roster.Directory) map[string]func() (any, error) {
	c, host := w.ctx, dir.As("acme", roster.SystemActor())
	robin := roster.CreateParams{User: user.User{Identity: user.Identity{Login: "robin"}}, Password: newPhrase}
	change := roster.PasswordChange{New: newPhrase, Old: oldPhrase, HasOld: true}
	edits := []roster.Edit{{ID: other}, {ID: agent, Patch: user.Patch{LastName: user.Set("A")}, Password: &change}}
	return map[string]func() (any, error){
		"SignIn":         func() (any, error) { return dir.SignIn(c, "acme", "agent", oldPhrase) },
		"Create":         func() (any, error) { return host.Create(c, robin) },
		"CreateMany":     func() (any, error) { return host.CreateMany(c, []roster.CreateParams{robin}) },
		"Edit":           func() (any, error) { return host.Edit(c, edits) },
		"ResetPassword":  func() (any, error) { return host.ResetPassword(c, other, roster.PasswordChange{New: newPhrase}) },
		"ChangePassword": func() (any, error) { return dir.As("acme", roster.UserActor(agent)).ChangePassword(c, change) },
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
					_, err := call()
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
