package roster

import (
	"context"
	"sort"
	"strconv"
	"time"

	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// CompactChanges forgets, for good, the changes that were made before a time. Only the host may. It
// returns the last place whose changes are no longer kept. All other changes keep their ids, and
// the ledger keeps every transfer. The call itself is a change. A call that has nothing to forget
// writes nothing.
//
// It forgets the oldest changes up to the first one that was made at the time or later, and finds
// that one by halving the history. If the clock was set back meanwhile, changes of that while may
// be kept or forgotten as if they had been made a little earlier or later.
//
// Errors: *validate.Error for the zero time and for one that is later than the clock's;
// *permission.Denied; ErrStale.
func (h Handle) CompactChanges(
	ctx context.Context, before time.Time, opts ...CommonOption,
) (last storage.ChangeID, err error) {
	if ctx, h.obs = start(ctx, &h, "CompactChanges"); h.obs != nil {
		defer h.obs.end(&err)
	}
	_, err = h.update(ctx, callOptions(opts), func(ctx context.Context, t *tx) error {
		if before.IsZero() || before.After(t.now) {
			var c validate.Collector
			c.Add(validate.Problem{Path: "/before", Code: validate.OutOfRange})
			return c.Err()
		}
		err := firstOf(t.may(ctx, permission.AccountWrite), t.onlyHost(permission.AccountWrite), t.checkVersion(0))
		if err != nil {
			return err
		}
		counters, err := t.Counters(ctx)
		if err != nil {
			return err
		}
		if last, err = t.changesBefore(ctx, before, counters.Compacted); err != nil || last == counters.Compacted {
			return err
		}
		if err := t.CompactChanges(ctx, last); err != nil {
			return err
		}
		return t.record(ctx, storage.Change{
			Type: storage.ChangesCompacted, Detail: strconv.FormatUint(uint64(last.Revision), 10),
		})
	})
	if err != nil {
		return storage.ChangeID{}, err
	}
	return last, nil
}

// changesBefore returns a place behind the changes that were made before a time; compacted if
// there are none.
func (s *readTx) changesBefore(
	ctx context.Context, before time.Time, compacted storage.ChangeID,
) (storage.ChangeID, error) {
	newest, err := s.Changes(ctx, storage.ChangeQuery{Newest: true, Limit: 1})
	if err != nil || len(newest) == 0 {
		return compacted, err
	}
	place := func(i int) storage.ChangeID {
		if i == 0 {
			return compacted
		}
		return storage.AfterRevision(compacted.Revision + user.Revision(i-1))
	}
	n := int(newest[0].ID.Revision-compacted.Revision) + 1 // behind place(n) there is no change
	n = sort.Search(n, func(i int) bool {
		if err != nil {
			return true
		}
		var next []storage.Change
		next, err = s.Changes(ctx, storage.ChangeQuery{After: place(i), Limit: 1})
		return len(next) == 0 || !next[0].At.Before(before)
	})
	return place(n), err
}

// onlyHost returns the denial of an action for an actor other than the host.
func (s *readTx) onlyHost(action permission.Action) error {
	if s.h.actor.system {
		return nil
	}
	return &permission.Denied{Reason: permission.Reason{
		Action: action, Rule: permission.RuleNoPermission, Need: "the host itself",
	}}
}
