package sqlitestore

import (
	"testing"
	"time"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/enginetest"
)

// TestWaitNeedsNoPoll: the store tells of its own commits by itself. No wake-up that is lost is
// made good by the poll, as it is otherwise within 50 ms.
func TestWaitNeedsNoPoll(t *testing.T) {
	enginetest.Cases(t, "Wait", func(t testing.TB) storage.Storage { return open(t, PollInterval(time.Hour)) })
}
