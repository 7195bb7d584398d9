package pgstore

import (
	"context"
	"math"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
)

const selectBalances = "SELECT holder, units FROM roster_balances WHERE account = $1 AND holder = ANY($2::bigint[])"

func (r *reader) Balances(ctx context.Context, holders ...balance.Holder) ([]balance.Units, error) {
	if err := r.Check(ctx); err != nil {
		return nil, err
	}
	var users []int64
	for _, h := range holders {
		if h > 0 {
			users = append(users, int64(h))
		}
	}
	has := map[balance.Holder]balance.Units{balance.Account: r.units}
	if len(users) > 0 {
		err := r.query(ctx, selectBalances, func(rows pgx.Rows) error {
			var h, n int64
			err := rows.Scan(&h, &n)
			has[balance.Holder(h)] = balance.Units(n)
			return err
		}, r.account, users)
		if err != nil {
			return nil, r.Fail(ctx, err)
		}
	}
	units := make([]balance.Units, len(holders))
	for i, h := range holders {
		units[i] = has[h]
	}
	return units, nil
}

// numbers returns numbers as an array of bigint.
func numbers[T ~int64 | ~uint8](list []T) []int64 {
	out := make([]int64, len(list))
	for i, n := range list {
		out[i] = int64(n)
	}
	return out
}

// A transfer is read with its postings in one statement. Its first row has what is the transfer's
// own.
var selectTransfers = "SELECT p.position, " + of("p", headColumns) + ", " + of("p", lineColumns) + " FROM roster_postings AS p "

const transferOrder = " ORDER BY p.transfer, p.position"

// transfers reads transfers in the order of their ids.
func (r *reader) transfers(ctx context.Context, sql string, args ...any) ([]balance.Transfer, error) {
	var items []balance.Transfer
	err := r.query(ctx, sql, func(rows pgx.Rows) error {
		var position int64
		var h headRow
		var l lineRow
		if err := rows.Scan(slices.Concat([]any{&position}, h.fields(), l.fields())...); err != nil {
			return err
		}
		if position == 0 {
			t, err := h.transfer()
			if err != nil {
				return err
			}
			items = append(items, t)
		}
		if l.amount != nil && len(items) > 0 {
			t := &items[len(items)-1]
			t.Postings = append(t.Postings, l.posting())
		}
		return nil
	}, args...)
	if err != nil {
		return nil, r.Fail(ctx, err)
	}
	return items, nil
}

// one reads a transfer whose id is what an expression yields.
func (r *reader) one(ctx context.Context, id string, arg any) (balance.Transfer, error) {
	if err := r.Check(ctx); err != nil {
		return balance.Transfer{}, err
	}
	items, err := r.transfers(ctx, selectTransfers+"WHERE p.account = $1 AND p.transfer = "+id+transferOrder, r.account, arg)
	switch {
	case err != nil:
		return balance.Transfer{}, err
	case len(items) == 0:
		return balance.Transfer{}, errMissing
	}
	return items[0], nil
}

func (r *reader) Transfer(ctx context.Context, id balance.TransferID) (balance.Transfer, error) {
	if id > math.MaxInt64 {
		id = 0 // no row has it
	}
	return r.one(ctx, "$2", int64(id))
}

func (r *reader) TransferByKey(ctx context.Context, key string) (balance.Transfer, error) {
	return r.one(ctx, "(SELECT k.transfer FROM roster_postings AS k WHERE k.account = $1 AND k.key = $2)", key)
}

func (r *reader) Reversal(ctx context.Context, id balance.TransferID) (balance.TransferID, error) {
	if err := r.Check(ctx); err != nil {
		return 0, err
	}
	var by int64
	err := r.query(ctx, "SELECT reversal FROM roster_reversals WHERE account = $1 AND reversed = $2",
		func(rows pgx.Rows) error { return rows.Scan(&by) }, r.account, signed(id))
	switch {
	case err != nil:
		return 0, r.Fail(ctx, err)
	case by == 0 || id > math.MaxInt64:
		return 0, errMissing
	}
	return balance.TransferID(by), nil
}

// The statement of the account, which nearly every posting is in, is read from the postings in
// order, any other one from two indexes.
var (
	statementColumns = "SELECT p.position, " + of("f", headColumns) + ", " + of("p", lineColumns) + ` FROM roster_postings AS p
		JOIN roster_postings AS f ON f.account = p.account AND f.transfer = p.transfer AND f.position = 0 `
	statementOrder    = ` ORDER BY p.transfer DESC, p.position DESC LIMIT `
	statementOfHolder = statementColumns + `WHERE p.account = $1 AND p.amount > 0 AND (p.transfer, p.position) IN (
		(SELECT transfer, position FROM roster_postings
			WHERE account = $1 AND payer = $2 AND payer <> 0 AND (transfer, position) < ($3, $4)
			ORDER BY transfer DESC, position DESC LIMIT $5)
		UNION
		(SELECT transfer, position FROM roster_postings
			WHERE account = $1 AND payee = $2 AND (transfer, position) < ($3, $4)
			ORDER BY transfer DESC, position DESC LIMIT $5))` + statementOrder + "$5"
	statementOfAccount = statementColumns + `WHERE p.account = $1 AND p.amount > 0 AND (p.payer = 0 OR p.payee = 0)
		AND (p.transfer, p.position) < ($2, $3)` + statementOrder + "$4"
)

func (r *reader) Statement(ctx context.Context, h balance.Holder, before storage.EntryID, limit int) ([]balance.Entry, error) {
	if before == (storage.EntryID{}) {
		before = storage.EntryID{Transfer: math.MaxInt64, Index: math.MaxInt}
	}
	sql, args := statementOfAccount, []any{r.account}
	if h != balance.Account {
		sql, args = statementOfHolder, append(args, int64(h))
	}
	return list(ctx, r, limit, entries(h), sql, append(args, signed(before.Transfer), int64(before.Index))...)
}

// entries returns a function that makes an entry of h of a row of statementColumns. Neighboring
// rows of one transfer share its details, which are decoded once.
func entries(h balance.Holder) func(pgx.Rows) (balance.Entry, error) {
	var t balance.Transfer
	return func(rows pgx.Rows) (balance.Entry, error) {
		var head headRow
		var position int64
		var l lineRow
		if err := rows.Scan(slices.Concat([]any{&position}, head.fields(), l.fields())...); err != nil {
			return balance.Entry{}, err
		}
		if id := balance.TransferID(head.id); t.ID != id || id == 0 {
			var err error
			if t, err = head.transfer(); err != nil {
				return balance.Entry{}, err
			}
		}
		posting := l.posting()
		side := balance.Credit
		if posting.From == h {
			side = balance.Debit
		}
		t.Postings = []balance.Posting{posting}
		e, _ := t.Entry(0, side)
		e.Index = int(position)
		return e, nil
	}
}
