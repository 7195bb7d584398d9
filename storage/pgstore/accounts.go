package pgstore

import (
	"context"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/sqlread"
	"github.com/ca74b63c/roster/user"
)

// Accounts implements storage.Storage. It returns account ids greater than the parameter after, in
// ascending order by bytes, at most limit (0 means storage.MaxPage). which selects the deleted
// accounts, the others, or both. An account that was never written to is not listed.
//
// Errors: storage.ErrClosed, the context's, storage.ErrInvalid for an invalid limit or which,
// *SchemaError, storage.ErrUnavailable if the server cannot be reached, and the engine's.
func (s *Store) Accounts(
	ctx context.Context, which storage.Deleted, after user.AccountID, limit int,
) ([]user.AccountID, error) {
	end, err := s.gate.Enter(ctx)
	if err != nil {
		return nil, err
	}
	defer end()
	if err := s.check(ctx); err != nil {
		return nil, err
	}
	return sqlread.Accounts(ctx, pooled{s}, sqlread.PostgreSQL, which, after, limit)
}

// Accounts implements storage.Storage. It sees what the transaction has written. Errors: see Tx.
func (h *hostTx) Accounts(
	ctx context.Context, which storage.Deleted, after user.AccountID, limit int,
) (list []user.AccountID, _ error) {
	err := h.call(ctx, true, func() (_ bool, err error) {
		list, err = sqlread.Accounts(ctx, asker{opened{h.tx}}, sqlread.PostgreSQL, which, after, limit)
		return true, named(ctx, err)
	})
	return list, err
}

// DeleteAccount implements storage.Storage. It is an Update in the mode alone (protocol.go). The
// account's row, its sequences and its compaction are kept. Errors: those of Update.
func (s *Store) DeleteAccount(ctx context.Context, a user.AccountID) (user.Revision, error) {
	return s.update(ctx, a, deleteAccount, alone)
}

// DeleteAccount implements storage.Storage.
func (h *hostTx) DeleteAccount(ctx context.Context, a user.AccountID) (user.Revision, error) {
	return h.Update(ctx, a, deleteAccount)
}

// deleteAccount is the function of an Update. It deletes the account of sw, which must be a
// *writer. It does nothing if the account had no row before. Errors: those of the reads and writes.
func deleteAccount(ctx context.Context, sw storage.Writer) error {
	w := sw.(*writer)
	before, err := w.Counters(ctx)
	if err != nil || w.group.made { // made: nothing was ever written
		return err
	}
	if err := w.Writer.DeleteAccount(ctx, before); err != nil {
		return err
	}
	w.group.deleted = true
	w.settings, *w.own, *w.group.known = nil, known{}, known{}
	w.own.balances.set(balance.Account, held{})
	return nil
}
