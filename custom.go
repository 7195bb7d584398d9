package roster

import (
	"context"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// customSchema returns the custom attributes that the account's settings define.
func (s *readTx) customSchema(ctx context.Context) user.CustomSchema {
	account, err := s.Account(ctx)
	if err != nil {
		s.unread = firstOf(s.unread, err)
	}
	return account.CustomAttributes
}

// checkSchemaChange refuses a change of the custom attributes that users would break. Deleted users
// count, because a restored user has the values again. Errors: *user.CustomInUseError.
func (t *tx) checkSchemaChange(ctx context.Context, old, next user.CustomSchema) error {
	for _, r := range old.Restrictions(next) {
		q := storage.Query{Deleted: storage.WithDeleted, HasCustom: r.Name}
		if r.Lacking {
			q = storage.Query{LacksCustom: r.Name}
		}
		broken := 0
		for u, err := range users(ctx, t, q) {
			if err != nil {
				return err
			}
			if r.BrokenBy(u) {
				broken++
			}
		}
		if broken > 0 {
			return r.InUse(broken)
		}
	}
	return nil
}
