package enginetest

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"testing"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/sample"
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

// ShareCommit tests that 20 Updates that wait at the same time share one commit with the Update
// before them. Each Update must make its own revision and see what the earlier ones wrote. s must
// be empty. queueUp must run the updates as QueueUp does, and return the number of Updates in each
// commit, with the first Update.
func ShareCommit(t *testing.T, s storage.Storage, queueUp func(updates ...func()) (commits []int)) {
	t.Helper()
	sample.Fund(t, s, account)
	var updates []func()
	revisions := make([]user.Revision, 20)
	for i := range revisions {
		updates = append(updates, func() {
			var err error
			revisions[i], err = s.Update(t.Context(), account, func(ctx context.Context, w storage.Writer) error {
				return sample.Post(ctx, w, 1, fmt.Sprint("key ", i))
			})
			must(t, err)
		})
	}
	if commits := queueUp(updates...); !slices.Equal(commits, []int{len(updates) + 1}) {
		t.Errorf("the commits had %v Updates", commits)
	}
	for i, rev := range revisions {
		if rev != user.Revision(i+2) {
			t.Errorf("Update %d made revision %d", i, rev)
		}
	}
	if keys := sample.Check(t, s, account); len(keys) != len(updates)+1 {
		t.Errorf("%d transfers", len(keys))
	}
}
