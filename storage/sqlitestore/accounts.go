package sqlitestore

import (
	"context"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/record"
	"github.com/ca74b63c/roster/storage/internal/sqlread"
	"github.com/ca74b63c/roster/user"
)

// DeleteAccount implements storage.Storage. It runs as one Update, so nothing else writes to the
// file meanwhile. The account's row, its sequences and its compaction are kept.
//
// Errors: those of Update.
func (s *Store) DeleteAccount(ctx context.Context, a user.AccountID) (user.Revision, error) {
	return s.Update(ctx, a, deleteAccount)
}

// DeleteAccount implements storage.Storage.
func (s *txStore) DeleteAccount(ctx context.Context, a user.AccountID) (user.Revision, error) {
	return s.Update(ctx, a, deleteAccount)
}

// deleteAccount deletes the data of an account, and the users' texts in the index for parts of
// names. It is the function of an Update. sw must be a *writer of this package; otherwise
// deleteAccount panics. The account's row and the last ids of its sequences stay. The revision
// rises, and the history counts as compacted up to the new revision. If the account was already
// deleted or has the revision 0, the revision stays. If the account has no row, deleteAccount does
// nothing and returns nil.
func deleteAccount(ctx context.Context, sw storage.Writer) error {
	w := sw.(*writer)
	before, err := w.Counters(ctx)
	if err != nil || w.number == 0 {
		return err
	}
	// An index that keeps no text has to be told what it forgets.
	if _, err := w.engine.exec(`INSERT INTO roster_user_grams (roster_user_grams, rowid, grams)
		SELECT 'delete', document, folded || ? FROM roster_user_texts WHERE account = ?`,
		record.Separator+accountGram(w.number), w.account); err != nil {
		return w.Fail(ctx, err)
	}
	w.Row.Units = 0
	return w.Writer.DeleteAccount(ctx, before)
}

// Accounts implements storage.Storage. It returns at most limit account ids that are greater than
// the parameter after, in ascending order by bytes. If limit is 0, it returns at most
// storage.MaxPage. The parameter which selects deleted accounts, accounts that are not deleted, or
// both. An account that was never written to is not listed.
//
// Errors: storage.ErrClosed; the context's; storage.ErrInvalid for an invalid which or limit; the
// engine's.
func (s *Store) Accounts(
	ctx context.Context, which storage.Deleted, after user.AccountID, limit int,
) ([]user.AccountID, error) {
	end, err := s.gate.Enter(ctx)
	if err != nil {
		return nil, err
	}
	defer end()
	c, err := s.readers.get(ctx)
	if err != nil {
		return nil, err
	}
	defer s.readers.put(c)
	list, err := sqlread.Accounts(ctx, asker{c}, sqlread.SQLite, which, after, limit)
	return list, named(ctx, err)
}

// Accounts implements storage.Storage. It returns account ids as Store.Accounts does, but reads
// them in the host's transaction. Errors: those of Store.Accounts, storage.ErrNestedTx,
// *SchemaError, and storage.ErrInvalid without a transaction.
func (s *txStore) Accounts(
	ctx context.Context, which storage.Deleted, after user.AccountID, limit int,
) ([]user.AccountID, error) {
	end, err := s.enter(ctx, true)
	if err != nil {
		return nil, err
	}
	defer end()
	list, err := sqlread.Accounts(ctx, asker{s.engine}, sqlread.SQLite, which, after, limit)
	return list, named(ctx, err)
}
