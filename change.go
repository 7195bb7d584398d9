package roster

import (
	"context"
	"iter"
	"time"

	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
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
//     changes behind q.After. With q.Newest and without q.After, this is no error
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
// CompactChanges. To start at the present, pass storage.AfterRevision of what Revision returns.
//
// Watch ends when the caller breaks, and after an error: the context's, or one of Changes. An error
// is yielded with the zero Change. Watch runs in the goroutine of the caller. If the storage is no
// storage.Waiter, it reads every 250 ms.
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

// wait blocks until the revision of the account is greater than after. If the storage is no
// storage.Waiter, it blocks for the time pollEvery. Errors: that of the context; those of the
// storage.
func (h Handle) wait(ctx context.Context, after user.Revision) error {
	if w, ok := h.dir.store.(storage.Waiter); ok {
		_, err := w.Wait(ctx, h.account, after)
		return err
	}
	return sleep(ctx, pollEvery)
}
