package sqlitestore

import (
	"context"
	"encoding/json"
	"math"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/record"
)

const selectBalance = "SELECT units FROM roster_balances WHERE account = ? AND holder = ?"

// balanceRow is what a holder has.
type balanceRow struct {
	units  balance.Units
	stored bool // there is a row
}

// balance returns what a holder has. It reads the row once in a transaction.
func (r *reader) balance(h balance.Holder) (*balanceRow, error) {
	if b := r.balances[h]; b != nil {
		return b, nil
	}
	v, ok, err := one(r.engine, selectBalance, r.account, int64(h))
	if err != nil {
		return nil, err
	}
	b := &balanceRow{stored: ok}
	if ok {
		b.units = balance.Units(v.number(0))
	}
	if r.balances == nil {
		r.balances = make(map[balance.Holder]*balanceRow)
	}
	r.balances[h] = b
	return b, nil
}

func (r *reader) Balances(ctx context.Context, holders ...balance.Holder) ([]balance.Units, error) {
	if err := r.Check(ctx); err != nil {
		return nil, err
	}
	units := make([]balance.Units, len(holders))
	for i, h := range holders {
		b, err := r.balance(h)
		if err == nil && i%256 == 255 {
			err = ctx.Err()
		}
		if err != nil {
			return nil, r.Fail(ctx, err)
		}
		units[i] = b.units
	}
	return units, nil
}

// transferColumns are what transferOf reads.
const transferColumns = `t.id, t.at, t.kind, t.actor, t.reason, t.key, t.currency, t.requested,
	t.requested_currency, t.strict, t.account_description, t.user_description, t.users, t.details`

// transferWidth is how many columns transferColumns are.
const transferWidth = 14

// transferOf reads a transfer without its postings.
func transferOf(v row) (balance.Transfer, error) {
	at, err := v.instant(1)
	if err != nil {
		return balance.Transfer{}, err
	}
	r := record.Transfer{
		ID: v.number(0), At: at, Kind: v.text(2), Actor: v.number(3), Reason: v.text(4), Key: v.text(5),
		Currency: v.text(6), Requested: v.number(7), RequestedCurrency: v.text(8), Strict: v.number(9) == 1,
		AccountDescription: v.text(10), UserDescription: v.text(11), Users: v.text(12), Details: v.json(13),
	}
	return r.Transfer()
}

func (r *reader) Transfer(ctx context.Context, id balance.TransferID) (balance.Transfer, error) {
	if id > math.MaxInt64 {
		id = 0 // no row has it
	}
	return r.transfer(ctx, "t.id = ?", int64(id))
}

func (r *reader) TransferByKey(ctx context.Context, key string) (balance.Transfer, error) {
	return r.transfer(ctx, "t.key = ?", orNull(key))
}

// transfer reads a transfer and its postings.
func (r *reader) transfer(ctx context.Context, condition string, arg any) (balance.Transfer, error) {
	t, err := lookup(ctx, r, transferOf,
		"SELECT "+transferColumns+" FROM roster_transfers AS t WHERE t.account = ? AND "+condition, r.account, arg)
	if err != nil {
		return balance.Transfer{}, err
	}
	list := []balance.Transfer{t}
	err = r.addPostings(ctx, list)
	return list[0], r.Fail(ctx, err)
}

// addPostings adds the postings to transfers, in their order.
func (r *reader) addPostings(ctx context.Context, list []balance.Transfer) error {
	if len(list) == 0 {
		return nil
	}
	ids, at := make([]int64, len(list)), make(map[int64]*balance.Transfer, len(list))
	for i := range list {
		ids[i] = int64(list[i].ID)
		at[ids[i]] = &list[i]
	}
	b, err := json.Marshal(ids)
	if err != nil {
		return err
	}
	return r.engine.query(ctx, selectPostings, func(v row) (bool, error) {
		t := at[v.number(0)]
		t.Postings = append(t.Postings, postingOf(v[1:]))
		return true, ctx.Err()
	}, r.account, string(b))
}

const selectPostings = `SELECT p.transfer, p.payer, p.payee, p.amount, p.payer_after, p.payee_after, p.login
	FROM json_each(?2) AS x CROSS JOIN roster_postings AS p ON p.account = ?1 AND p.transfer = x.value
	ORDER BY x.id, p.position`

// postingOf reads payer, payee, amount, payer_after, payee_after and login.
func postingOf(v row) balance.Posting {
	return balance.Posting{
		From: balance.Holder(v.number(0)), To: balance.Holder(v.number(1)), Amount: balance.Units(v.number(2)),
		FromAfter: balance.Units(v.number(3)), ToAfter: balance.Units(v.number(4)), Name: v.text(5),
	}
}

func (r *reader) Reversal(ctx context.Context, id balance.TransferID) (balance.TransferID, error) {
	return lookup(ctx, r, func(v row) (balance.TransferID, error) { return balance.TransferID(v.number(0)), nil },
		"SELECT reversal FROM roster_reversals WHERE account = ? AND reversed = ?", r.account, signed(id))
}

// The statement of the account, which nearly every posting is in, is read from the postings in
// their order. Any other is read from two indexes.
const (
	entryColumns = "SELECT " + transferColumns + `, p.position,
		p.payer, p.payee, p.amount, p.payer_after, p.payee_after, p.login`
	statementOfUser = entryColumns + ` FROM (
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
	statementOfAccount = entryColumns + ` FROM roster_postings AS p
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
	query, args := statementOfAccount, []any{r.account, signed(before.Transfer), int64(before.Index)}
	if h != balance.Account {
		most, _ := storage.PageLimit(limit) // list returns the error
		side := []any{r.account, int64(h), signed(before.Transfer), int64(before.Index), int64(most)}
		query, args = statementOfUser, append(append(side, side...), r.account)
	}
	var t balance.Transfer // the rows of one transfer are neighbors: it is decoded once
	return list(ctx, r, limit, func(v row) (balance.Entry, error) {
		if t.ID == 0 || int64(t.ID) != v.number(0) {
			var err error
			if t, err = transferOf(v); err != nil {
				return balance.Entry{}, err
			}
		}
		p := postingOf(v[transferWidth+1:])
		side := balance.Credit
		if p.From == h {
			side = balance.Debit
		}
		t.Postings = []balance.Posting{p}
		e, _ := t.Entry(0, side)
		e.Index = int(v.number(transferWidth))
		return e, nil
	}, query, args...)
}
