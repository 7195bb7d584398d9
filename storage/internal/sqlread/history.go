package sqlread

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/record"
	"github.com/ca74b63c/roster/user"
)

// Changes implements storage.Reader. One round trip reads the page and the id of the last change
// that is no longer kept. Errors: storage.ErrInvalid if q.Check refuses the query;
// *storage.CompactedError if q.CheckKept refuses it; storage.ErrClosed after the end of the
// transaction; the context's; the engine's.
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

// ChangesQuery returns the SQL statement that reads the page of changes that q describes, and the
// arguments of the statement. q must be valid (ChangeQuery.Check). The filters of q decide what the
// statement reads of roster_changes:
//
//   - With UserID: the index of changes by user.
//   - With Actor and no UserID: the index of changes by actor.
//   - With Types and no other filter: the index of changes by type, once for each type, merged. The
//     index does not contain changes of the type MoneyTransferred, so for this type the statement
//     reads the table in its order.
//   - Without a filter: the table in its order.
//
// Some changes of the type MoneyTransferred have no row in roster_changes; the row of a posting
// records them. The statement also reads these postings if Types is nil or contains
// MoneyTransferred: with UserID by payee and by payer, with Actor and no UserID by actor, and in
// other cases in the order of the changes. If Types is empty but not nil, the statement finds no
// change.
func ChangesQuery(d Dialect, account string, q *storage.ChangeQuery) (string, []any) {
	desc, behind, after := "", ">", q.After
	if q.Newest {
		desc, behind = " DESC", "<"
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
	from := func(index string) string { return "SELECT " + storedColumns + " FROM roster_changes" + d.Hint(index) }
	where, index, ofActor, ofUser := " WHERE account = $1 AND (revision, position) "+behind+" ($2, $3)", "", "", ""
	if q.Actor != 0 {
		index, ofActor = "roster_changes_of_actor", " AND actor = "+arg(int64(q.Actor))
	}
	if q.UserID != 0 {
		ofUser = arg(int64(q.UserID))
		index, where = "roster_changes_of_user", where+" AND user_id = "+ofUser
	}
	where += ofActor
	end := " ORDER BY revision" + desc + ", position" + desc + " LIMIT $4"
	types := q.DistinctTypes()
	var parts []string
	switch {
	case q.Types == nil:
		parts = []string{from(index) + where + end}
	case index != "" || len(types) == 0:
		names := make([]string, len(types))
		for i, t := range types {
			names[i] = string(t)
		}
		parts = []string{from(index) + where + " AND type" + d.in(arg(list(d, names)), "text") + end}
	default:
		for _, t := range types {
			index, condition := "roster_changes_of_type", " AND type <> 'money.transferred'" // as the index says
			if t == storage.MoneyTransferred {
				index, condition = "", ""
			}
			parts = append(parts, from(index)+where+" AND type = "+arg(string(t))+condition+end)
		}
	}
	if q.Types == nil || slices.Contains(types, storage.MoneyTransferred) {
		parts = append(parts, d.payments(q.Newest, ofActor, ofUser)...)
	}
	return union(parts, "*", end), args
}

// payments returns SELECT statements for the postings that also serve as change records, because no
// row of roster_changes was written for them. They use the arguments $1 to $4 of ChangesQuery.
// ofActor is an SQL condition on the actor, or "". If ofUser, the placeholder of a user's id, is
// not "", payments returns two statements, for payees and for payers; otherwise one.
func (d Dialect) payments(newest bool, ofActor, ofUser string) []string {
	desc, behind := "", ">"
	if newest {
		desc, behind = " DESC", "<"
	}
	part := func(index, condition, order string) string {
		return "SELECT " + paymentColumns + " FROM roster_postings" + d.Hint("roster_postings_"+index) +
			" WHERE account = $1 AND revision IS NOT NULL AND " + condition + ofActor + " ORDER BY " + order + " LIMIT $4"
	}
	if ofUser != "" {
		seek, order := " AND transfer "+behind+" "+d.paymentAt(newest), "transfer"+desc
		return []string{
			part("by_payee", "payee = "+ofUser+" AND payee > 0 AND payee <> 0"+seek, order),
			part("by_payer", "payer = "+ofUser+" AND payer <> 0 AND payee <= 0"+seek, order),
		}
	}
	index := "by_revision"
	if ofActor != "" {
		index = "by_actor"
	}
	return []string{part(index, "(revision, change_position) "+behind+" ($2, $3)", "revision"+desc+", change_position"+desc)}
}

// paymentAt returns an SQL expression for a transfer id. payments reads an index of postings by
// user behind that id, because the index has postings in the order of their changes, but no change
// ids. The id is that of the last posting, in the order of the page, whose change is at the
// position ($2, $3) or before it. Without such a posting it is 0, or the greatest int64 if newest
// is true.
func (d Dialect) paymentAt(newest bool) string {
	until, desc, none := "<=", " DESC", "0"
	if newest {
		until, desc, none = ">=", "", "9223372036854775807"
	}
	return "coalesce((SELECT transfer FROM roster_postings" + d.Hint("roster_postings_by_revision") +
		" WHERE account = $1 AND revision IS NOT NULL AND (revision, change_position) " + until + " ($2, $3)" +
		" ORDER BY revision" + desc + ", change_position" + desc + " LIMIT 1), " + none + ")"
}

// union returns one statement that merges the rows of the statements in parts, each with its own
// order and limit, and ends with end. A single part is returned unchanged.
func union(parts []string, columns, end string) string {
	if len(parts) == 1 {
		return parts[0]
	}
	for i := range parts {
		parts[i] = fmt.Sprintf("SELECT * FROM (%s) AS x%d", parts[i], i)
	}
	return "SELECT " + columns + " FROM (" + strings.Join(parts, " UNION ALL ") + ") AS f" + end
}

// Transfers implements storage.Reader. Errors: storage.ErrInvalid if q.Check refuses the query;
// storage.ErrClosed after the end of the transaction; the context's; the engine's.
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

// TransfersQuery returns the SQL statement that reads the page of transfers that q describes, with
// their postings, and the arguments of the statement. q must be valid (TransferQuery.Check). The
// filters of q decide what the statement reads:
//
//   - With UserID: the two indexes of postings by payer and by payee.
//   - With Kinds and no UserID: the index of postings by kind, once for each kind, merged. The
//     index does not contain transfers of the kind Transferring. If Kinds contains Transferring,
//     the statement reads the postings in the order of their transfers instead.
//   - Without a filter: the postings in the order of their transfers.
//
// The statement finds no transfer if Kinds is not nil and contains no kind that exists.
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

// kindNames returns the names of kinds, sorted and without duplicates. It skips a number that is no
// kind, and never returns nil.
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

const (
	selectDeliveries = "SELECT name, revision, position, holder, until FROM roster_deliveries WHERE account = $1 AND name "
	selectLetters    = "SELECT " + changeColumns + `, attempts, error, failed_at FROM roster_dead_letters
		WHERE account = $1 AND name = $2 AND (revision, position) > ($3, $4) ORDER BY revision, position LIMIT $5`
)

func scanDelivery(row Row) (storage.Delivery, error) {
	var d storage.Delivery
	var revision, position int64
	var until *time.Time
	err := row.Scan(&d.Name, &revision, &position, &d.Holder, &until)
	d.Position = storage.ChangeID{Revision: user.Revision(revision), Index: int(position)}
	d.Until = user.NormalizeTime(record.OrZero(until))
	return d, err
}

func scanLetter(row Row) (storage.DeadLetter, error) {
	var l storage.DeadLetter
	var attempts int64
	var at *time.Time
	var err error
	l.Change, err = record.ScanChange(row, &attempts, &l.Error, &at)
	l.Attempts, l.At = int(attempts), user.NormalizeTime(record.OrZero(at))
	return l, err
}

// Delivery implements storage.Reader.
func (r *Reader) Delivery(ctx context.Context, name string) (storage.Delivery, error) {
	return lookup(ctx, r, scanDelivery, selectDeliveries+"= $2", r.account, name)
}

// Deliveries implements storage.Reader.
func (r *Reader) Deliveries(ctx context.Context, after string, limit int) ([]storage.Delivery, error) {
	return Page(ctx, r, limit, scanDelivery, selectDeliveries+"> $2 ORDER BY name LIMIT $3", r.account, after)
}

// DeadLetters implements storage.Reader.
func (r *Reader) DeadLetters(
	ctx context.Context, name string, after storage.ChangeID, limit int,
) ([]storage.DeadLetter, error) {
	return Page(ctx, r, limit, scanLetter, selectLetters, r.account, name, Signed(after.Revision), int64(after.Index))
}
