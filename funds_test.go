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

// TestListWithFunds checks that a list with Balances returns what Handle.Balances returns for
// each user of the page.
func TestListWithFunds(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.ok(second(w.host.Patch(w.ctx, other, user.Patch{ParentAccounting: user.Set(true)})))
		for _, l := range []roster.ListParams{
			{}, {Query: storage.Query{Deleted: storage.WithDeleted, Descending: true, Limit: 2}, Total: true},
			{Query: storage.Query{IDs: []user.ID{nobody}}},
		} {
			without, err := w.host.List(w.ctx, l)
			w.ok(err)
			if without.Balances != nil {
				t.Errorf("%v was not asked for", without.Balances)
			}
			l.Balances = true
			page, err := w.host.List(w.ctx, l)
			w.ok(err)
			ids := make([]user.ID, len(page.Users))
			for i, u := range page.Users {
				ids[i] = u.ID
			}
			want, err := w.host.Balances(w.ctx, ids...)
			w.ok(err)
			if diff := cmp.Diff(want, page.Balances); diff != "" {
				t.Errorf("what they have differs (-Balances +List):\n%s", diff)
			}
			page.Balances = nil
			if diff := cmp.Diff(without, page); diff != "" {
				t.Errorf("the page differs (-without +with funds):\n%s", diff)
			}
		}
	})
}

// TestListWithFundsHidesWhatBalancesRefuses checks that a list has the zero UserBalance for a
// user whose balance the actor may not read, and does not show the balance of the account.
func TestListWithFundsHidesWhatBalancesRefuses(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.ok(second(w.host.Patch(w.ctx, manager, user.Patch{ParentAccounting: user.Set(true)})))
		h := w.as(boss).WithAuthorizer(permission.AuthorizerFunc(func(_ context.Context, r permission.Request) error {
			if r.Action == permission.MoneyRead && (r.Target.ID == other || r.Target.ID == 0) {
				return &permission.Denied{}
			}
			return nil
		}))
		page, err := h.List(w.ctx, roster.ListParams{Balances: true})
		w.ok(err)
		for i, u := range page.Users {
			want := []roster.UserBalance{{}}
			if u.ID != other {
				want, err = h.Balances(w.ctx, u.ID)
				w.ok(err)
			}
			if diff := cmp.Diff(want[0], page.Balances[i]); diff != "" {
				t.Errorf("user %d (-Balances +List):\n%s", u.ID, diff)
			}
		}
		w.is(second(h.Balances(w.ctx, other)), permission.ErrDenied, "Balances of a user whose balance is hidden")
		_, err = w.dir.As("never-written", roster.SystemActor()).List(w.ctx, roster.ListParams{Balances: true})
		w.is(err, storage.ErrNotFound, "funds in no account")
		down := errors.New("down")
		failing := w.as(boss).WithAuthorizer(permission.AuthorizerFunc(func(_ context.Context, r permission.Request) error {
			if r.Action == permission.MoneyRead {
				return down
			}
			return nil
		}))
		_, err = failing.List(w.ctx, roster.ListParams{Balances: true})
		w.is(err, down, "funds without an answer about them")
	})
}
