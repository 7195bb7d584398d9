package pgstore

import (
	"testing"
	"time"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/enginetest"
)

// TestWaitNeedsNoPoll: the store tells of its own commits by itself. No wake-up that is lost is
// made good by a notification or by the poll, as it is otherwise within a second.
func TestWaitNeedsNoPoll(t *testing.T) {
	t.Parallel()
	again := emptied(t, WithoutListen(), PollInterval(time.Hour))
	enginetest.Cases(t, "Wait", func(t testing.TB) storage.Storage { return again(t) })
}
