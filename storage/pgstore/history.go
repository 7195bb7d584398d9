package pgstore

import (
	"context"
	"fmt"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/sqlread"
)

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
	compacted, err := w.Compacted(ctx)
	if err != nil || !compacted.Less(last) {
		return err
	}
	w.wrote = true
	return w.forgetChanges(ctx, last)
}

// forgetChanges removes the changes up to one, and notes that.
func (w *writer) forgetChanges(ctx context.Context, last storage.ChangeID) error {
	at := []any{w.account, sqlread.Signed(last.Revision), int64(last.Index)}
	return w.send(ctx,
		statement{"DELETE FROM roster_changes WHERE account = $1 AND (revision, position) <= ($2, $3)", at},
		statement{putCompaction, at})
}

const putCompaction = `INSERT INTO roster_compactions (account, revision, position) VALUES ($1, $2, $3)
	ON CONFLICT (account) DO UPDATE SET revision = excluded.revision, position = excluded.position`
