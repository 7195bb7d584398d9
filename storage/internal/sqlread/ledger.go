package sqlread

import (
	"context"
	"math"
	"slices"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/record"
)

// Balances implements storage.Reader. The account's balance comes from the account's row, so only
// balances of users need a query. A user without a row has the balance 0. Errors: storage.ErrClosed
// after the end of the transaction; the context's; the engine's.
func (r *Reader) Balances(ctx context.Context, holders ...balance.Holder) ([]balance.Units, error) {
	if err := r.Check(ctx); err != nil {
		return nil, err
	}
	var users []int64
	for _, h := range holders {
		if h > 0 {
			users = append(users, int64(h))
		}
	}
	has := map[balance.Holder]balance.Units{balance.Account: r.Row.Units}
	q := Question{SQL: "SELECT holder, units FROM roster_balances WHERE account = $1 AND holder = $2", Row: func(row Row) error {
		var h, n int64
		err := row.Scan(&h, &n)
		has[balance.Holder(h)] = balance.Units(n)
		return err
	}}
	switch len(users) {
	case 0:
	case 1:
		q.Args, q.Short = []any{r.account, users[0]}, true
	default:
		q.SQL = "SELECT holder, units FROM roster_balances WHERE account = $1 AND holder" + r.dialect.in("$2", "bigint")
		q.Args = []any{r.account, list(r.dialect, users)}
	}
	if len(users) > 0 {
		if err := r.engine.Ask(ctx, q); err != nil {
			return nil, r.Fail(ctx, err)
		}
	}
	of := make([]balance.Units, len(holders))
	for i, h := range holders {
		of[i] = has[h]
	}
	return of, nil
}

// transferColumns begins a statement that reads transfers with their postings, one row for each
// posting. The row at position 0 also has the columns that describe the transfer itself.
var transferColumns = "SELECT p.position, " + of("p", headColumns) + ", " + of("p", lineColumns) + " FROM "

