package sqlitestore

import (
	"context"
	"fmt"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/record"
	"github.com/ca74b63c/roster/user"
)

// DeleteAccount implements storage.Storage. It is one Update, so nothing else writes to the file
// while it runs. The account's row, its sequences and its compaction stay.
//
// Errors: those of Update.
func (s *Store) DeleteAccount(ctx context.Context, a user.AccountID) (user.Revision, error) {
	return s.Update(ctx, a, deleteAccount)
}

// DeleteAccount implements storage.Storage.
func (s *txStore) DeleteAccount(ctx context.Context, a user.AccountID) (user.Revision, error) {
	return s.Update(ctx, a, deleteAccount)
}

// deletions remove what an account has. A table comes before those that it refers to.
var deletions = []string{
	"DELETE FROM roster_unique_keys WHERE account = ?",
	"DELETE FROM roster_shared_keys WHERE account = ?",
	"DELETE FROM roster_user_sets WHERE account = ?",
	"DELETE FROM roster_user_custom WHERE account = ?",
	"DELETE FROM roster_user_texts WHERE account = ?",
	"DELETE FROM roster_secrets WHERE account = ?",
	"DELETE FROM roster_users WHERE account = ?",
	"DELETE FROM roster_refs WHERE account = ?",
	"DELETE FROM roster_balances WHERE account = ?",
	"DELETE FROM roster_reversals WHERE account = ?",
	"DELETE FROM roster_postings WHERE account = ?",
	"DELETE FROM roster_transfers WHERE account = ?",
	"DELETE FROM roster_changes WHERE account = ?",
	"UPDATE roster_accounts SET settings = NULL WHERE id = ?",
}

// deleteAccount is the function of an Update that deletes the account.
func deleteAccount(ctx context.Context, sw storage.Writer) error {
	w := sw.(*writer)
	before, err := w.Counters(ctx)
	if err != nil || w.number == 0 || before.Deleted() {
		return err
	}
	for s, last := range before.Given { // no row will show it
		if last > 0 {
			if err := w.noteSequence(storage.Sequence(s), last); err != nil {
				return w.Fail(ctx, err)
			}
		}
	}
	// An index that keeps no text has to be told what it forgets.
	if _, err := w.engine.exec(`INSERT INTO roster_user_grams (roster_user_grams, rowid, grams)
		SELECT 'delete', document, folded || ? FROM roster_user_texts WHERE account = ?`,
		record.Separator+accountGram(w.number), w.account); err != nil {
		return w.Fail(ctx, err)
	}
	for _, statement := range deletions {
		if _, err := w.engine.exec(statement, w.account); err != nil {
			return w.Fail(ctx, err)
		}
	}
	if before.Revision == 0 {
		return nil
	}
	w.counts.Wrote()
	return w.Fail(ctx, w.forgetChanges(before.AfterDeletion().Compacted))
}

// accounts is Storage.Accounts on an engine.
func accounts(
	ctx context.Context, e engine, which storage.Deleted, after user.AccountID, limit int,
) (list []user.AccountID, err error) {
	most, err := storage.CheckAccounts(which, limit)
	if err != nil {
		return nil, fmt.Errorf("sqlitestore: %w", err)
	}
	err = e.query(ctx, selectAccounts[which], func(v row) (bool, error) {
		list = append(list, user.AccountID(v.text(0)))
		return true, nil
	}, string(after), int64(most))
	return list, named(ctx, err)
}

// selectAccounts are the queries of Accounts. Of a deleted account no change of its revision is
// kept, nor can one come.
var selectAccounts = map[storage.Deleted]string{
	storage.NotDeleted: "SELECT id FROM roster_accounts AS a WHERE id > ? AND revision > 0 AND NOT " + isDeleted +
		" ORDER BY id LIMIT ?",
	storage.WithDeleted: "SELECT id FROM roster_accounts WHERE id > ? AND revision > 0 ORDER BY id LIMIT ?",
	storage.OnlyDeleted: "SELECT id FROM roster_accounts AS a WHERE id > ? AND revision > 0 AND " + isDeleted +
		" ORDER BY id LIMIT ?",
}

const isDeleted = `EXISTS (SELECT 1 FROM roster_compactions AS c
	WHERE c.account = a.id AND c.revision = a.revision AND c.position = 2147483647)`
