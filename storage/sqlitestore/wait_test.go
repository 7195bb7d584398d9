package sqlitestore

import (
	"strings"
	"testing"
	"time"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/storagetest"
)

// TestWaitNeedsNoPoll: the store tells of its own commits by itself. No wake-up that is lost is
// made good by the poll, as it is otherwise within 50 ms.
func TestWaitNeedsNoPoll(t *testing.T) {
	for _, c := range storagetest.Cases() {
		if strings.HasPrefix(c.Name, "Wait/") {
			t.Run(c.Name, func(t *testing.T) {
				c.Test(t, func(t testing.TB) storage.Storage { return open(t, PollInterval(time.Hour)) })
			})
		}
	}
}
