package sqlitestore

import (
	"context"
	"database/sql/driver"
	"fmt"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// compacted returns the last change that is not kept.
func (r *reader) compacted(ctx context.Context) (storage.ChangeID, error) {
	return r.changeID(ctx, "SELECT revision, position FROM roster_compactions WHERE account = ?")
}

// changeID reads the id of a change, zero if there is no row.
func (r *reader) changeID(ctx context.Context, query string) (storage.ChangeID, error) {
	v, ok, err := one(ctx, r.engine, query, r.account)
	if err != nil || !ok {
		return storage.ChangeID{}, err
	}
	return storage.ChangeID{Revision: user.Revision(number(v[0])), Index: int(number(v[1]))}, nil
}

func (r *reader) Counters(ctx context.Context) (storage.Counters, error) {
	if err := r.alive(ctx); err != nil {
		return storage.Counters{}, err
	}
	c := storage.Counters{Revision: r.revision}
	var err error
	if c.Compacted, err = r.compacted(ctx); err != nil {
		return storage.Counters{}, r.noted(ctx, err)
	}
	// The kinds of reference data are the numbers of their sequences, less that of kind 0.
	err = r.engine.query(ctx, false, `SELECT ?, max(id) FROM roster_users WHERE account = ?
		UNION ALL SELECT ?, max(id) FROM roster_transfers WHERE account = ?
		UNION ALL SELECT ? + kind, max(id) FROM roster_refs WHERE account = ? GROUP BY kind
		UNION ALL SELECT name, last FROM roster_sequences WHERE account = ?`,
		func(v []driver.Value) (bool, error) {
			if name := number(v[0]); name >= 0 && name < int64(len(c.Given)) {
				c.Given[name] = max(c.Given[name], number(v[1]))
			}
			return true, nil
		}, int64(storage.UserIDs), r.account, int64(storage.TransferIDs), r.account, int64(storage.RefIDs(0)), r.account, r.account)
	return c, r.noted(ctx, err)
}

// Counters counts what NextID gave in this transaction too.
func (w *writer) Counters(ctx context.Context) (storage.Counters, error) {
	c, err := w.reader.Counters(ctx)
	for name, q := range w.sequences {
		if int(name) < len(c.Given) && err == nil {
			c.Given[name] = max(c.Given[name], q.given)
		}
	}
	return c, err
}

func (w *writer) Load(ctx context.Context, c storage.Counters) error {
	if err := w.writable(ctx); err != nil {
		return err
	}
	return w.noted(ctx, w.load(ctx, c))
}

func (w *writer) load(ctx context.Context, c storage.Counters) error {
	switch {
	case w.revision != 0:
		return fmt.Errorf("sqlitestore: loading over revision %d: %w", w.revision, storage.ErrInvalid)
	case w.wrote:
		return fmt.Errorf("sqlitestore: loading after writing: %w", storage.ErrInvalid)
	case int64(c.Revision) < 0: // more than a column holds
		return fmt.Errorf("sqlitestore: loading revision %d: %w", c.Revision, storage.ErrInvalid)
	}
	var err error
	if w.loaded, err = w.changeID(ctx, `SELECT revision, position FROM roster_changes WHERE account = ?
		ORDER BY revision DESC, position DESC LIMIT 1`); err != nil {
		return err
	}
	if err := c.CheckLoad(w.loaded); err != nil {
		return fmt.Errorf("sqlitestore: %w", err)
	}
	w.wrote, w.loading, w.loads = true, true, c.Revision
	for name, id := range c.Given {
		if id == 0 {
			continue
		}
		if err := w.keepSequence(storage.Sequence(name), id); err != nil {
			return err
		}
		w.used(storage.Sequence(name), id)
	}
	if c.Compacted == (storage.ChangeID{}) {
		return nil
	}
	if w.loaded.Less(c.Compacted) {
		w.loaded = c.Compacted
	}
	at := []any{w.account, signed(c.Compacted.Revision), int64(c.Compacted.Index)}
	if _, err := w.engine.exec("DELETE FROM roster_changes WHERE account = ? AND (revision, position) <= (?, ?)", at...); err != nil {
		return err
	}
	_, err = w.engine.exec("INSERT INTO roster_compactions (account, revision, position) VALUES (?, ?, ?)", at...)
	return err
}

// place returns the id of the change that is recorded next: one that is loaded keeps its own.
func (w *writer) place(own storage.ChangeID) (storage.ChangeID, error) {
	if !w.loading {
		return storage.ChangeID{Revision: w.Next(), Index: w.changes}, nil
	}
	if int64(own.Revision) < 0 { // more than a column holds
		return own, fmt.Errorf("sqlitestore: change %v: %w", own, storage.ErrInvalid)
	}
	if err := storage.CheckLoaded(own, w.loaded, w.loads); err != nil {
		return own, fmt.Errorf("sqlitestore: %w", err)
	}
	w.loaded = own
	return own, nil
}
