package pgstore

import (
	"context"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// DeleteAccount implements storage.Storage. It is an Update in the mode alone (protocol.go). The
// account's row, its sequences and its compaction are kept. Errors: those of Update.
func (s *Store) DeleteAccount(ctx context.Context, a user.AccountID) (user.Revision, error) {
	return s.update(ctx, a, deleteAccount, alone)
}

// DeleteAccount implements storage.Storage.
func (h *hostTx) DeleteAccount(ctx context.Context, a user.AccountID) (user.Revision, error) {
	return h.Update(ctx, a, deleteAccount)
}

// deleteAccount deletes the account of sw, a *writer, as the function of an Update. It does nothing
// if the account had no row before. Errors: those of the reads and writes.
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
