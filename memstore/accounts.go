package memstore

import (
	"context"
	"fmt"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// DeleteAccount implements storage.Storage. It removes all data of the account except its counters,
// such as the revision and the greatest ids that were given, and the greatest ConfigVersion of its
// users. It returns the revision after the deletion. Before the deletion it waits for the running
// Update of the account. The revision does not rise if the account is already deleted or has the
// revision 0.
//
// A deletion takes the same time for every account, because the account gets the empty database of
// new accounts. Deleted accounts still count for the option MaxAccounts.
//
// Errors: storage.ErrClosed; storage.ErrInvalid for a nil context; the context's error;
// storage.ErrNestedTx.
func (s *Store) DeleteAccount(ctx context.Context, id user.AccountID) (user.Revision, error) {
	end, err := s.begin(ctx, true)
	if err != nil {
		return 0, err
	}
	defer end()
	pass, err := s.await(ctx, id)
	if err != nil {
		return 0, err
	}
	defer pass()
	var r reader
	r.open(ctx, s, id, false)
	old := r.base
	if old == s.empty {
		return 0, nil
	}
	after := old.counters().AfterDeletion()
	txn := s.db.Txn(true)
	defer txn.Abort()
	must(txn.Insert(tableAccounts, &accountRow{
		id: id, db: s.empty.db, rows: s.empty.rows,
		revision: after.Revision, config: old.config, given: after.Given,
		compacted: after.Compacted, newest: after.Compacted,
	}))
	txn.Commit()
	return after.Revision, nil
}

// counters returns the counters of the account in this state.
func (r *accountRow) counters() storage.Counters {
	return storage.Counters{Revision: r.revision, Compacted: r.compacted, Given: r.given}
}

// Accounts implements storage.Storage. It returns the ids of accounts that are greater than after,
// in ascending order. The parameter state selects live accounts, deleted accounts, or both.
// Accounts with the revision 0 are left out. The list has at most limit ids; a limit of 0 means
// storage.MaxPage.
//
// Errors: storage.ErrClosed; storage.ErrInvalid for a nil context, for an unknown state,
// or for a limit below 0 or above storage.MaxPage; the context's error; storage.ErrNestedTx.
func (s *Store) Accounts(
	ctx context.Context, state storage.Deleted, after user.AccountID, limit int,
) ([]user.AccountID, error) {
	end, err := s.begin(ctx, true)
	if err != nil {
		return nil, err
	}
	defer end()
	most, err := storage.CheckAccounts(state, limit)
	if err != nil {
		return nil, fmt.Errorf("memstore: %w", err)
	}
	var list []user.AccountID
	for row := range ascend[accountRow](&reader{rows: s.db.Txn(false)}, tableAccounts, accountKey(nil, after)) {
		if len(list) == most {
			break
		}
		deleted := row.counters().Deleted()
		wanted := state == storage.WithDeleted || deleted == (state == storage.OnlyDeleted)
		if row.id > after && row.revision > 0 && wanted {
			list = append(list, row.id)
		}
	}
	return list, nil
}
