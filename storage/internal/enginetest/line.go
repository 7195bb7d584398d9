package enginetest

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"testing"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// QueueUp runs updates of one account that wait for each other in the given order. Each function in
// updates must make one Update of the account. QueueUp first starts an Update of its own, which
// holds the account's lock. It then starts each function in a goroutine, and goes on when one
// Update more waits. At last it ends its own Update, and returns when all have ended. waiting
// returns the number of waiting Updates. QueueUp's own Update writes nothing, so the outcome of its
// commit may be unknown.
func QueueUp(t *testing.T, s storage.Storage, account user.AccountID, waiting func() int, updates ...func()) {
	t.Helper()
	hold, held := make(chan struct{}), make(chan struct{})
	var all sync.WaitGroup
	var once sync.Once
	all.Go(func() {
		_, err := s.Update(t.Context(), account, func(context.Context, storage.Writer) error {
			once.Do(func() { close(held) }) // it may run again
			<-hold
			return nil
		})
		if err != nil && !errors.Is(err, storage.ErrUnknownOutcome) {
			t.Errorf("the Update that holds the turn: %v", err)
		}
	})
	<-held
	for i, update := range updates {
		all.Go(update)
		for waiting() <= i {
			runtime.Gosched()
		}
	}
	close(hold)
	all.Wait()
}
