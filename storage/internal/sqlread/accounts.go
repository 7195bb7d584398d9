package sqlread

import (
	"context"
	"fmt"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// Accounts implements storage.Storage.Accounts for the SQL stores. It returns ids of accounts whose
// revision is greater than 0, in ascending order. The result is nil if there are none. The
// parameters choose the ids:
//
//   - which: the deleted accounts, the accounts that are not deleted, or both
//   - after: only ids greater than this one
//   - limit: the greatest number of ids; 0 means storage.MaxPage
//
// Errors: storage.ErrInvalid if storage.CheckAccounts refuses which or limit; those of the engine
// e.
func Accounts(
	ctx context.Context, e Engine, d Dialect, which storage.Deleted, after user.AccountID, limit int,
) (ids []user.AccountID, err error) {
	most, err := storage.CheckAccounts(which, limit)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", d.store(), err)
	}
	sql := "SELECT id FROM roster_accounts AS a WHERE id > $1 AND revision > 0"
	switch which {
	case storage.NotDeleted:
		sql += " AND NOT " + isDeleted
	case storage.OnlyDeleted:
		sql += " AND " + isDeleted
	}
	err = e.Ask(ctx, Question{
		SQL: sql + " ORDER BY id LIMIT $2", Args: []any{string(after), int64(most)},
		Row: func(row Row) error {
			var id string
			err := row.Scan(&id)
			ids = append(ids, user.AccountID(id))
			return err
		},
	})
	return ids, err
}

// isDeleted is the condition that the account of row a of roster_accounts is deleted. Deleting an
// account records its compaction up to the greatest position of its last revision, so this row
// tells a deleted account from one whose history was only shortened. A later write to the account
// raises its revision, and the condition no longer holds.
const isDeleted = `EXISTS (SELECT 1 FROM roster_compactions AS c
	WHERE c.account = a.id AND c.revision = a.revision AND c.position = 2147483647)`
