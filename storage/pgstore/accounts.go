package pgstore

import (
	"context"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/sqlread"
	"github.com/ca74b63c/roster/user"
)

// DeleteAccount implements storage.Storage. It is one Update in the mode alone, so it locks the
// account's row first. The account's row, its sequences and its compaction stay.
//
// Errors: those of Update.
func (s *Store) DeleteAccount(ctx context.Context, a user.AccountID) (user.Revision, error) {
	return s.update(ctx, a, deleteAccount, alone)
}

// DeleteAccount implements storage.Storage.
func (h *hostTx) DeleteAccount(ctx context.Context, a user.AccountID) (user.Revision, error) {
	return h.Update(ctx, a, deleteAccount)
}

// deleteAccount is the function of an Update that deletes the account.
func deleteAccount(ctx context.Context, sw storage.Writer) error {
	w := sw.(*writer)
	before, err := w.Counters(ctx)
	if err != nil || before.Deleted() || w.group.made { // made: nothing was ever written
		return err
	}
	after := before.AfterDeletion()
	for s, last := range after.Given { // no row will show it
		if last > 0 {
			w.pending.sequences.set(storage.Sequence(s), last)
		}
	}
	var statements []statement
	for _, sql := range append(sqlread.Deletions(), "UPDATE roster_accounts SET settings = NULL, units = 0 WHERE id = $1") {
		statements = append(statements, statement{sql, []any{w.account}})
	}
	if after.Revision != before.Revision {
		w.wrote = true
		statements = append(statements, statement{putCompaction,
			[]any{w.account, sqlread.Signed(after.Compacted.Revision), int64(after.Compacted.Index)}})
	}
	if err := w.send(ctx, statements...); err != nil {
		return w.Fail(ctx, err)
	}
	w.group.wrote = true // at revision 0 too, where an unfinished Load left rows
	w.settings, *w.own, *w.group.known = nil, known{}, known{}
	w.own.balances.set(balance.Account, held{})
	return nil
}
