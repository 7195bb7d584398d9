package sqlitestore

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
)

const changeColumns = `revision, position, at, type, actor, user_id, reason, created, diff,
	reference_kind, reference_id, transfer, money, detail`

func (r *reader) Changes(ctx context.Context, q storage.ChangeQuery) ([]storage.Change, error) {
	if err := q.Check(); err != nil {
		return nil, r.Fail(ctx, cmp.Or(r.Check(ctx), fmt.Errorf("sqlitestore: %w", err)))
	}
	query, args := changesQuery(r.account, &q)
	items, err := list(ctx, r, q.Limit, changeOf, query, args...)
	if err != nil {
		return nil, err
	}
	compacted, err := r.changeID(selectCompacted)
	if err != nil {
		return nil, r.Fail(ctx, err)
	}
	if err := q.CheckKept(compacted); err != nil {
		return nil, r.Fail(ctx, fmt.Errorf("sqlitestore: %w", err))
	}
	return items, nil
}

// changesQuery returns the statement for a query, without its last argument, the limit. It reads one
// index in its order: that of the user, else that of the actor, else that of each type; for
// transfers the table itself.
func changesQuery(account string, q *storage.ChangeQuery) (string, []any) {
	order, behind, after := " ORDER BY revision, position", "(revision, position) > (?, ?)", q.After
	if q.Newest {
		order, behind = " ORDER BY revision DESC, position DESC", "(revision, position) < (?, ?)"
		if after == (storage.ChangeID{}) {
			after = storage.AfterRevision(math.MaxInt64)
		}
	}
	from, where := " FROM roster_changes", " WHERE account = ? AND "+behind
	args := []any{account, signed(after.Revision), int64(after.Index)}
	types := q.DistinctTypes()
	switch {
	case q.UserID != 0:
		from += " INDEXED BY roster_changes_of_user"
	case q.Actor != 0:
		from += " INDEXED BY roster_changes_of_actor"
	}
	if q.UserID != 0 {
		where += " AND user_id = ? AND user_id IS NOT NULL"
		args = append(args, int64(q.UserID))
	}
	if q.Actor != 0 {
		where += " AND actor = ? AND actor IS NOT NULL"
		args = append(args, int64(q.Actor))
	}
	if q.Types == nil || q.UserID != 0 || q.Actor != 0 || len(types) == 0 {
		if q.Types != nil {
			where += " AND type IN (?" + strings.Repeat(", ?", max(len(types), 1)-1) + ")"
			for _, t := range types {
				args = append(args, string(t))
			}
			if len(types) == 0 {
				args = append(args, nil) // no type is NULL
			}
		}
		return "SELECT " + changeColumns + from + where + order + " LIMIT ?", args
	}
	most, _ := storage.PageLimit(q.Limit) // q.Check returned the error
	var parts []string
	var all []any
	for _, t := range types {
		index, condition := " INDEXED BY roster_changes_of_type", " AND type = ? AND type <> 'money.transferred'"
		if t == storage.MoneyTransferred {
			index, condition = " NOT INDEXED", " AND type = ?"
		}
		parts = append(parts, "SELECT * FROM (SELECT "+changeColumns+from+index+where+condition+order+" LIMIT ?)")
		all = append(append(all, args...), string(t), int64(most))
	}
	return "SELECT * FROM (" + strings.Join(parts, " UNION ALL ") + ")" + order + " LIMIT ?", all
}

func (r *reader) Transfers(ctx context.Context, q storage.TransferQuery) ([]balance.Transfer, error) {
	if err := q.Check(); err != nil {
		return nil, r.Fail(ctx, cmp.Or(r.Check(ctx), fmt.Errorf("sqlitestore: %w", err)))
	}
	query, args := transfersQuery(r.account, &q)
	transfers, err := list(ctx, r, q.Limit, transferOf, query, args...)
	if err == nil {
		err = r.Fail(ctx, r.addPostings(ctx, transfers))
	}
	if err != nil {
		return nil, err
	}
	return transfers, nil
}

