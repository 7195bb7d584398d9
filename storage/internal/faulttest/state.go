package faulttest

import (
	"context"
	"fmt"
	"testing"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// stateOf returns texts that describe what the storage s contains about the account a, one text for
// each value. It reads one page (storage.MaxPage) of each kind of data. A test compares the results
// before and after a call, to check that the call changed nothing. An error of a read becomes part
// of the text. stateOf fails the test if it cannot open the account for reading.
func stateOf(t *testing.T, s storage.Storage, a user.AccountID) (state []string) {
	t.Helper()
	err := s.View(t.Context(), a, func(ctx context.Context, r storage.Reader) error {
		state = []string{fmt.Sprint("revision ", r.Revision())}
		add := func(what string, value any, err error) {
			state = append(state, fmt.Sprintf("%s %+v %v", what, value, err))
		}
		account, err := r.Account(ctx)
		add("account", account, err)
		users, err := r.Users(ctx, storage.Query{Deleted: storage.WithDeleted})
		add("users", users, err)
		for _, u := range users {
			secret, err := r.Secret(ctx, u.ID)
			add("secret", []any{secret.Hash(), secret.Previous(), secret.Changed()}, err)
			has, err := r.Balances(ctx, balance.HolderOf(u.ID))
			add("balance", has, err)
		}
		has, err := r.Balances(ctx, balance.Account)
		add("balance", has, err)
		for kind := user.ReferenceApplication; kind <= user.ReferenceView; kind++ {
			refs, err := r.References(ctx, kind, 0, 0)
			add("references", refs, err)
		}
		transfers, err := r.Transfers(ctx, storage.TransferQuery{})
		add("transfers", transfers, err)
		changes, err := r.Changes(ctx, storage.ChangeQuery{})
		for _, c := range changes {
			created, money := c.Created, c.Money
			c.Created, c.Money = nil, nil
			add("change", []any{c, value(created), value(money)}, err)
		}
		deliveries, err := r.Deliveries(ctx, "", 0)
		add("deliveries", deliveries, err)
		for _, d := range deliveries {
			letters, err := r.DeadLetters(ctx, d.Name, storage.ChangeID{}, 0)
			for _, l := range letters {
				add("dead letter", []any{l.Change.ID, l.Attempts, l.Error, l.At}, err)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return state
}

// value returns the value that a pointer points to, so that it prints the same each time.
func value[T any](u *T) any {
	if u == nil {
		return nil
	}
	return *u
}
