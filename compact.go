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

// CompactChanges removes for good the changes that are older than the parameter before, and records
// the removal as a new change. If there is nothing to remove, it writes nothing. The other changes
// keep their ids. Transfers are not removed. Only the system actor may call it.
//
// CompactChanges returns the place up to which changes were ever removed, or the zero ChangeID. It
// finds this place by binary search for the time. If the clock of the host was once set back, it
// may keep or remove changes of that period as if they were made slightly earlier or later.
//
// Errors, in this order:
//   - *validate.Error at /before for the zero time and for a time later than the clock's
//   - *permission.Denied for every actor except the system actor
//   - ErrStale; the version for IfVersion is 0
func (h Handle) CompactChanges(
	ctx context.Context, before time.Time, opts ...CommonOption,
) (storage.ChangeID, error) {
	m := method{name: "CompactChanges"}
	last, _, err := runUpdate(ctx, &h, m, opts, func(ctx context.Context, t *tx) (last storage.ChangeID, err error) {
		if before.IsZero() || before.After(t.now) {
			return last, problem("/before", validate.OutOfRange)
		}
		if err := firstOf(t.onlyHost(ctx, permission.AccountWrite), t.checkVersion(0)); err != nil {
			return last, err
		}
		counters, err := t.Counters(ctx)
		if err != nil {
			return last, err
		}
		if last, err = t.changesBefore(ctx, before, counters.Compacted); err != nil || last == counters.Compacted {
			return last, err
		}
		if err := t.CompactChanges(ctx, last); err != nil {
			return last, err
		}
		return last, t.record(ctx, storage.Change{
			Type: storage.ChangesCompacted, Detail: strconv.FormatUint(uint64(last.Revision), 10),
		})
	})
	return last, err
}

// changesBefore returns the place behind the last revision whose changes are older than the
// parameter before. It finds the revision by binary search. Without such a revision it returns
// compacted, the place up to which changes were removed. Errors: those of the storage.
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
	n := int(newest[0].ID.Revision-compacted.Revision) + 1 // no change is behind place(n)
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

// onlyHost asks the policy about an action that only the system actor may do. Errors: as may; a
// *permission.Denied for every other actor.
func (s *readTx) onlyHost(ctx context.Context, action permission.Action) error {
	if err := s.may(ctx, action); err != nil || s.h.actor.system {
		return err
	}
	return &permission.Denied{Reason: permission.Reason{
		Action: action, Rule: permission.RuleNoPermission, Need: "the host itself",
	}}
}
