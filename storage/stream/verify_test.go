package stream_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/stream"
	"github.com/ca74b63c/roster/user"
)

// TestVerifyNamesTheDifference: each way in which two accounts can differ is found and named.
func TestVerifyNamesTheDifference(t *testing.T) {
	source := func() *memstore.Store {
		s := newStore(t)
		live(t, s, "acme", 4)
		return s
	}
	type write = func(ctx context.Context, w storage.Writer) error
	put := func(change func(*user.User)) write {
		return func(ctx context.Context, w storage.Writer) error {
			u := person(2)
			change(&u)
			return w.PutUser(ctx, u)
		}
	}
	same := put(func(*user.User) {})
	extra := ledger{last: 100, has: map[balance.Holder]balance.Units{balance.Account: 1_000_000}}
	for what, c := range map[string]struct {
		a, b write
		want string
	}{
		"nothing":         {same, same, ""},
		"revision":        {same, nil, "revision"},
		"a user":          {same, put(func(u *user.User) { u.Names.Display = "x" }), "user 2"},
		"a user too many": {same, func(ctx context.Context, w storage.Writer) error { return w.PutUser(ctx, person(50)) }, "counters"},
		"a password": {same, func(ctx context.Context, w storage.Writer) error {
			return w.PutSecret(ctx, 2, user.SecretOf("x", at(3)))
		}, "user 2"},
		"reference data": {same, func(ctx context.Context, w storage.Writer) error {
			return w.PutReference(ctx, user.Reference{Kind: user.ReferenceSkill, ID: 2, Name: "x"})
		}, "skill 2"},
		"no reference data": {same, func(ctx context.Context, w storage.Writer) error {
			return w.DeleteReference(ctx, user.ReferenceSkill, 2)
		}, "skill 2"},
		"reference data of old": {func(ctx context.Context, w storage.Writer) error {
			return w.DeleteReference(ctx, user.ReferenceView, 2)
		}, same, "view 2"},
		"settings": {same, func(ctx context.Context, w storage.Writer) error {
			return w.PutAccount(ctx, user.Account{ID: "acme", Currency: "USD"})
		}, "settings"},
		"a change": {same, func(ctx context.Context, w storage.Writer) error {
			return w.AppendChange(ctx, storage.Change{Type: storage.TabRefreshed})
		}, "change 0 of revision 12"},
		"a transfer": {same, func(ctx context.Context, w storage.Writer) error {
			return w.PostTransfer(ctx, extra.move(balance.Funding, balance.World, 1, balance.Account))
		}, "counters"},
	} {
		a, b := source(), source()
		update(t, a, "acme", c.a)
		if c.b != nil {
			if what == "a transfer" {
				must(t, b.View(t.Context(), "acme", func(ctx context.Context, r storage.Reader) error {
					units, err := r.Balances(ctx, balance.Account)
					extra.has[balance.Account] = units[0]
					return err
				}))
			}
			update(t, b, "acme", c.b)
		}
		_, err := stream.Verify(t.Context(), a, b)
		var detail *stream.AccountError
		if c.want == "" {
			must(t, err)
		} else if !errors.Is(err, stream.ErrDifferent) || !errors.As(err, &detail) || detail.What != c.want ||
			!strings.Contains(err.Error(), c.want+": ") {
			t.Errorf("%s: %v, want %s", what, err, c.want)
		}
	}
	if _, err := stream.Verify(t.Context(), source(), newStore(t)); !errors.Is(err, stream.ErrDifferent) {
		t.Errorf("an account that is not there: %v", err)
	}
}
