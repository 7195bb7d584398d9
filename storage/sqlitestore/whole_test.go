package sqlitestore

import (
	"testing"

	"github.com/ca74b63c/roster/storage/internal/faulttest"
)

// TestEveryCallIsWhole lets each call on the store fail in turn beneath the whole front door.
// Nothing of a call that failed stays, no transaction stays open, and every connection is given
// back.
func TestEveryCallIsWhole(t *testing.T) {
	s := open(t, SyncNormal())
	other := plain(t, s.path)
	faulttest.Run(t, s, func(t *testing.T) {
		tx, err := other.Begin() // fails if another transaction has the lock for writing
		must(t, err)
		must(t, tx.Rollback())
		if n := len(s.readers.opened) - len(s.readers.idle); n > 0 {
			t.Errorf("%d connections for reading are not given back", n)
		}
	})
}