// transfers runs sql, which begins with transferColumns, and returns the transfers of its rows with
// their postings. The rows of one transfer must follow each other, from position 0 on. Errors: for
// a row that cannot be converted; the engine's.
func (r *Reader) transfers(ctx context.Context, sql string, args ...any) ([]balance.Transfer, error) {
	var items []balance.Transfer
	err := r.engine.Ask(ctx, Question{SQL: sql, Args: args, Row: func(row Row) error {
		var position int64
		var h record.Head
		var l lineRow
		if err := row.Scan(slices.Concat([]any{&position}, h.Fields(), l.fields())...); err != nil {
			return err
		}
		if position == 0 {
			t, err := h.Transfer()
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
	}})
	if err != nil {
		return nil, r.Fail(ctx, err)
	}
	return items, nil
}

// transfer returns one transfer with its postings. The parameter id is the SQL expression for the
// transfer's id, in which $1 is the account and $2 is arg. Errors: storage.ErrNotFound;
// storage.ErrClosed after the end of the transaction; the context's; the engine's.
func (r *Reader) transfer(ctx context.Context, id string, arg any) (balance.Transfer, error) {
	if err := r.Check(ctx); err != nil {
		return balance.Transfer{}, err
	}
	items, err := r.transfers(ctx, transferColumns+"roster_postings AS p WHERE p.account = $1 AND p.transfer = "+id+
		" ORDER BY p.transfer, p.position", r.account, arg)
	switch {
	case err != nil:
		return balance.Transfer{}, err
	case len(items) == 0:
		return balance.Transfer{}, r.Missing()
	}
	return items[0], nil
}

// Transfer implements storage.Reader.
func (r *Reader) Transfer(ctx context.Context, id balance.TransferID) (balance.Transfer, error) {
	if id > math.MaxInt64 {
		id = 0 // no row has it
	}
	return r.transfer(ctx, "$2", int64(id))
}

// TransferByKey implements storage.Reader.
func (r *Reader) TransferByKey(ctx context.Context, key string) (balance.Transfer, error) {
	return r.transfer(ctx, "(SELECT k.transfer FROM roster_postings AS k WHERE k.account = $1 AND k.key = $2)", key)
}

// Reversal implements storage.Reader.
func (r *Reader) Reversal(ctx context.Context, id balance.TransferID) (balance.TransferID, error) {
	if id > math.MaxInt64 {
		id = 0 // no row has it
	}
	return lookup(ctx, r, func(row Row) (by balance.TransferID, err error) {
		var n int64
		err = row.Scan(&n)
		return balance.TransferID(n), err
	}, "SELECT reversal FROM roster_reversals WHERE account = $1 AND reversed = $2", r.account, int64(id))
}

// StatementQuery returns the SQL statement that reads at most limit entries of the holder h, newest
// first, and the arguments of the statement. The entries are older than the entry with the id in
// the parameter before, or begin with the newest if before is zero. For the account the statement
// reads postings in their order, because nearly every posting is an entry of the account. For a
// user it reads the indexes of postings by payer and by payee.
func StatementQuery(d Dialect, account string, h balance.Holder, before storage.EntryID, limit int) (string, []any) {
	if before == (storage.EntryID{}) {
		before = storage.EntryID{Transfer: math.MaxInt64, Index: math.MaxInt}
	}
	columns := "SELECT p.position, " + of("f", headColumns) + ", " + of("p", lineColumns) + " FROM "
	head := d.join() + "roster_postings AS f ON f.account = p.account AND f.transfer = p.transfer AND f.position = 0 "
	const order = "ORDER BY p.transfer DESC, p.position DESC LIMIT $4"
	args := []any{account, Signed(before.Transfer), int64(before.Index), int64(limit)}
	if h == balance.Account {
		return columns + "roster_postings AS p" + d.Hint("") + head +
			"WHERE p.account = $1 AND p.amount > 0 AND (p.payer = 0 OR p.payee = 0) AND (p.transfer, p.position) < ($2, $3) " + order, args
	}
	side := func(holder string) string {
		return "SELECT * FROM (SELECT s.transfer, s.position FROM roster_postings AS s" + d.Hint("roster_postings_by_"+holder) +
			" WHERE s.account = $1 AND s." + holder + " = $5 AND s." + holder + " <> 0 AND (s.transfer, s.position) < ($2, $3) " +
			"ORDER BY s.transfer DESC, s.position DESC LIMIT $4) AS of_" + holder
	}
	return columns + "(" + side("payer") + " UNION " + side("payee") + ") AS e" + d.join() +
		"roster_postings AS p ON p.account = $1 AND p.transfer = e.transfer AND p.position = e.position" + head + order, append(args, int64(h))
}

// Statement implements storage.Reader. Errors: storage.ErrInvalid if storage.PageLimit refuses
// limit; storage.ErrClosed after the end of the transaction; the context's; the engine's.
func (r *Reader) Statement(ctx context.Context, h balance.Holder, before storage.EntryID, limit int) ([]balance.Entry, error) {
	if err := r.Check(ctx); err != nil {
		return nil, err
	}
	most, err := storage.PageLimit(limit)
	if err != nil {
		return nil, r.Fail(ctx, r.Named(err))
	}
	sql, args := StatementQuery(r.dialect, r.account, h, before, most)
	return All(ctx, r, entries(h), sql, args...)
}

// entries returns a function that converts a row to an entry of h. It decodes the transfer once for
// neighboring rows.
func entries(h balance.Holder) func(Row) (balance.Entry, error) {
	var t balance.Transfer
	return func(row Row) (balance.Entry, error) {
		var head record.Head
		var position int64
		var l lineRow
		if err := row.Scan(slices.Concat([]any{&position}, head.Fields(), l.fields())...); err != nil {
			return balance.Entry{}, err
		}
		if id := balance.TransferID(head.ID); t.ID != id || id == 0 {
			var err error
			if t, err = head.Transfer(); err != nil {
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
