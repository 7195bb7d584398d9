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
	restrictions := old.Restrictions(next)
	if len(restrictions) == 0 {
		return nil
	}
	broken := make([]int, len(restrictions))
	for u, err := range users(ctx, t, storage.Query{Deleted: storage.WithDeleted}) {
		if err != nil {
			return err
		}
		for i, r := range restrictions {
			if r.BrokenBy(u) {
				broken[i]++
			}
		}
	}
	for i, r := range restrictions {
		if broken[i] > 0 {
			return r.InUse(broken[i])
		}
	}
	return nil
}
