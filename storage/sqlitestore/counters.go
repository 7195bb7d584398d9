package sqlitestore

import (
	"context"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/record"
	"github.com/ca74b63c/roster/user"
)

func (r *reader) Counters(ctx context.Context) (storage.Counters, error) {
	if err := r.Check(ctx); err != nil {
		return storage.Counters{}, err
	}
	c := storage.Counters{Revision: r.revision}
	var err error
	c.Compacted, err = r.changeID(selectCompacted)
	for s := range storage.Sequence(len(c.Given)) {
		if err == nil && s.Valid() {
			var rows, noted int64
			rows, noted, err = r.readSequence(ctx, s)
			c.Given[s] = max(rows, noted)
		}
	}
	return c, r.Fail(ctx, err)
}

// readSequence returns the greatest id of a row, and the one that is noted. A user and a transfer
// never go. Reference data can go, and its id is noted then.
func (r *reader) readSequence(_ context.Context, s storage.Sequence) (rows, noted int64, err error) {
	query := "SELECT (SELECT max(id) FROM roster_refs WHERE account = ?1 AND kind = ?2)"
	switch s {
	case storage.UserIDs:
		query = "SELECT (SELECT max(id) FROM roster_users WHERE account = ?1)"
	case storage.TransferIDs:
		query = "SELECT (SELECT max(id) FROM roster_transfers WHERE account = ?1)"
	}
	v, ok, err := one(r.engine, query+", (SELECT last FROM roster_sequences WHERE account = ?1 AND name = ?2)",
		r.account, record.SequenceName(s))
	if err != nil || !ok {
		return 0, 0, err
	}
	return v.number(0), v.number(1), nil
}

// Counters counts what NextID gave in this transaction too.
func (w *writer) Counters(ctx context.Context) (storage.Counters, error) {
	c, err := w.reader.Counters(ctx)
	if err == nil {
		w.counts.Add(&c)
	}
	return c, err
}

func (w *writer) NextID(ctx context.Context, s storage.Sequence) (int64, error) {
	if err := w.checkWrite(ctx); err != nil {
		return 0, err
	}
	id, err := w.counts.NextID(ctx, s)
	return id, w.Fail(ctx, err)
}

// noteSequence notes an id that no row shows.
func (w *writer) noteSequence(s storage.Sequence, last int64) error {
	_, err := w.engine.exec(`INSERT INTO roster_sequences (account, name, last) VALUES (?, ?, ?)
		ON CONFLICT (account, name) DO UPDATE SET last = max(last, excluded.last)`, w.account, record.SequenceName(s), last)
	return err
}

// changeID reads the id of a change, the zero one if there is no row.
func (r *reader) changeID(query string) (storage.ChangeID, error) {
	v, ok, err := one(r.engine, query, r.account)
	if err != nil || !ok {
		return storage.ChangeID{}, err
	}
	return storage.ChangeID{Revision: user.Revision(v.number(0)), Index: int(v.number(1))}, nil
}

const (
	selectCompacted = "SELECT revision, position FROM roster_compactions WHERE account = ?"
	selectNewest    = `SELECT revision, position FROM roster_changes WHERE account = ?
		ORDER BY revision DESC, position DESC LIMIT 1`
)

func (w *writer) Load(ctx context.Context, c storage.Counters) error {
	if err := w.checkWrite(ctx); err != nil {
		return err
	}
	newest, err := w.changeID(selectNewest)
	if err == nil {
		err = w.counts.Load(ctx, c, newest)
	}
	if err == nil && c.Compacted != (storage.ChangeID{}) {
		err = w.forgetChanges(c.Compacted)
	}
	return w.Fail(ctx, err)
}
