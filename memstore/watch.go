package memstore

import (
	"context"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// Wait implements storage.Waiter. It waits until the revision of the account is greater than the
// parameter after, and returns the revision. It returns at once if the revision is already greater.
// Between its checks it waits for the channel that go-memdb closes when the account's row is
// inserted or replaced.
//
// Errors: storage.ErrClosed, also if the store is closed meanwhile; storage.ErrInvalid for a nil
// context; the context's; storage.ErrNestedTx.
func (s *Store) Wait(ctx context.Context, id user.AccountID, after user.Revision) (user.Revision, error) {
	end, err := s.begin(ctx, true)
	if err != nil {
		return 0, err
	}
	defer end()
	var r reader
	for {
		changed, found, err := s.db.Txn(false).FirstWatch(tableAccounts, byID, r.search(accountKey(nil, id))...)
		must(err)
		if row, ok := found.(*accountRow); ok && row.revision > after {
			return row.revision, nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return 0, ctx.Err()
		case <-s.gate.Closing():
			return 0, storage.ErrClosed
		}
	}
}
