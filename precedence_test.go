package roster_test

import (
	"strings"
	"testing"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

func TestPrecedenceOfErrors(t *testing.T) {
	bad := roster.WithReason(strings.Repeat("x", 501))
	everyAbility(t, writes, func(t *testing.T, w *world, a ability) {
		w.unchanged(a.name, func() {
			_, err := a.do(w.ctx, w.as(noUser), noUser, bad, roster.IfVersion(77))
			w.is(err, validate.ErrInvalid, "shape before target, permission and version")
			if a.target != 0 {
				_, err = a.do(w.ctx, w.as(boss), noUser, roster.IfVersion(77))
				w.is(err, storage.ErrNotFound, "target before version")
			}
			_, err = a.do(w.ctx, w.as(noUser), a.target, roster.IfVersion(77), roster.IfRevision(1))
			w.is(err, permission.ErrDenied, "permission before version")
		})
	})
}

func TestVersionBeforeRuleBeforeUniqueness(t *testing.T) {
	type call = func(w *world, o ...roster.CallOption) error
	for _, tt := range []struct {
		name string
		call call
		want error
	}{
		{"Create", func(w *world, o ...roster.CallOption) error {
			return second(w.host.Create(w.ctx, roster.CreateParams{User: user.User{
				Identity: user.Identity{Login: "agent"}, Access: user.Access{Profiles: user.IDSetOf[user.ProfileID](99)},
			}}, o...))
		}, validate.ErrInvalid},
		{"Patch", func(w *world, o ...roster.CallOption) error {
			return second(w.host.Patch(w.ctx, agent, user.Patch{Login: user.Set("boss"), Profiles: user.Set(user.IDSetOf[user.ProfileID](99))}, o...))
		}, validate.ErrInvalid},
		{"Patch of a locked status", func(w *world, o ...roster.CallOption) error {
			return second(w.host.Patch(w.ctx, other, user.Patch{Login: user.Set("boss"), Status: user.Set(user.DND)}, o...))
		}, user.ErrStatusLocked},
		{"SetStatus", func(w *world, o ...roster.CallOption) error {
			return second(w.host.SetStatus(w.ctx, other, user.DND, 0, o...))
		}, user.ErrStatusLocked},
		{"Reserve", func(w *world, o ...roster.CallOption) error {
			return second(w.host.Reserve(w.ctx, other, "chat", o...))
		}, user.ErrNotReady},
		{"Release", func(w *world, o ...roster.CallOption) error {
			return second(w.host.Release(w.ctx, other, "chat", o...))
		}, user.ErrNoSlot},
		{"Restore", func(w *world, o ...roster.CallOption) error { return second(w.host.Restore(w.ctx, agent, o...)) }, user.ErrNotDeleted},
		{"ResetPassword", func(w *world, o ...roster.CallOption) error {
			return second(w.host.ResetPassword(w.ctx, agent, roster.PasswordChange{New: roster.PasswordOf("short")}, o...))
		}, validate.ErrInvalid},
		{"ChangePassword", func(w *world, o ...roster.CallOption) error {
			return second(w.as(agent).ChangePassword(w.ctx, roster.PasswordChange{New: newPhrase, Old: roster.PasswordOf("wrong"), HasOld: true}, o...))
		}, roster.ErrWrongPassword},
		{"Transfer", func(w *world, o ...roster.CallOption) error {
			return second(w.host.Transfer(w.ctx, roster.TransferParams{Users: []user.ID{agent}, Amount: usd("1000.00")}, common(o)...))
		}, balance.ErrInsufficient},
		{"Fund", func(w *world, o ...roster.CallOption) error {
			return second(w.host.Fund(w.ctx, roster.FundParams{Amount: usd("-1000.00")}, common(o)...))
		}, balance.ErrInsufficient},
		{"Reverse", func(w *world, o ...roster.CallOption) error {
			return second(w.host.Reverse(w.ctx, roster.ReverseParams{TransferID: 3}, common(o)...))
		}, balance.ErrNotReversible},
		{"PutReference", func(w *world, o ...roster.CallOption) error {
			return second(w.host.PutReference(w.ctx, user.Reference{Kind: user.ReferenceProfile, ID: int64(agentProfile), Name: "Plain"}, common(o)...))
		}, roster.ErrInUse},
		{"DeleteReference", func(w *world, o ...roster.CallOption) error {
			return w.host.DeleteReference(w.ctx, user.ReferenceProfile, int64(agentProfile), common(o)...)
		}, roster.ErrInUse},
		{"UpdateAccount", func(w *world, o ...roster.CallOption) error {
			return second(w.host.UpdateAccount(w.ctx, user.Account{Currency: "EUR"}, common(o)...))
		}, balance.ErrCurrency},
	} {
		t.Run(tt.name, func(t *testing.T) {
			each(t, func(t *testing.T, w *world) {
				w.ok(second(w.host.LockStatus(w.ctx, other, user.Timeout)))
				w.ok(second(w.host.Patch(w.ctx, manager, user.Patch{Profiles: user.Set(user.IDSetOf(agentProfile))})))
				w.ok(second(w.host.Reverse(w.ctx, roster.ReverseParams{TransferID: 2})))
				w.unchanged(tt.name, func() {
					w.is(tt.call(w, roster.IfVersion(77)), roster.ErrStale, "version before rule")
					w.is(tt.call(w), tt.want, "rule")
					w.is(tt.call(w, roster.DryRun()), tt.want, "rule in a dry run")
				})
			})
		})
	}
}
