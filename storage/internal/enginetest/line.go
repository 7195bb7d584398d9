package enginetest

import (
	"context"
	"runtime"
	"sync"
	"testing"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// QueueUp holds an account's turn with an Update, starts the others so that they wait behind it in
// their order, lets go, and returns when all have ended. It is told how many wait by waiting,
// which is asked once the turn is held.
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
		if err != nil {
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
