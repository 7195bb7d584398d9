package pgstore

import (
	"context"
	"testing"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/enginetest"
	"github.com/ca74b63c/roster/user"
)

// TestARefusalWaitsForWhatItRestsOn: an Update that is refused because of what another one in the
// same transaction wrote returns after the commit, when others can read that too.
func TestARefusalWaitsForWhatItRestsOn(t *testing.T) {
	s := open(t)
	enginetest.Refusal(t, s, "acme", func(updates ...func()) { queueUp(t, s, updates...) })
}

// TestARefusalByWhatNeverHappened: if the transaction is lost, who was refused in it is asked
// again.
func TestARefusalByWhatNeverHappened(t *testing.T) {
	oneNode(t, "a cluster takes no CHECK without a name")
	s := open(t)
	put := func(id user.ID) error {
		_, err := s.Update(t.Context(), "acme", func(ctx context.Context, w storage.Writer) error {
			return w.PutUser(ctx, user.User{ID: id})
		})
		return err
	}
	must(t, put(9))
	// What no rule of the domain refuses, but this database does.
	_, err := s.pool.Exec(t.Context(), "ALTER TABLE roster_users ADD CHECK (id <> 1)")
	must(t, err)
	enginetest.RefusalOfNothing(t, s, "acme", func(updates ...func()) { queueUp(t, s, updates...) }, func() {
		if put(1) == nil {
			t.Error("the database took what it refuses")
		}
	})
}
