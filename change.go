package roster

import (
	"context"
	"iter"
	"time"

	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// Changes lists what happened in the account: the changes that q.Match holds for, in the order of
// q. The next page begins after the id of the last change. It shows every user of the account as
// they were, whatever reads the policy allows: give permission.ChangesRead only to actors that may
// read every user.
//
// Errors: *permission.Denied; storage.ErrInvalid; *storage.CompactedError, which is
// storage.ErrCompacted, if changes behind q.After are no longer kept. A query for the newest
// changes from the start ends at the oldest change that is kept.
func (h Handle) Changes(ctx context.Context, q storage.ChangeQuery) (list []storage.Change, err error) {
	if ctx, h.obs = start(ctx, &h, "Changes", q.UserID); h.obs != nil {
		defer h.obs.end(&err)
	}
	return h.changes(ctx, q)
}

func (h Handle) changes(ctx context.Context, q storage.ChangeQuery) (list []storage.Change, err error) {
	err = h.view(ctx, func(ctx context.Context, s *readTx) error {
		if err := s.may(ctx, permission.ChangesRead); err != nil {
			return err
		}
		list, err = s.Changes(ctx, q)
		return err
	})
	return list, err
}

// pollEvery is how often Watch looks where the storage cannot wait.
const pollEvery = 250 * time.Millisecond

// watchPage is how many changes Watch reads at a time: a caller that takes them slowly holds them.
const watchPage = 100

// Watch yields every change later than after as it is committed, each once and in order, until the
// context ends or the caller breaks. It runs in the caller's goroutine. After an error it stops:
// the context's, or one of Changes.
func (h Handle) Watch(ctx context.Context, after storage.ChangeID) iter.Seq2[storage.Change, error] {
	return func(yield func(storage.Change, error) bool) {
		for {
			seen, list, err := h.watched(ctx, after)
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

// watched reads what Watch yields next. seen is a revision of the account from before the list, so
// that a commit after the list makes wait return at once.
func (h Handle) watched(
	ctx context.Context, after storage.ChangeID,
) (seen user.Revision, list []storage.Change, err error) {
	if ctx, h.obs = start(ctx, &h, "Watch"); h.obs != nil {
		defer h.obs.end(&err)
	}
	if seen, err = h.revision(ctx, storage.Reader.Revision); err == nil {
		list, err = h.changes(ctx, storage.ChangeQuery{After: after, Limit: watchPage})
	}
	return seen, list, err
}

// wait returns when the account may have a greater revision.
func (h Handle) wait(ctx context.Context, after user.Revision) error {
	if w, ok := h.dir.store.(storage.Waiter); ok {
		_, err := w.Wait(ctx, h.account, after)
		return err
	}
	timer := time.NewTimer(pollEvery)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
