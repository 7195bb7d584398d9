package enginetest

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/sample"
	"github.com/ca74b63c/roster/user"
)

// ShareCommit tests that Updates that wait at the same time are committed together, by one commit.
// Each Update must still make its own revision, and see what the earlier Updates wrote. s must be
// empty. queueUp must run one Update that holds the lock of the account, and behind it the given
// functions in their order. queueUp must return how many Updates each commit had; the first Update
// counts too.
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
