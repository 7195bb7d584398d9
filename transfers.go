package roster

import (
	"context"
	"sort"
	"time"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// TransferListParams says which transfers Handle.Transfers lists and in which order. The zero
// TransferListParams lists all, the oldest first.
type TransferListParams struct {
	UserID user.ID        // the user paid or received something; 0: all
	Kinds  []balance.Kind // of any of these kinds; nil: all, empty: none

	// From and Until limit the list to transfers that were made at From or later and before Until;
	// the zero time is no limit. The list begins and ends at transfers that are found by halving
	// the ledger, so if the clock was set back meanwhile, transfers of that while may be listed or
	// left out as if they had been made a little earlier or later.
	From, Until time.Time

	Newest bool               // the newest transfer first, else the oldest
	After  balance.TransferID // only transfers behind this one in the order; 0: from the start
	Limit  int                // at most so many; 0 is storage.MaxPage
}

// Transfers lists transfers with their postings, to an actor who may read every statement. The next
// page begins after the id of the last transfer. It leaves out what a Statement leaves out.
// Errors: *permission.Denied; storage.ErrInvalid.
func (h Handle) Transfers(ctx context.Context, p TransferListParams) (list []balance.Transfer, err error) {
	if ctx, h.obs = start(ctx, &h, "Transfers", p.UserID); h.obs != nil {
		defer h.obs.end(&err)
	}
	err = h.view(ctx, func(ctx context.Context, s *readTx) error {
		if err := s.may(ctx, permission.StatementRead); err != nil {
			return err
		}
		if list, err = s.transfers(ctx, p); err != nil {
			return err
		}
		view, err := s.viewOf(ctx, list...)
		for i := range list {
			list[i] = view.transfer(list[i])
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return list, nil
}

// transfers reads the transfers of a list.
func (s *readTx) transfers(ctx context.Context, p TransferListParams) ([]balance.Transfer, error) {
	q := storage.TransferQuery{UserID: p.UserID, Kinds: p.Kinds, Newest: p.Newest, After: p.After, Limit: p.Limit}
	first, last := balance.TransferID(0), maxTransferID // the list is of the transfers behind first, up to last
	var err error
	if !p.From.IsZero() {
		first, err = s.transfersBefore(ctx, p.From)
	}
	if !p.Until.IsZero() && err == nil {
		last, err = s.transfersBefore(ctx, p.Until)
	}
	if err != nil {
		return nil, err
	}
	switch {
	case !q.Newest:
		q.After = max(q.After, first)
	case last != maxTransferID && (q.After == 0 || q.After > last):
		q.After = last + 1
	}
	list, err := s.Transfers(ctx, q)
	for i, t := range list {
		if t.ID <= first || t.ID > last {
			return list[:i], nil
		}
	}
	return list, err
}

const maxTransferID balance.TransferID = 1<<63 - 1

// transfersBefore returns the id up to which transfers were made before a time.
func (s *readTx) transfersBefore(ctx context.Context, at time.Time) (balance.TransferID, error) {
	newest, err := s.Transfers(ctx, storage.TransferQuery{Newest: true, Limit: 1})
	if err != nil || len(newest) == 0 {
		return 0, err
	}
	id := sort.Search(int(newest[0].ID), func(id int) bool {
		if err != nil {
			return true
		}
		var next []balance.Transfer
		next, err = s.Transfers(ctx, storage.TransferQuery{After: balance.TransferID(id), Limit: 1})
		return len(next) == 0 || !next[0].At.Before(at)
	})
	return balance.TransferID(id), err
}
