package pgstore

import (
	"testing"

	"github.com/ca74b63c/roster/storage/internal/faulttest"
)

// TestEveryCallIsWhole lets each call on the store fail in turn beneath the whole front door:
// nothing of what failed is kept, no connection and no transaction stays open.
func TestEveryCallIsWhole(t *testing.T) {
	s := open(t)
	faulttest.Run(t, s, func(t *testing.T) {
		idle(t, s.pool)
		for _, c := range s.pool.AcquireAllIdle(t.Context()) {
			if status := c.Conn().PgConn().TxStatus(); status != 'I' {
				t.Errorf("a connection is given back with its transaction open: %c", status)
			}
			c.Release()
		}
	})
}
