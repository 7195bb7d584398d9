package sqlread

import (
	"context"
	"fmt"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// Accounts is storage.Storage.Accounts.
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

// isDeleted is the condition on a row a of roster_accounts that the account is deleted: no change
// of its revision is kept, nor can one come.
const isDeleted = `EXISTS (SELECT 1 FROM roster_compactions AS c
	WHERE c.account = a.id AND c.revision = a.revision AND c.position = 2147483647)`
