package pgstore

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
)

func (r *reader) Changes(ctx context.Context, q storage.ChangeQuery) ([]storage.Change, error) {
	if err := r.Check(ctx); err != nil {
		return nil, err
	}
	if err := q.Check(); err != nil {
		return nil, r.Fail(ctx, fmt.Errorf("pgstore: %w", err))
	}
	var compacted storage.ChangeID
	var items []storage.Change
	var b pgx.Batch
	b.Queue(selectCompacted, r.account).Query(scanChangeID(&compacted))
	sql, args := changesQuery(r.account, &q)
	b.Queue(sql, args...).Query(func(rows pgx.Rows) error {
		return each(rows, func(rows pgx.Rows) error {
			c, err := scanChange(rows)
			items = append(items, c)
			return err
		})
	})
	if err := r.batch(ctx, &b); err != nil {
		return nil, r.Fail(ctx, err)
	}
	if err := q.CheckKept(compacted); err != nil {
		return nil, r.Fail(ctx, fmt.Errorf("pgstore: %w", err))
	}
	return items, nil
}

// changesQuery returns the statement for a query. It reads one index in its order: that of the user,
// of the actor, or of each type; for transfers the table itself.
func changesQuery(account string, q *storage.ChangeQuery) (string, []any) {
	order, behind, after := " ORDER BY revision, position", ">", q.After
	if q.Newest {
		order, behind = " ORDER BY revision DESC, position DESC", "<"
		if after == (storage.ChangeID{}) {
			after = storage.AfterRevision(math.MaxInt64)
		}
	}
	most, _ := storage.PageLimit(q.Limit) // q.Check returned the error
	args := []any{account, signed(after.Revision), int64(after.Index), int64(most)}
	arg := func(value any) string {
		args = append(args, value)
		return fmt.Sprintf("$%d", len(args))
	}
	sql := "SELECT " + changeColumns + " FROM roster_changes WHERE account = $1 AND (revision, position) " + behind + " ($2, $3)"
	if q.UserID != 0 {
		sql += " AND user_id = " + arg(int64(q.UserID))
	}
	if q.Actor != 0 {
		sql += " AND actor = " + arg(int64(q.Actor))
	}
	end := order + " LIMIT $4"
	types := q.DistinctTypes()
	switch {
	case q.Types == nil:
		return sql + end, args
	case q.UserID != 0 || q.Actor != 0 || len(types) == 0:
		return sql + " AND type = ANY(" + arg(types) + "::text[])" + end, args
	}
	parts := make([]string, len(types))
	for i, t := range types {
		part := sql + " AND type = " + arg(string(t))
		if t != storage.MoneyTransferred {
			part += " AND type <> 'money.transferred'" // as the index says
		}
		parts[i] = "(" + part + end + ")"
	}
	if len(parts) == 1 {
		return parts[0], args
	}
	return "SELECT " + changeColumns + " FROM (" + strings.Join(parts, " UNION ALL ") + ") AS c" + end, args
}

func (r *reader) Transfers(ctx context.Context, q storage.TransferQuery) ([]balance.Transfer, error) {
	if err := r.Check(ctx); err != nil {
		return nil, err
	}
	if err := q.Check(); err != nil {
		return nil, r.Fail(ctx, fmt.Errorf("pgstore: %w", err))
	}
	sql, args := transfersQuery(r.account, &q)
	return r.transfers(ctx, sql, args...)
}

// transfersQuery returns the statement for a query. The transfers of a user are found by the
// postings of the user, those of kinds by the index of kinds.
func transfersQuery(account string, q *storage.TransferQuery) (string, []any) {
	order, behind, after := "", "> $2", signed(q.After)
	if q.Newest {
		order, behind = " DESC", "< $2"
		if q.After == 0 || q.After > math.MaxInt64 {
			behind, after = "<= $2", math.MaxInt64
		}
	}
	most, _ := storage.PageLimit(q.Limit) // q.Check returned the error
	args := []any{account, after, int64(most)}
	end := " ORDER BY f.transfer" + order + " LIMIT $3"
	kinds := kindNames(q.Kinds)
	head := "SELECT f.transfer FROM roster_postings AS f WHERE f.account = $1 AND f.transfer " + behind
	var ids string
	switch {
	case q.UserID != 0:
		args = append(args, int64(q.UserID))
		ofKinds := ""
		if q.Kinds != nil {
			args = append(args, kinds)
			ofKinds = ` AND EXISTS (SELECT FROM roster_postings AS h WHERE h.account = f.account
				AND h.transfer = f.transfer AND h.position = 0 AND h.kind = ANY($5::text[]))`
		}
		side := func(holder string) string {
			return "(" + head + " AND f." + holder + ofKinds + " GROUP BY f.transfer" + end + ")"
		}
		ids = "SELECT f.transfer FROM (" + side("payer = $4 AND f.payer <> 0") + " UNION " + side("payee = $4") + ") AS f" + end
	case len(kinds) == 0 || slices.Contains(q.Kinds, balance.Transferring):
		ids = head + " AND f.position = 0"
		if q.Kinds != nil {
			args = append(args, kinds)
			ids += " AND f.kind = ANY($4::text[])"
		}
		ids += end
	default:
		parts := make([]string, len(kinds))
		for i, kind := range kinds {
			parts[i] = "(" + head + " AND f.kind = '" + kind + "'" + end + ")"
		}
		ids = "SELECT f.transfer FROM (" + strings.Join(parts, " UNION ALL ") + ") AS f" + end
	}
	return selectTransfers + "JOIN (" + ids + `) AS f ON f.transfer = p.transfer WHERE p.account = $1
		ORDER BY p.transfer` + order + ", p.position", args
}

// kindNames returns the names of kinds, each once. A number that is no kind is left out: no transfer
// has it.
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

func (w *writer) CompactChanges(ctx context.Context, last storage.ChangeID) error {
	if err := w.Check(ctx); err != nil {
		return err
	}
	return w.Fail(ctx, w.compactChanges(ctx, last))
}

func (w *writer) compactChanges(ctx context.Context, last storage.ChangeID) error {
	if err := storage.CheckCompaction(last, w.Next()); err != nil {
		return fmt.Errorf("pgstore: %w", err)
	}
	var b pgx.Batch
	var compacted storage.ChangeID
	b.Queue(selectCompacted, w.account).Query(scanChangeID(&compacted))
	if err := w.batch(ctx, &b); err != nil || !compacted.Less(last) {
		return err
	}
	w.wrote = true
	return w.forgetChanges(ctx, last)
}

// forgetChanges removes the changes up to one, and notes that.
func (w *writer) forgetChanges(ctx context.Context, last storage.ChangeID) error {
	at := []any{w.account, signed(last.Revision), int64(last.Index)}
	return w.send(ctx,
		statement{"DELETE FROM roster_changes WHERE account = $1 AND (revision, position) <= ($2, $3)", at},
		statement{putCompaction, at})
}

const putCompaction = `INSERT INTO roster_compactions (account, revision, position) VALUES ($1, $2, $3)
	ON CONFLICT (account) DO UPDATE SET revision = excluded.revision, position = excluded.position`