// transfersQuery returns the statement for a query, without its last argument, the limit. The
// transfers of a user are found by the postings of the user, those of kinds by the index of kinds.
func transfersQuery(account string, q *storage.TransferQuery) (string, []any) {
	order, behind, after := "", " > ?", signed(q.After)
	if q.Newest {
		order, behind = " DESC", " < ?"
		if q.After == 0 || q.After > math.MaxInt64 {
			behind, after = " <= ?", math.MaxInt64
		}
	}
	kinds := kindNames(q.Kinds)
	ofKinds := ""
	if q.Kinds != nil {
		ofKinds = " AND t.kind IN (" + kinds + ")"
	}
	most, _ := storage.PageLimit(q.Limit) // q.Check returned the error
	switch {
	case q.UserID != 0:
		side := func(holder string) string {
			return `SELECT * FROM (SELECT p.transfer FROM roster_postings AS p INDEXED BY roster_postings_by_` + holder + `
				CROSS JOIN roster_transfers AS t ON t.account = p.account AND t.id = p.transfer` + ofKinds + `
				WHERE p.account = ? AND p.` + holder + ` = ? AND p.` + holder + ` <> 0 AND p.transfer` + behind + `
				GROUP BY p.transfer ORDER BY p.transfer` + order + ` LIMIT ?)`
		}
		args := []any{account, int64(q.UserID), after, int64(most)}
		return "SELECT " + transferColumns + " FROM (" + side("payer") + " UNION " + side("payee") + `) AS e
			CROSS JOIN roster_transfers AS t ON t.account = ? AND t.id = e.transfer
			ORDER BY e.transfer` + order + " LIMIT ?", append(append(args, args...), account)
	case kinds == "" || slices.Contains(q.Kinds, balance.Transferring):
		return "SELECT " + transferColumns + " FROM roster_transfers AS t NOT INDEXED WHERE t.account = ? AND t.id" + behind +
			ofKinds + " ORDER BY t.id" + order + " LIMIT ?", []any{account, after}
	}
	var parts []string
	var args []any
	for _, kind := range strings.Split(kinds, ", ") {
		parts = append(parts, `SELECT * FROM (SELECT t.id FROM roster_transfers AS t INDEXED BY roster_transfers_by_kind
			WHERE t.account = ? AND t.kind = `+kind+" AND t.kind <> 'transferring' AND t.id"+behind+" ORDER BY t.id"+order+" LIMIT ?)")
		args = append(args, account, after, int64(most))
	}
	return "SELECT " + transferColumns + " FROM (" + strings.Join(parts, " UNION ALL ") + `) AS e
		CROSS JOIN roster_transfers AS t ON t.account = ? AND t.id = e.id ORDER BY e.id` + order + " LIMIT ?",
		append(args, account)
}

// kindNames returns the names of kinds as texts of SQL, each once. A number that is no kind is left
// out: no transfer has it.
func kindNames(kinds []balance.Kind) string {
	var names []string
	for _, k := range kinds {
		if b, err := k.MarshalText(); err == nil {
			names = append(names, "'"+string(b)+"'")
		}
	}
	slices.Sort(names)
	return strings.Join(slices.Compact(names), ", ")
}

func (w *writer) CompactChanges(ctx context.Context, last storage.ChangeID) error {
	if err := w.checkWrite(ctx); err != nil {
		return err
	}
	return w.Fail(ctx, w.compactChanges(last))
}

func (w *writer) compactChanges(last storage.ChangeID) error {
	if err := storage.CheckCompaction(last, w.Next()); err != nil {
		return fmt.Errorf("sqlitestore: %w", err)
	}
	compacted, err := w.changeID(selectCompacted)
	if err != nil || !compacted.Less(last) {
		return err
	}
	w.counts.Wrote()
	return w.forgetChanges(last)
}

// forgetChanges removes the changes up to one, and notes that.
func (w *writer) forgetChanges(last storage.ChangeID) error {
	at := []any{w.account, signed(last.Revision), int64(last.Index)}
	for _, statement := range []string{
		"DELETE FROM roster_changes WHERE account = ? AND (revision, position) <= (?, ?)",
		`INSERT INTO roster_compactions (account, revision, position) VALUES (?, ?, ?)
			ON CONFLICT (account) DO UPDATE SET revision = excluded.revision, position = excluded.position`,
	} {
		if _, err := w.engine.exec(statement, at...); err != nil {
			return err
		}
	}
	return nil
}
