package roster_test

import (
	"fmt"
	"strings"
	"testing"

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
	own := func(p roster.PasswordChange) func(w *world) error {
		return func(w *world) error { _, err := w.as(agent).ChangePassword(w.ctx, p); return err }
	}
	reset := func(by roster.Actor, id user.ID, p roster.PasswordChange) func(w *world) error {
		return func(w *world) error { _, err := w.dir.As("acme", by).ResetPassword(w.ctx, id, p); return err }
	}
	right := roster.PasswordChange{New: newPhrase, Old: oldPhrase, HasOld: true}
	wrong := roster.PasswordChange{New: newPhrase, Old: roster.PasswordOf("a wrong guess"), HasOld: true}
	none := roster.PasswordChange{New: newPhrase}
	for _, tt := range []struct {
		name string
		do   func(w *world) error
		want error
	}{
		{"one's own with the old one", own(right), nil},
		{"one's own with a wrong old one", own(wrong), roster.ErrWrongPassword},
		{"one's own without the old one", own(none), permission.ErrDenied},
		{"a reset of one's own without the old one", reset(roster.UserActor(agent), agent, none), permission.ErrDenied},
		{"a reset of one's own as an administrator", reset(roster.UserActor(boss), boss, none), permission.ErrDenied},
		{"one's own where there is none", reset(roster.UserActor(boss), boss, right), roster.ErrWrongPassword},
		{"a reset by an administrator", reset(roster.UserActor(boss), agent, none), nil},
		{"a reset by an administrator who gives a wrong old one", reset(roster.UserActor(boss), agent, wrong), roster.ErrWrongPassword},
		{"a reset of a user without a password", reset(roster.UserActor(boss), other, none), nil},
		{"a reset by the host", reset(roster.SystemActor(), agent, none), nil},
		{"a reset of a deleted user", reset(roster.SystemActor(), gone, none), storage.ErrNotFound},
		{"a reset of a hidden user", reset(roster.UserActor(other), agent, none), permission.ErrDenied},
		{"the host has no password", func(w *world) error { _, err := w.host.ChangePassword(w.ctx, right); return err }, storage.ErrNotFound},
		{"one's own when disabled", func(w *world) error {
			w.ok(second(w.host.Disable(w.ctx, other)))
			return second(w.as(other).ChangePassword(w.ctx, right))
		}, permission.ErrDenied},
		{"a mebibyte", own(roster.PasswordChange{New: roster.PasswordOf(strings.Repeat("x", 1<<20)), Old: oldPhrase, HasOld: true}), validate.ErrInvalid},
		{"the user's own name", own(roster.PasswordChange{New: roster.PasswordOf("ann agent"), Old: oldPhrase, HasOld: true}), validate.ErrInvalid},
	} {
		t.Run(tt.name, func(t *testing.T) {
			each(t, func(t *testing.T, w *world) {
				before := w.state()
				w.is(tt.do(w), tt.want, tt.name)
				_, err := w.dir.SignIn(w.ctx, "acme", "agent", oldPhrase)
				if kept := err == nil; tt.want != nil && (!kept || !cmp.Equal(w.state().Secrets, before.Secrets)) {
					t.Errorf("the old password works: %t", kept)
				}
			})
		})
	}
}

// TestAnEditWithAPasswordIsAlsoAChangeOfPassword checks that an edit with a patch and a password
// records two changes.
func TestAnEditWithAPasswordIsAlsoAChangeOfPassword(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		seen := w.state().Revision
		w.ok(second(w.host.Patch(w.ctx, agent, user.Patch{ChangeNextLogin: user.Set(true)})))
		_, err := w.host.Edit(w.ctx, []roster.Edit{{ID: agent, Patch: user.Patch{LastName: user.Set("A")}, Password: &roster.PasswordChange{New: newPhrase}}})
		w.ok(err)
		if !w.user(agent).Credentials.ChangeNextLogin {
			t.Error("a reset cleared ChangeNextLogin")
		}
		_, err = w.as(agent).ChangePassword(w.ctx, roster.PasswordChange{New: oldPhrase, Old: newPhrase, HasOld: true})
		w.ok(err)
		if w.user(agent).Credentials.ChangeNextLogin {
			t.Error("ChangeNextLogin stays after the change")
		}
		var types []storage.ChangeType
		for _, c := range w.state().Changes {
			if c.ID.Revision > seen {
				types = append(types, c.Type)
			}
		}
		want := fmt.Sprint([]storage.ChangeType{storage.UserUpdated, storage.UserUpdated, storage.PasswordChanged, storage.PasswordChanged})
		if fmt.Sprint(types) != want {
			t.Errorf("got %v, want %v", types, want)
		}
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
			_, err := w.host.ResetPassword(w.ctx, agent, roster.PasswordChange{New: roster.PasswordOf(fmt.Sprintf("meddled phrase %d", times))})
			w.ok(err)
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
		robot := user.User{ID: 21, Identity: user.Identity{Login: "robot", APIUser: true}, Access: user.Access{AllowedAppKeys: "k"}}
		_, err := w.host.Create(w.ctx, roster.CreateParams{User: robot, Password: newPhrase})
		w.is(err, validate.ErrInvalid, "created with one")
		w.ok(second(w.host.Create(w.ctx, roster.CreateParams{User: robot})))
		_, err = w.host.ResetPassword(w.ctx, 21, roster.PasswordChange{New: newPhrase})
		w.is(err, validate.ErrInvalid, "given one")
		_, err = w.host.Edit(w.ctx, []roster.Edit{{ID: agent, Patch: user.Patch{APIUser: user.Set(true)}, Password: &roster.PasswordChange{New: newPhrase}}})
		w.is(err, validate.ErrInvalid, "given one by the edit that makes an API user")

		r, err := w.host.Patch(w.ctx, agent, user.Patch{APIUser: user.Set(true), ChangeNextLogin: user.Set(true)})
		w.ok(err)
		if !r.Changed.Has(user.AttrPassword) || r.User.Credentials.HasPassword {
			t.Errorf("changed %v", r.Changed)
		}
		// A user without a password has none to change.
		if r.Changed.Has(user.AttrChangeNextLogin) || r.User.Credentials.ChangeNextLogin {
			t.Errorf("changed %v, credentials %+v", r.Changed, r.User.Credentials)
		}
		_, err = w.dir.SignIn(w.ctx, "acme", "agent", oldPhrase)
		w.is(err, roster.ErrCredentials, "signs in with the former password")
		_, err = w.host.Edit(w.ctx, []roster.Edit{{ID: agent, Patch: user.Patch{APIUser: user.Set(false)}, Password: &roster.PasswordChange{New: newPhrase}}})
		w.ok(err)
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
		t.Run(tt.name, func(t *testing.T) {
			each(t, func(t *testing.T, w *world) {
				w.ok(second(w.host.Patch(w.ctx, agent, user.Patch{ChangeNextLogin: user.Set(true)})))
				err := tt.do(w)
				if refused := err != nil && field(err) == password.PathNew && hasProblem(err, password.Reused); refused != tt.refused {
					t.Errorf("error %v", err)
				}
				if got := w.user(agent).Credentials.ChangeNextLogin; got != tt.required {
					t.Errorf("a change is required: %t", got)
				}
			})
		})
	}
	w := newWorld(t, memstore.New())
	_, err := w.as(agent).ChangePassword(w.ctx, same)
	w.is(err, nil, "the same password where no change is required and none is remembered")
}

// TestARequirementThatArrivesMeanwhileIsObeyed sets ChangeNextLogin while the new password is
// hashed.
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
