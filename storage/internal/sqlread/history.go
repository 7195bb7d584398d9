package sqlread

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
)

// Changes implements storage.Reader.
func (r *Reader) Changes(ctx context.Context, q storage.ChangeQuery) ([]storage.Change, error) {
	if err := r.Check(ctx); err != nil {
		return nil, err
	}
	if err := q.Check(); err != nil {
		return nil, r.Fail(ctx, r.Named(err))
	}
	var compacted storage.ChangeID
	var items []storage.Change
	sql, args := ChangesQuery(r.dialect, r.account, &q)
	err := r.engine.Ask(ctx, changeID(selectCompacted, r.account, &compacted), Question{SQL: sql, Args: args, Row: collect(&items, scanChange)})
	if err != nil {
		return nil, r.Fail(ctx, err)
	}
	if err := q.CheckKept(compacted); err != nil {
		return nil, r.Fail(ctx, r.Named(err))
	}
	return items, nil
}

// ChangesQuery returns the statement that reads a page of changes, and its arguments. With a user
// it reads the index of that user's changes. With an actor alone it reads the index of that actor's
// changes. With types alone it reads the index of types once for each type. That index leaves out
// money.transferred, so for this type, and without any filter, it reads the table in its own order.
func ChangesQuery(d Dialect, account string, q *storage.ChangeQuery) (string, []any) {
	order, behind, after := " ORDER BY revision, position", ">", q.After
	if q.Newest {
		order, behind = " ORDER BY revision DESC, position DESC", "<"
		if after == (storage.ChangeID{}) {
			after = storage.AfterRevision(math.MaxInt64)
		}
	}
	most, _ := storage.PageLimit(q.Limit) // q.Check returned the error
	args := []any{account, Signed(after.Revision), int64(after.Index), int64(most)}
	arg := func(value any) string {
		args = append(args, value)
		return fmt.Sprintf("$%d", len(args))
	}
	from := func(index string) string { return "SELECT " + changeColumns + " FROM roster_changes" + d.Hint(index) }
	where := " WHERE account = $1 AND (revision, position) " + behind + " ($2, $3)"
	end, index := order+" LIMIT $4", ""
	if q.Actor != 0 {
		index, where = "roster_changes_of_actor", where+" AND actor = "+arg(int64(q.Actor))
	}
	if q.UserID != 0 {
		index, where = "roster_changes_of_user", where+" AND user_id = "+arg(int64(q.UserID))
	}
	types := q.DistinctTypes()
	switch {
	case q.Types == nil:
		return from(index) + where + end, args
	case index != "" || len(types) == 0:
		names := make([]string, len(types))
		for i, t := range types {
			names[i] = string(t)
		}
		return from(index) + where + " AND type" + d.in(arg(list(d, names)), "text") + end, args
	}
	parts := make([]string, len(types))
	for i, t := range types {
		index, condition := "roster_changes_of_type", " AND type <> 'money.transferred'" // as the index says
		if t == storage.MoneyTransferred {
			index, condition = "", ""
		}
		parts[i] = from(index) + where + " AND type = " + arg(string(t)) + condition + end
	}
	return union(parts, changeColumns, end), args
}

// union returns the statement that merges the first rows of several statements. Each part already
// ends with end, its order and limit. A single part is returned unchanged.
func union(parts []string, columns, end string) string {
	if len(parts) == 1 {
		return parts[0]
	}
	for i := range parts {
		parts[i] = fmt.Sprintf("SELECT * FROM (%s) AS x%d", parts[i], i)
	}
	return "SELECT " + columns + " FROM (" + strings.Join(parts, " UNION ALL ") + ") AS f" + end
}

// Transfers implements storage.Reader.
func (r *Reader) Transfers(ctx context.Context, q storage.TransferQuery) ([]balance.Transfer, error) {
	if err := r.Check(ctx); err != nil {
		return nil, err
	}
	if err := q.Check(); err != nil {
		return nil, r.Fail(ctx, r.Named(err))
	}
	sql, args := TransfersQuery(r.dialect, r.account, &q)
	return r.transfers(ctx, sql, args...)
}

// TransfersQuery returns the statement that reads a page of transfers, and its arguments. With a
// user it finds the transfers by the two indexes of payers and payees. With kinds it reads the
// index of kinds once for each kind. That index leaves out the kind transferring, so with this
// kind, and without any filter, it reads the postings in the order of their transfers.
func TransfersQuery(d Dialect, account string, q *storage.TransferQuery) (string, []any) {
	order, behind, after := "", " > $2", Signed(q.After)
	if q.Newest {
		order, behind = " DESC", " < $2"
		if q.After == 0 || q.After > math.MaxInt64 {
			behind, after = " <= $2", math.MaxInt64
		}
	}
	most, _ := storage.PageLimit(q.Limit) // q.Check returned the error
	args := []any{account, after, int64(most)}
	arg := func(value any) string {
		args = append(args, value)
		return fmt.Sprintf("$%d", len(args))
	}
	end := " ORDER BY f.transfer" + order + " LIMIT $3"
	kinds := kindNames(q.Kinds)
	head := func(index string) string {
		return "SELECT f.transfer FROM roster_postings AS f" + d.Hint(index) + " WHERE f.account = $1 AND f.transfer" + behind
	}
	var ids string
	switch {
	case q.UserID != 0:
		id, ofKinds := arg(int64(q.UserID)), ""
		if q.Kinds != nil {
			ofKinds = ` AND EXISTS (SELECT 1 FROM roster_postings AS h WHERE h.account = f.account
				AND h.transfer = f.transfer AND h.position = 0 AND h.kind` + d.in(arg(list(d, kinds)), "text") + ")"
		}
		side := func(holder string) string {
			return "SELECT * FROM (" + head("roster_postings_by_"+holder) + " AND f." + holder + " = " + id + " AND f." + holder + " <> 0" +
				ofKinds + " GROUP BY f.transfer" + end + ") AS of_" + holder
		}
		ids = "SELECT f.transfer FROM (" + side("payer") + " UNION " + side("payee") + ") AS f" + end
	case len(kinds) == 0 || slices.Contains(q.Kinds, balance.Transferring):
		ids = head("") + " AND f.position = 0"
		if q.Kinds != nil {
			ids += " AND f.kind" + d.in(arg(list(d, kinds)), "text")
		}
		ids += end
	default:
		parts := make([]string, len(kinds))
		for i, kind := range kinds {
			parts[i] = head("roster_postings_by_kind") + " AND f.kind = '" + kind + "' AND f.kind <> 'transferring'" + end
		}
		ids = union(parts, "f.transfer", end)
	}
	return transferColumns + "(" + ids + ") AS e" + d.join() + "roster_postings AS p ON p.account = $1 AND p.transfer = e.transfer" +
		" ORDER BY e.transfer" + order + ", p.position", args
}

// kindNames returns the names of kinds, sorted and each once. It leaves out a number that is no
// kind, because no transfer has it.
func kindNames(kinds []balance.Kind) []string {
	names := []string{} // nil would be NULL
	for _, k := range kinds {
		if b, err := k.MarshalText(); err == nil {
			names = append(names, string(b))
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
