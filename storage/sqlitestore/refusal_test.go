package sqlitestore

import (
	"context"
	"errors"
	"testing"

	sqlite3 "modernc.org/sqlite/lib"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/enginetest"
	"github.com/ca74b63c/roster/user"
)

// TestARefusalWaitsForWhatItRestsOn: an Update that is refused because of another one's writes in
// the same transaction returns once these can be read, and not before.
func TestARefusalWaitsForWhatItRestsOn(t *testing.T) {
	s := open(t)
	enginetest.Refusal(t, s, "acme", func(updates ...func()) { queueUp(t, s, updates...) })
}

// TestARefusalByWhatNeverHappened: if the transaction is lost, an Update that was refused in it
// runs again.
func TestARefusalByWhatNeverHappened(t *testing.T) {
	s := open(t)
	f := failOn(s, "COMMIT", coded(sqlite3.SQLITE_FULL), false)
	s.committed = func(int) { f.err = nil }
	errLater := errors.New("alone, it thinks better of it")
	enginetest.RefusalOfNothing(t, s, "acme", func(updates ...func()) { queueUp(t, s, updates...) }, func() {
		once := true
		_, err := s.Update(t.Context(), "acme", func(ctx context.Context, w storage.Writer) error {
			if !once {
				return errLater
			}
			once = false
			return w.PutUser(ctx, user.User{ID: 1})
		})
		if !errors.Is(err, errLater) {
			t.Errorf("the one whose write was lost: %v", err)
		}
	})
}
