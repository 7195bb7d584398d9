package sqlitestore

import (
	"context"
	"database/sql/driver"
	"math"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/codec"
)

const selectBalance = "SELECT units FROM roster_balances WHERE account = ? AND holder = ?"

func (r *reader) Balances(ctx context.Context, holders ...balance.Holder) ([]balance.Units, error) {
	if err := r.alive(ctx); err != nil {
		return nil, err
	}
	units := make([]balance.Units, len(holders))
	for i, h := range holders {
		if i%256 == 255 && ctx.Err() != nil {
			return nil, r.noted(ctx, ctx.Err())
		}
		v, ok, err := one(ctx, r.engine, selectBalance, r.account, int64(h))
		if err != nil {
			return nil, r.noted(ctx, err)
		}
		if ok {
			units[i] = balance.Units(number(v[0]))
		}
	}
	return units, nil
}

func (r *reader) Transfer(ctx context.Context, id balance.TransferID) (balance.Transfer, error) {
	if id > math.MaxInt64 {
		id = 0 // no row has it
	}
	return r.whole(ctx, "SELECT body FROM roster_transfers WHERE account = ? AND id = ?", r.account, int64(id))
}

func (r *reader) TransferByKey(ctx context.Context, key string) (balance.Transfer, error) {
	return r.whole(ctx, "SELECT body FROM roster_transfers WHERE account = ? AND key = ?", r.account, orNull(key))
}

// whole reads a transfer and its postings.
func (r *reader) whole(ctx context.Context, query string, args ...any) (balance.Transfer, error) {
	t, err := lookup(ctx, r, codec.DecodeTransfer, query, args...)
	if err != nil {
		return balance.Transfer{}, err
	}
	err = r.postings(ctx, t.ID, t.ID, func(_ balance.TransferID, p balance.Posting) {
		t.Postings = append(t.Postings, p)
	})
	return t, r.noted(ctx, err)
}

// postings calls item for each posting of the transfers from first to last, in their order.
func (r *reader) postings(
	ctx context.Context, first, last balance.TransferID, item func(balance.TransferID, balance.Posting),
) error {
	return r.engine.query(ctx, true, `SELECT transfer, payer, payee, amount, payer_after, payee_after, name
		FROM roster_postings WHERE account = ? AND transfer BETWEEN ? AND ? ORDER BY transfer, position`,
		func(v []driver.Value) (bool, error) {
			item(balance.TransferID(number(v[0])), postingOf(v[1:]))
			return true, ctx.Err()
		}, r.account, int64(first), int64(last))
}

// postingOf reads payer, payee, amount, payer_after, payee_after and name.
func postingOf(v []driver.Value) balance.Posting {
	return balance.Posting{
		From: balance.Holder(number(v[0])), To: balance.Holder(number(v[1])), Amount: balance.Units(number(v[2])),
		FromAfter: balance.Units(number(v[3])), ToAfter: balance.Units(number(v[4])), Name: text(v[5]),
	}
}

func (r *reader) Reversal(ctx context.Context, id balance.TransferID) (balance.TransferID, error) {
	if err := r.alive(ctx); err != nil {
		return 0, err
	}
	v, ok, err := one(ctx, r.engine, "SELECT id FROM roster_transfers WHERE account = ? AND reverses = ?",
		r.account, int64(id))
	switch {
	case err != nil:
		return 0, r.noted(ctx, err)
	case !ok:
		return 0, errMissing
	}
	return balance.TransferID(number(v[0])), nil
}

func (r *reader) Transfers(ctx context.Context, after balance.TransferID, limit int) ([]balance.Transfer, error) {
	header := func(v []driver.Value) (balance.Transfer, error) { return codec.DecodeTransfer(data(v[0])) }
	transfers, err := list(ctx, r, limit, header,
		"SELECT body FROM roster_transfers WHERE account = ? AND id > ? ORDER BY id LIMIT ?", r.account, signed(after))
	if err != nil || len(transfers) == 0 {
		return nil, err
	}
	i := 0
	err = r.postings(ctx, transfers[0].ID, transfers[len(transfers)-1].ID, func(id balance.TransferID, p balance.Posting) {
		for transfers[i].ID < id {
			i++
		}
		transfers[i].Postings = append(transfers[i].Postings, p)
	})
	if err != nil {
		return nil, r.noted(ctx, err)
	}
	return transfers, nil
}

// The statement of the account, which nearly every posting is in, is read from the postings in order, any other one from two
// indexes.
const (
	statementColumns = `SELECT p.transfer, p.position, t.body,
		p.payer, p.payee, p.amount, p.payer_after, p.payee_after, p.name`
	statementOfHolder = statementColumns + ` FROM (
			SELECT * FROM (SELECT transfer, position FROM roster_postings INDEXED BY roster_postings_by_payer
				WHERE account = ? AND payer = ? AND payer <> 0 AND (transfer, position) < (?, ?)
				ORDER BY transfer DESC, position DESC LIMIT ?)
			UNION
			SELECT * FROM (SELECT transfer, position FROM roster_postings INDEXED BY roster_postings_by_payee
				WHERE account = ? AND payee = ? AND payee <> 0 AND (transfer, position) < (?, ?)
				ORDER BY transfer DESC, position DESC LIMIT ?)
			ORDER BY transfer DESC, position DESC
		) AS e
		CROSS JOIN roster_postings AS p ON p.account = ? AND p.transfer = e.transfer AND p.position = e.position
		CROSS JOIN roster_transfers AS t ON t.account = p.account AND t.id = p.transfer
		ORDER BY e.transfer DESC, e.position DESC LIMIT ?`
	statementOfAccount = statementColumns + ` FROM roster_postings AS p
		CROSS JOIN roster_transfers AS t ON t.account = p.account AND t.id = p.transfer
		WHERE p.account = ? AND (p.payer = 0 OR p.payee = 0) AND (p.transfer, p.position) < (?, ?)
		ORDER BY p.transfer DESC, p.position DESC LIMIT ?`
)

func (r *reader) Statement(
	ctx context.Context, h balance.Holder, before storage.EntryID, limit int,
) ([]balance.Entry, error) {
	if before == (storage.EntryID{}) {
		before = storage.EntryID{Transfer: math.MaxInt64, Index: math.MaxInt}
	}
	most, err := page(limit)
	if err != nil {
		if alive := r.alive(ctx); alive != nil {
			return nil, alive
		}
		return nil, r.noted(ctx, err)
	}
	transfer, position := signed(before.Transfer), int64(before.Index)
	query, args := statementOfAccount, []any{r.account, transfer, position}
	if h != balance.Account {
		side := []any{r.account, int64(h), transfer, position, int64(most)}
		query, args = statementOfHolder, append(append(side, side...), r.account)
	}
	entryOf := entries(h)
	return list(ctx, r, limit, entryOf, query, args...)
}

// entries returns a function that makes an entry of h of a row of statementColumns. Neighbouring rows share the
// transfer's record, which is decoded once.
func entries(h balance.Holder) func(v []driver.Value) (balance.Entry, error) {
	var t balance.Transfer
	return func(v []driver.Value) (balance.Entry, error) {
		if id := balance.TransferID(number(v[0])); t.ID != id || id == 0 {
			var err error
			if t, err = codec.DecodeTransfer(data(v[2])); err != nil {
				return balance.Entry{}, err
			}
		}
		p := postingOf(v[3:])
		side := balance.Credit
		if p.From == h {
			side = balance.Debit
		}
		t.Postings = []balance.Posting{p}
		e, _ := t.Entry(0, side)
		e.Index = int(number(v[1]))
		return e, nil
	}
}
