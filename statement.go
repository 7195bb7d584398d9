package roster

import (
	"context"
	"slices"
	"sort"
	"time"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// UserBalance is the money of a user.
type UserBalance struct {
	// Own is the balance of the user.
	Own balance.Money `json:"own,omitzero"`

	// Available is the balance that the user spends from (balance.PayerFor): Own, or with parent
	// accounting the balance of the account. A user that spends the money of the account may still
	// not see its balance. If the actor may not read it, Available is the zero Money, which has no
	// currency.
	Available balance.Money `json:"available,omitzero"`

	// Parent says that the user spends the money of the account.
	Parent bool `json:"parent,omitempty"`
}

// Balance returns the balance of the account in the currency of the account. The actor must be
// allowed permission.MoneyRead for the account.
//
// Errors: *permission.Denied; storage.ErrNotFound if the account does not exist.
func (h Handle) Balance(ctx context.Context) (balance.Money, error) {
	m := method{name: "Balance", action: permission.MoneyRead}
	return runView(ctx, &h, m, func(ctx context.Context, s *readTx) (balance.Money, error) {
		account, units, err := s.readAccount(ctx, m.action)
		if err != nil {
			return balance.Money{}, err
		}
		return balance.FromUnits(units, balance.Currency(account.Currency))
	})
}

// Balances returns the balances of users, in the order of the ids, from one state of the account.
// The users may be deleted. The actor must be allowed permission.MoneyRead for each user.
//
// Errors, in this order:
//   - storage.ErrInvalid for more than storage.MaxPage ids
//   - storage.ErrNotFound or *permission.Denied for the first id that fails, in an *ItemError
//   - storage.ErrNotFound if the account does not exist
func (h Handle) Balances(ctx context.Context, ids ...user.ID) ([]UserBalance, error) {
	m := method{name: "Balances", invalid: atMost(storage.MaxPage, "ids", len(ids))}
	return runView(ctx, &h, m, func(ctx context.Context, s *readTx) ([]UserBalance, error) {
		users := make([]user.User, len(ids))
		for i, id := range ids {
			var err error
			if users[i], err = s.authorizedTarget(ctx, id, permission.MoneyRead, true); err != nil {
				return nil, &ItemError{i, err}
			}
		}
		return s.userBalances(ctx, users)
	}, ids...)
}

// balancesOf returns the UserBalance of each user, in order. The UserBalance is zero for a user
// whose balance the actor may not read. Errors: those of userBalances; an *ItemError if the policy
// fails.
func (s *readTx) balancesOf(ctx context.Context, users []user.User) ([]UserBalance, error) {
	list, err := s.userBalances(ctx, users)
	for i := range list {
		may, err := s.allowed(ctx, s.request(permission.MoneyRead, permission.TargetOf(users[i])))
		if err != nil {
			return nil, &ItemError{i, err}
		}
		if !may {
			list[i] = UserBalance{}
		}
	}
	return list, err
}

// userBalances returns the UserBalance of each user, in order, whether the actor may read it or
// not. Only the balance of the account is left out if the actor may not read it. Errors:
// storage.ErrNotFound without an account; those of the policy, the storage and balance.FromUnits.
func (s *readTx) userBalances(ctx context.Context, users []user.User) ([]UserBalance, error) {
	account, err := s.Account(ctx)
	if err != nil {
		return nil, err
	}
	units, err := s.unitsOf(ctx, users)
	if err != nil {
		return nil, err
	}
	currency := balance.Currency(account.Currency)
	isParent := func(u user.User) bool { return balance.PayerFor(u) == balance.Account }
	var parent balance.Money
	if slices.ContainsFunc(users, isParent) {
		may, err := s.mayReadAccount(ctx)
		if may {
			parent, err = balance.FromUnits(units[len(users)], currency)
		}
		if err != nil {
			return nil, err
		}
	}
	list := make([]UserBalance, len(users))
	for i, u := range users {
		own, err := balance.FromUnits(units[i], currency)
		if err != nil {
			return nil, err
		}
		list[i] = UserBalance{Own: own, Available: own}
		if isParent(u) {
			list[i].Available, list[i].Parent = parent, true
		}
	}
	return list, nil
}

// unitsOf returns the balance of each user in order, and the balance of the account as the last
// element. Errors: those of the storage.
func (s *readTx) unitsOf(ctx context.Context, users []user.User) ([]balance.Units, error) {
	holders := make([]balance.Holder, len(users)+1)
	for i := range users {
		holders[i] = balance.HolderOf(users[i].ID)
	}
	return s.Balances(ctx, holders...)
}

// Statement returns the entries of one holder, the account or a user (also a deleted one), from the
// newest to the oldest, that are older than before, or all if before is zero. The list has at most
// limit entries (1 to storage.MaxPage; 0 is storage.MaxPage), and is not nil.
//
// The actor must be allowed permission.StatementRead for the holder. A balance that the actor may
// not read (permission.MoneyRead) is 0. The name of a user that the actor may not read
// (permission.UserRead) is missing in the description; the ids stay.
//
// Errors: storage.ErrNotFound if the user does not exist or is hidden; *permission.Denied;
// storage.ErrInvalid for a limit that is out of range.
func (h Handle) Statement(
	ctx context.Context, of balance.Holder, before storage.EntryID, limit int,
) ([]balance.Entry, error) {
	id, isUser := of.User()
	return runView(ctx, &h, method{name: "Statement"}, func(ctx context.Context, s *readTx) ([]balance.Entry, error) {
		var err error
		if isUser {
			_, err = s.authorizedTarget(ctx, id, permission.StatementRead, true)
		} else {
			err = s.may(ctx, permission.StatementRead)
		}
		if err != nil {
			return nil, err
		}
		return orEmpty(s.entries(ctx, of, before, limit))
	}, id)
}

// GetTransfer returns the transfer with the id, and its postings. The actor must be allowed
// permission.StatementRead for all users. In the postings, a balance that the actor may not read
// (permission.MoneyRead) is 0, and the name of a user that the actor may not read
// (permission.UserRead) is empty.
//
// Errors: *permission.Denied; storage.ErrNotFound if there is no transfer with the id.
func (h Handle) GetTransfer(ctx context.Context, id balance.TransferID) (balance.Transfer, error) {
	m := method{name: "GetTransfer", action: permission.StatementRead}
	return runView(ctx, &h, m, func(ctx context.Context, s *readTx) (t balance.Transfer, err error) {
		var view ledgerView
		if t, err = s.Transfer(ctx, id); err == nil {
			view, err = s.viewOf(ctx, t)
		}
		return view.transfer(t), err
	})
}

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

// transfers returns the transfers that p selects, at most p.Limit. It checks no permission. It
// finds p.From and p.Until by binary search (transfersBefore). Errors: those of the storage.
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

// transfersBefore returns the id of the last transfer before the time at, or 0 if there is none. It
// uses binary search, so it assumes that later ids have later times. Errors: those of the storage.
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
