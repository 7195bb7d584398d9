package roster_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// TestListWithFunds checks that a list with Balances has the page of the list without, and what
// Handle.Balances returns for each of its users.
func TestListWithFunds(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.ok(second(w.host.Patch(w.ctx, other, user.Patch{ParentAccounting: user.Set(true)})))
		for _, l := range []roster.ListParams{
			{}, {Query: storage.Query{Deleted: storage.WithDeleted, Descending: true, Limit: 2}, Total: true},
			{Query: storage.Query{IDs: []user.ID{nobody}}},
		} {
			want := must(w.host.List(w.ctx, l))
			if want.Balances != nil {
				t.Errorf("balances that the list does not ask for: %v", want.Balances)
			}
			ids := make([]user.ID, len(want.Users))
			for i, u := range want.Users {
				ids[i] = u.ID
			}
			want.Balances = must(w.host.Balances(w.ctx, ids...))
			l.Balances = true
			if diff := cmp.Diff(want, must(w.host.List(w.ctx, l))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		}
	})
}

// TestListWithFundsHidesWhatBalancesRefuses checks that a list has the zero UserBalance for a
// user whose balance the actor may not read, and does not show the balance of the account.
func TestListWithFundsHidesWhatBalancesRefuses(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.ok(second(w.host.Patch(w.ctx, manager, user.Patch{ParentAccounting: user.Set(true)})))
		refusing := func(err error) roster.Handle {
			return w.as(boss).WithAuthorizer(permission.AuthorizerFunc(func(_ context.Context, r permission.Request) error {
				if r.Action == permission.MoneyRead && (r.Target.ID == other || r.Target.ID == 0) {
					return err
				}
				return nil
			}))
		}
		h := refusing(&permission.Denied{})
		page, err := h.List(w.ctx, roster.ListParams{Balances: true})
		w.ok(err)
		for i, u := range page.Users {
			want := []roster.UserBalance{{}}
			if u.ID != other {
				want = must(h.Balances(w.ctx, u.ID))
			}
			if diff := cmp.Diff(want[0], page.Balances[i]); diff != "" {
				t.Errorf("user %d (-Balances +List):\n%s", u.ID, diff)
			}
		}
		w.is(second(h.Balances(w.ctx, other)), permission.ErrDenied, "Balances of a user whose balance is hidden")
		elsewhere := w.dir.As("never-written", roster.SystemActor())
		w.is(second(elsewhere.List(w.ctx, roster.ListParams{Balances: true})), storage.ErrNotFound, "no account")
		down := errors.New("down")
		w.is(second(refusing(down).List(w.ctx, roster.ListParams{Balances: true})), down, "an Authorizer that fails")
	})
}
