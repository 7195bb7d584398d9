package pgstore

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/record"
	"github.com/ca74b63c/roster/user"
)

const (
	selectCompacted  = "SELECT revision, position FROM roster_compactions WHERE account = $1"
	selectLastChange = `SELECT revision, position FROM roster_changes WHERE account = $1
		ORDER BY revision DESC, position DESC LIMIT 1`
	selectSequences = `SELECT 'users', coalesce((SELECT max(id) FROM roster_users WHERE account = $1), 0)
		UNION ALL SELECT 'transfers', coalesce((SELECT max(transfer) FROM roster_postings WHERE account = $1), 0)
		UNION ALL SELECT kind, max(id) FROM roster_refs WHERE account = $1 GROUP BY kind
		UNION ALL SELECT name, last FROM roster_sequences WHERE account = $1`
)

// batch runs statements in one round trip on what was written so far too.
func (r *reader) batch(ctx context.Context, b *pgx.Batch) error {
	if r.flush != nil {
		if err := r.flush(ctx); err != nil {
			return err
		}
	}
	return r.link.batch(ctx, b)
}

// scanChangeID returns a function that reads an id of a change.
func scanChangeID(id *storage.ChangeID) func(pgx.Rows) error {
	return func(rows pgx.Rows) error {
		return each(rows, func(rows pgx.Rows) error {
			var revision, position int64
			err := rows.Scan(&revision, &position)
			*id = storage.ChangeID{Revision: user.Revision(revision), Index: int(position)}
			return err
		})
	}
}

func (r *reader) Counters(ctx context.Context) (storage.Counters, error) {
	if err := r.Check(ctx); err != nil {
		return storage.Counters{}, err
	}
	c := storage.Counters{Revision: r.revision}
	var b pgx.Batch
	queueCounters(&b, r.account, &c)
	if err := r.batch(ctx, &b); err != nil {
		return storage.Counters{}, r.Fail(ctx, err)
	}
	return c, nil
}

// queueCounters adds the questions for what an account counts beside its revision.
func queueCounters(b *pgx.Batch, account string, c *storage.Counters) {
	b.Queue(selectCompacted, account).Query(scanChangeID(&c.Compacted))
	b.Queue(selectSequences, account).Query(func(rows pgx.Rows) error {
		return each(rows, func(rows pgx.Rows) error {
			var name string
			var last int64
			err := rows.Scan(&name, &last)
			if s, ok := record.SequenceOf(name); ok {
				c.Given[s] = max(c.Given[s], last)
			}
			return err
		})
	})
}

// Counters counts what NextID gave in this transaction too.
func (w *writer) Counters(ctx context.Context) (storage.Counters, error) {
	c, err := w.reader.Counters(ctx)
	for name, q := range w.own.sequences {
		if int(name) < len(c.Given) && err == nil {
			c.Given[name] = max(c.Given[name], q.last())
		}
	}
	return c, err
}

func (w *writer) Load(ctx context.Context, c storage.Counters) error {
	if err := w.Check(ctx); err != nil {
		return err
	}
	return w.Fail(ctx, w.load(ctx, c))
}

func (w *writer) load(ctx context.Context, c storage.Counters) error {
	switch {
	case w.revision != 0:
		return fmt.Errorf("pgstore: loading over revision %d: %w", w.revision, storage.ErrInvalid)
	case w.wrote:
		return fmt.Errorf("pgstore: loading after writing: %w", storage.ErrInvalid)
	case int64(c.Revision) < 0: // more than a column holds
		return fmt.Errorf("pgstore: loading revision %d: %w", c.Revision, storage.ErrInvalid)
	}
	var b pgx.Batch
	b.Queue(selectLastChange, w.account).Query(scanChangeID(&w.loaded))
	if err := w.batch(ctx, &b); err != nil {
		return err
	}
	if err := c.CheckLoad(w.loaded); err != nil {
		return fmt.Errorf("pgstore: %w", err)
	}
	w.wrote, w.loading, w.loads = true, true, c.Revision
	for s, id := range c.Given {
		if id == 0 {
			continue
		}
		name := storage.Sequence(s)
		q, err := w.sequence(ctx, name)
		if err != nil {
			return err
		}
		if q.last() < id {
			q.given = id
			w.own.sequences.set(name, q)
		}
	}
	if c.Compacted == (storage.ChangeID{}) {
		return nil
	}
	if w.loaded.Less(c.Compacted) {
		w.loaded = c.Compacted
	}
	return w.forgetChanges(ctx, c.Compacted)
}

// place returns the id of the change that is recorded next: one that is loaded keeps its own.
func (w *writer) place(own storage.ChangeID) (storage.ChangeID, error) {
	if !w.loading {
		return storage.ChangeID{Revision: w.Next(), Index: w.changes}, nil
	}
	if int64(own.Revision) < 0 { // more than a column holds
		return own, fmt.Errorf("pgstore: change %v: %w", own, storage.ErrInvalid)
	}
	if err := storage.CheckLoaded(own, w.loaded, w.loads); err != nil {
		return own, fmt.Errorf("pgstore: %w", err)
	}
	w.loaded = own
	return own, nil
}
