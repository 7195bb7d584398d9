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

// ShareCommit tests that Updates that wait for each other have one commit, each a revision of its
// own, and that each sees what the one before it wrote. s must be empty. queueUp must run the given
// functions in their order, behind an Update that holds the turn, and return how many Updates each
// commit had.
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
