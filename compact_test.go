package roster_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// patches changes a user once at each of the given hours after noon.
func (w *world) patches(hours ...int) {
	w.Helper()
	for _, h := range hours {
		w.now = noon.Add(time.Duration(h) * time.Hour)
		w.ok(second(w.host.Patch(w.ctx, agent, user.Patch{Description: user.Set(w.now.String())})))
	}
}

func TestCompactChangesForgetsWhatIsOlder(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.patches(1, 2, 3, 4)
		all := must(w.host.Changes(w.ctx, storage.ChangeQuery{}))
		kept, limit := all[len(all)-2:], noon.Add(3*time.Hour)
		transfers := w.state().Transfer
		w.unchanged("a refused compaction", func() {
			for _, before := range []time.Time{{}, w.now.Add(time.Second)} {
				w.is(problemAt("/before", second(w.host.CompactChanges(w.ctx, before))), validate.ErrInvalid, before.String())
			}
			w.is(second(w.host.CompactChanges(w.ctx, w.now, roster.IfRevision(1))), roster.ErrStale, "another revision")
		})
		var preview storage.ChangeID
		w.unchanged("a dry run", func() { preview = must(w.host.CompactChanges(w.ctx, limit, roster.DryRun())) })
		last := must(w.host.CompactChanges(w.ctx, limit, roster.WithReason("two years have passed")))
		if last != preview || last != storage.AfterRevision(kept[0].ID.Revision-1) {
			t.Errorf("compacted to %v, preview %v", last, preview)
		}
		left := must(w.host.Changes(w.ctx, storage.ChangeQuery{After: last}))
		if len(left) != 3 || cmp.Diff(kept, left[:2]) != "" {
			t.Errorf("left are %+v", left)
		}
		if c := left[2]; c.Type != storage.ChangesCompacted || c.Reason != "two years have passed" || !c.At.Equal(w.now) {
			t.Errorf("the compaction is recorded as %+v", c)
		}
		if diff := cmp.Diff(transfers, must(w.host.Transfers(w.ctx, roster.TransferListParams{}))); diff != "" {
			t.Errorf("the ledger changed: %s", diff)
		}
		for _, after := range []storage.ChangeID{{}, all[0].ID, all[len(all)-4].ID} {
			_, err := w.host.Changes(w.ctx, storage.ChangeQuery{After: after})
			var gone *storage.CompactedError
			if !errors.As(err, &gone) || !errors.Is(err, storage.ErrCompacted) || gone.Last != last {
				t.Errorf("changes after %v: %v", after, err)
			}
			w.is(second(first(w.host.Watch(w.ctx, after))), storage.ErrCompacted, "Watch")
		}
		w.unchanged("a second compaction", func() {
			for _, before := range []time.Time{limit, noon, noon.Add(-time.Hour)} {
				if again := must(w.host.CompactChanges(w.ctx, before)); again != last {
					t.Errorf("compacted to %v", again)
				}
			}
		})
	})
}

func TestCompactChangesOfAnEmptyAccount(t *testing.T) {
	w := empty(t, memstore.New())
	if last := must(w.host.CompactChanges(w.ctx, noon)); last != (storage.ChangeID{}) || must(w.host.Revision(w.ctx)) != 0 {
		t.Errorf("compacted to %v", last)
	}
}
