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

// QueueUp runs the functions in updates so that their Updates wait for each other in the given
// order. Each function must make one Update of the account. QueueUp first starts its own Update,
// which holds the account's lock. It then starts the functions, each in a goroutine. It starts the
// next function when the Update of the previous one waits. waiting returns the number of waiting
// Updates. When all wait, QueueUp ends its own Update, and returns when all functions have
// returned. QueueUp's own Update writes nothing, and its commit may have an unknown outcome.
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
