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

// TransferListParams are the arguments of Handle.Transfers: which transfers, in which order. The
// zero value lists all transfers, from the oldest to the newest.
type TransferListParams struct {
	// UserID selects transfers with a posting of the user; 0 selects all.
	UserID user.ID
	// Kinds selects transfers of these kinds. Nil selects all, an empty list none.
	Kinds []balance.Kind

	// From and Until select transfers that were made at From or later, and before Until. The
	// zero time sets no limit. The first and the last transfer are found by binary search. If
	// the clock of the host was once set back, the search may include or leave out transfers of
	// that period as if they were made slightly earlier or later.
	From, Until time.Time

	// Newest lists from the newest to the oldest.
	Newest bool
	// After selects transfers behind the one with this id in the order of the list; 0 selects all.
	After balance.TransferID
	// Limit is how many transfers are listed at most, 1 to storage.MaxPage; 0 is storage.MaxPage.
	Limit int
}

// Transfers returns the transfers that p selects, with their postings as GetTransfer returns them.
// The actor must be allowed permission.StatementRead for all users. For the next page, set p.After
// to the id of the last transfer. The list is not nil.
//
// Errors: *permission.Denied; storage.ErrInvalid for a limit that is out of range, and for a
// negative p.UserID.
func (h Handle) Transfers(ctx context.Context, p TransferListParams) ([]balance.Transfer, error) {
	m := method{name: "Transfers", action: permission.StatementRead}
	return runView(ctx, &h, m, func(ctx context.Context, s *readTx) ([]balance.Transfer, error) {
		list, err := s.transfers(ctx, p)
		if err != nil {
			return nil, err
		}
		view, err := s.viewOf(ctx, list...)
		for i := range list {
			list[i] = view.transfer(list[i])
		}
		return orEmpty(list, err)
	}, p.UserID)
}

// transfers reads the transfers that p selects. It converts p.From and p.Until to limits of the
// transfer id (transfersBefore). It checks no permission. Errors: those of the storage.
func (s *readTx) transfers(ctx context.Context, p TransferListParams) ([]balance.Transfer, error) {
	q := storage.TransferQuery{UserID: p.UserID, Kinds: p.Kinds, Newest: p.Newest, After: p.After, Limit: p.Limit}
	first, last := balance.TransferID(0), maxTransferID // list only ids above first, up to last
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

// transfersBefore returns the id of the last transfer before the time at, or 0. It finds the id by
// binary search, so it assumes that later ids have later times. Errors: those of the storage.
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
