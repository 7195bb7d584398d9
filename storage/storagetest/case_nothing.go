package storagetest

import (
	"context"
	"math"
	"testing"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

func nothingCases() []Case {
	return []Case{{
		"Page/Nothing",
		"a list of what was found is nil if nothing was, so that what a host encodes is the same with every storage",
		testNilLists,
	}}
}

func testNilLists(t testing.TB, open Open) {
	h := start(t, open)
	check := func(x tx) {
		for _, s := range fruitless() {
			empty, n, err := s.call(x.ctx, x.r)
			x.ok(err, s.name)
			x.none(empty, n, s.name)
		}
	}
	h.both("never-written", check)
	h.update(acme, everything(1).write)
	h.both(acme, check)
	h.update(acme, func(x tx) { // what a transaction writes is put among what is there
		everything(2).write(x)
		check(x)
	})
	list, err := h.s.Accounts(h.ctx, storage.NotDeleted, "\U0010ffff", 0)
	h.ok(err, "Accounts")
	h.none(list == nil, len(list), "Accounts behind the last one")
}

func (h *harness) none(isNil bool, n int, what string) {
	h.Helper()
	if !isNil {
		h.Fatalf("%s: a list of %d items that is not nil", what, n)
	}
}

// search is a call of a method that returns a list. It reports whether the list is nil, and its
// length.
type search struct {
	name string
	call func(context.Context, storage.Reader) (isNil bool, n int, err error)
}

// fruitless returns calls of the reading methods that return a list, at least one of each method.
// In an account with one of everything (see everything), and in an empty account, each call must
// find nothing.
func fruitless() []search {
	const last = math.MaxInt64
	query := func(q storage.Query) func(context.Context, storage.Reader) (bool, int, error) {
		return func(ctx context.Context, r storage.Reader) (bool, int, error) { return listed(r.Users(ctx, q)) }
	}
	return []search{
		{"Users that no filter matches", query(storage.Query{Kinds: []user.Kind{user.System}})},
		{"Users with a text that no user has", query(storage.Query{Text: "no user has this"})},
		{"Users behind the last one", query(storage.Query{After: &storage.Position{ID: last}})},
		{"Users beyond the offset", query(storage.Query{Offset: storage.MaxPage})},
		{"Refs behind the last one", func(ctx context.Context, r storage.Reader) (bool, int, error) {
			return listed(r.References(ctx, user.ReferenceSkill, last, 0))
		}},
		{"Transfers behind the last one", func(ctx context.Context, r storage.Reader) (bool, int, error) {
			return listed(r.Transfers(ctx, storage.TransferQuery{After: last}))
		}},
		{"Statement of a holder without transfers", func(ctx context.Context, r storage.Reader) (bool, int, error) {
			return listed(r.Statement(ctx, last, storage.EntryID{}, 0))
		}},
		{"Statement behind the oldest entry", func(ctx context.Context, r storage.Reader) (bool, int, error) {
			return listed(r.Statement(ctx, balance.Account, storage.EntryID{Transfer: 1}, 0))
		}},
		{"Changes behind the last one", func(ctx context.Context, r storage.Reader) (bool, int, error) {
			return listed(r.Changes(ctx, storage.ChangeQuery{After: storage.ChangeID{Revision: last}}))
		}},
		{"Deliveries behind the last one", func(ctx context.Context, r storage.Reader) (bool, int, error) {
			return listed(r.Deliveries(ctx, "zz", 0))
		}},
		{"DeadLetters behind the last one", func(ctx context.Context, r storage.Reader) (bool, int, error) {
			return listed(r.DeadLetters(ctx, "consumer", storage.AfterRevision(last), 0))
		}},
	}
}

func listed[T any](list []T, err error) (isNil bool, n int, _ error) {
	return list == nil, len(list), err
}
