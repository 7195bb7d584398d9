package sqlitestore

import (
	"testing"

	"github.com/ca74b63c/roster/storage/internal/whole"
)

// TestEveryCallIsWhole lets each call on the store fail in turn beneath the whole front door: nothing of what failed is kept,
// no transaction stays open and no connection is kept by anybody.
func TestEveryCallIsWhole(t *testing.T) {
	s := open(t, SyncNormal())
	other := plain(t, s.path)
	whole.Run(t, s, func(t *testing.T) {
		tx, err := other.Begin() // takes the lock for writing, which nobody else may have
		must(t, err)
		must(t, tx.Rollback())
		if n := len(s.readers.opened) - len(s.readers.idle); n > 0 {
			t.Errorf("%d connections for reading are not given back", n)
		}
	})
}
