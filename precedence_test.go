package roster_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

func TestPrecedenceOfErrors(t *testing.T) {
	bad := roster.WithReason(strings.Repeat("x", 501))
	everyAbility(t, writes, func(t *testing.T, w *world, a ability) {
		w.unchanged(a.name, func() {
			c, version := w.ctx, roster.IfVersion(77)
			w.is(second(a.do(c, w.as(noUser), noUser, bad, version)), validate.ErrInvalid, "shape before target, permission and version")
			if a.target != 0 {
				w.is(second(a.do(c, w.as(boss), noUser, version)), storage.ErrNotFound, "target before version")
			}
			w.is(second(a.do(c, w.as(noUser), a.target, version, roster.IfRevision(1))), permission.ErrDenied, "permission before version")
		})
	})
}

// TestVersionBeforeRuleBeforeUniqueness checks calls that break a rule, and some that take a name
// as well: the version is checked before the rule, and the rule before the name.
// internal/systemtest/model does so for money, accounts and restorations.
func TestVersionBeforeRuleBeforeUniqueness(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.ok(second(w.host.LockStatus(w.ctx, other, user.Timeout)))
		w.ok(second(w.host.Patch(w.ctx, manager, user.Patch{Profiles: user.Set(user.IDSetOf(agentProfile))})))
		h, c, none := w.host, w.ctx, user.IDSetOf[user.ProfileID](99)
		taken := named("agent")
		taken.User.Access.Profiles = none
		short := roster.PasswordChange{New: roster.PasswordOf("short")}
		wrong := roster.PasswordChange{New: newPhrase, Old: roster.PasswordOf("wrong"), HasOld: true}
		locked := user.Patch{Login: user.Set("boss"), Status: user.Set(user.DND)}
		plain := user.Reference{Kind: user.ReferenceProfile, ID: int64(agentProfile), Name: "Plain"}
		w.unchanged("what is refused", func() {
			for what, o := range map[string][]roster.CallOption{"a version": {roster.IfVersion(77)}, "a rule": nil, "a dry run": {roster.DryRun()}} {
				for _, tt := range []struct {
					name string
					err  error
					want error
				}{
					{"Create", second(h.Create(c, taken, o...)), validate.ErrInvalid},
					{"Patch", second(h.Patch(c, agent, user.Patch{Login: user.Set("boss"), Profiles: user.Set(none)}, o...)), validate.ErrInvalid},
					{"Patch of a locked status", second(h.Patch(c, other, locked, o...)), user.ErrStatusLocked},
					{"SetStatus", second(h.SetStatus(c, other, user.DND, 0, o...)), user.ErrStatusLocked},
					{"Reserve", second(h.Reserve(c, other, "chat", o...)), user.ErrNotReady},
					{"Release", second(h.Release(c, other, "chat", o...)), user.ErrNoSlot},
					{"ResetPassword", second(h.ResetPassword(c, agent, short, o...)), validate.ErrInvalid},
					{"ChangePassword", second(w.as(agent).ChangePassword(c, wrong, o...)), roster.ErrWrongPassword},
					{"PutReference", second(h.PutReference(c, plain, common(o)...)), roster.ErrInUse},
					{"DeleteReference", h.DeleteReference(c, plain.Kind, plain.ID, common(o)...), roster.ErrInUse},
				} {
					if what == "a version" {
						tt.want = roster.ErrStale
					}
					w.is(tt.err, tt.want, tt.name+", "+what)
				}
			}
		})
	})
}

// TestEveryCallRunsThePrecondition checks that each method that takes WithPrecondition returns its
// error and writes nothing. An option that a method does not take does not compile.
func TestEveryCallRunsThePrecondition(t *testing.T) {
	refused := errors.New("refused by the precondition")
	everyAbility(t, writes, func(t *testing.T, w *world, a ability) {
		if takesCommonOptions(a.name) {
			return
		}
		condition := roster.WithPrecondition(func(before, after user.User) error {
			if a.target != 0 && (before.ID != a.target || after.ID != a.target) {
				t.Errorf("user %d becomes user %d", before.ID, after.ID)
			}
			return refused
		})
		w.unchanged(a.name, func() { w.is(second(a.do(w.ctx, w.host, a.target, condition)), refused, a.name) })
	})
}

// takesCommonOptions reports whether the method takes CommonOptions only.
func takesCommonOptions(name string) bool {
	name = strings.TrimSuffix(name, "ToAll")
	m, ok := reflect.TypeFor[roster.Handle]().MethodByName(name)
	return ok && m.Type.In(m.Type.NumIn()-1).Elem() == reflect.TypeFor[roster.CommonOption]()
}
