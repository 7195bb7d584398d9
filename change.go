package roster

import (
	"context"
	"iter"
	"sort"
	"strconv"
	"time"

	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// Changes returns the changes that q selects, the oldest first, or the newest first if q.Newest is
// set. The list has at most q.Limit changes (1 to storage.MaxPage; 0 is storage.MaxPage) and is not
// nil. For the next page, set q.After to the id of the last change.
//
// A change contains the data of its user at that time, even if the policy hides the user from the
// actor. Give permission.ChangesRead only to actors that may read every user.
//
// Errors, in this order:
//   - *permission.Denied
//   - storage.ErrInvalid for a query that q.Check refuses
//   - *storage.CompactedError, which is storage.ErrCompacted, if the account no longer keeps the
//     changes that come after q.After. With q.Newest and without q.After, this is no error
func (h Handle) Changes(ctx context.Context, q storage.ChangeQuery) ([]storage.Change, error) {
	m := method{name: "Changes", action: permission.ChangesRead}
	return runView(ctx, &h, m, func(ctx context.Context, s *readTx) ([]storage.Change, error) {
		return orEmpty(s.Changes(ctx, q))
	}, q.UserID)
}

// pollEvery is the time between two reads of Watch if the storage is no storage.Waiter.
const pollEvery = 250 * time.Millisecond

// watchPage is how many changes Watch reads at a time. A page stays in memory until the caller
// has taken all of it, so it is smaller than storage.MaxPage.
const watchPage = 100

// Watch yields every change later than after, each once and in order, and waits for the next
// commit. The zero ChangeID starts at the first change, and gives storage.ErrCompacted after
// CompactChanges. To start at the present, pass storage.AfterRevision with the result of Revision.
//
// Watch ends when the caller breaks the loop, and after an error: that of the context, or one of
// Changes. An error is yielded with the zero Change. Watch runs in the goroutine of the caller. If
// the storage is no storage.Waiter, it reads every 250 ms.
func (h Handle) Watch(ctx context.Context, after storage.ChangeID) iter.Seq2[storage.Change, error] {
	m := method{name: "Watch", action: permission.ChangesRead}
	return func(yield func(storage.Change, error) bool) {
		h, after := h, after // the sequence may run more than once
		for {
			var seen user.Revision
			list, err := runView(ctx, &h, m, func(ctx context.Context, s *readTx) ([]storage.Change, error) {
				seen = s.Revision()
				return s.Changes(ctx, storage.ChangeQuery{After: after, Limit: watchPage})
			})
			if err != nil {
				yield(storage.Change{}, err)
				return
			}
			for _, c := range list {
				if !yield(c, nil) {
					return
				}
				after = c.ID
			}
			if len(list) == watchPage {
				continue
			}
			if err := h.wait(ctx, seen); err != nil {
				yield(storage.Change{}, err)
				return
			}
		}
	}
}

// wait blocks until the revision of the account is greater than the parameter after, and returns
// nil. If the storage is no storage.Waiter, it blocks for the time pollEvery instead. Errors: that
// of the context; those of the storage.
func (h Handle) wait(ctx context.Context, after user.Revision) error {
	if w, ok := h.dir.store.(storage.Waiter); ok {
		_, err := w.Wait(ctx, h.account, after)
		return err
	}
	return sleep(ctx, pollEvery)
}

// CompactChanges removes for good the changes whose time is before the parameter before, and
// records the removal as a new change. The other changes keep their ids, and transfers stay. If
// there is nothing to remove, CompactChanges writes nothing. It returns the ChangeID up to which
// changes are removed, by this call or an earlier one. The ChangeID is zero if no change was ever
// removed, and after an error. Only the system actor may call CompactChanges.
//
// CompactChanges finds the first change to keep by binary search for the time. If the clock of the
// host was once set back, a change of that period may be removed too early or kept too long.
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
		if err == nil {
			last, err = t.changesBefore(ctx, before, counters.Compacted)
		}
		if err != nil || last == counters.Compacted {
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

// changesBefore returns the greatest ChangeID, at the end of a revision, up to which all changes
// have a time before the parameter before. If there are no such changes, it returns compacted, the
// ChangeID up to which changes are already removed. It searches by binary search. Errors: those of
// the storage.
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

// onlyHost returns nil if the policy allows the action and the actor is the system actor. Errors:
// *permission.Denied; those of the policy.
func (s *readTx) onlyHost(ctx context.Context, action permission.Action) error {
	if err := s.may(ctx, action); err != nil || s.h.actor.system {
		return err
	}
	return &permission.Denied{Reason: permission.Reason{
		Action: action, Rule: permission.RuleNoPermission, Need: "the host itself",
	}}
}
