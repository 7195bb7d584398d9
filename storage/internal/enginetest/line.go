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

// QueueUp runs the functions in updates so that all of them wait in this order before the first one
// runs. Each function must make one Update of the account. QueueUp makes the functions wait behind
// an empty Update that it runs first; this one may return ErrUnknownOutcome. waiting must return
// the number of Updates that wait. QueueUp returns when all functions have returned.
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
