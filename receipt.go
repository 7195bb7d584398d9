package roster

import (
	"context"
	"errors"
	"slices"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// This file hides parts of receipts, transfers, statements and errors: each balance that Balance or
// Balances would refuse to the actor, and the name of each user that GetDeleted would refuse. Ids,
// amounts and texts that users wrote stay.

// userSet is a set of users: all users, or those in ids.
type userSet struct {
	all bool
	ids map[user.ID]bool
}

// has reports whether the user is in the set.
func (s userSet) has(id user.ID) bool { return s.all || s.ids[id] }

// permittedUsers returns the set of users to which the actor may do the reading action: all users,
// or those among the users that ids returns. It calls ids only if the policy does not allow the
// action for all users. Errors: those of the policy and the storage.
func (s *readTx) permittedUsers(ctx context.Context, action permission.Action, ids func() []user.ID) (userSet, error) {
	q, err := s.within(ctx, action, storage.Query{Deleted: storage.WithDeleted})
	if err != nil || q.all {
		return userSet{all: q.all}, err
	}
	set, list := userSet{ids: make(map[user.ID]bool)}, ids()
	slices.Sort(list)
	for part := range slices.Chunk(slices.Compact(list), storage.MaxPage) {
		q.IDs = part
		for u, err := range s.visible(ctx, q) {
			if err != nil {
				return userSet{}, err
			}
			set.ids[u.ID] = true
		}
	}
	return set, nil
}

// mayReadAccount reports whether the actor may read the balance of the account. Errors: those of
// the policy.
func (s *readTx) mayReadAccount(ctx context.Context) (bool, error) {
	return s.allowed(ctx, s.request(permission.MoneyRead, permission.Target{}))
}

// ledgerView is what the actor may see of transfers and statements.
type ledgerView struct {
	account bool    // the balance of the account
	money   userSet // users whose balance the actor may see
	names   userSet // users whose name the actor may see
}

// ledgerView returns which balances and user names in transfers and statements the actor may read.
// ids returns the users in these transfers or statements, in any order. Errors: those of the policy
// and the storage.
func (s *readTx) ledgerView(ctx context.Context, ids func() []user.ID) (v ledgerView, err error) {
	if v.account, err = s.mayReadAccount(ctx); err == nil {
		v.money, err = s.permittedUsers(ctx, permission.MoneyRead, ids)
	}
	if err == nil {
		v.names, err = s.permittedUsers(ctx, permission.UserRead, ids)
	}
	return v, err
}

// balance returns the parameter after, which is the balance of the holder h, or 0 if the actor may
// not read this balance.
func (v *ledgerView) balance(h balance.Holder, after balance.Units) balance.Units {
	if id, ok := h.User(); ok && !v.money.has(id) || h == balance.Account && !v.account {
		return 0
	}
	return after
}

// usersOf returns the ids of the users in the postings of a transfer, in the order of the postings.
func usersOf(t balance.Transfer) (ids []user.ID) {
	for _, p := range t.Postings {
		if id, ok := p.User(); ok {
			ids = append(ids, id)
		}
	}
	return ids
}

// viewOf returns which balances and user names in the transfers the actor may read. Errors: those
// of the policy and the storage.
func (s *readTx) viewOf(ctx context.Context, list ...balance.Transfer) (ledgerView, error) {
	return s.ledgerView(ctx, func() (ids []user.ID) {
		for _, t := range list {
			ids = append(ids, usersOf(t)...)
		}
		return ids
	})
}

// transfer returns t with 0 for each balance and "" for each user name in the postings that the
// actor may not read. It copies the postings first, so those of the caller do not change.
func (v *ledgerView) transfer(t balance.Transfer) balance.Transfer {
	if v.account && v.money.all && v.names.all {
		return t
	}
	t.Postings = slices.Clone(t.Postings)
	for i := range t.Postings {
		p := &t.Postings[i]
		p.FromAfter, p.ToAfter = v.balance(p.From, p.FromAfter), v.balance(p.To, p.ToAfter)
		if id, ok := p.User(); ok && !v.names.has(id) {
			p.Name = ""
		}
	}
	return t
}

// entries returns a page of the statement of the holder of, without the balances and the user names
// that the actor may not read. Errors: those of the policy and the storage.
func (s *readTx) entries(
	ctx context.Context, of balance.Holder, before storage.EntryID, limit int,
) ([]balance.Entry, error) {
	list, err := s.Statement(ctx, of, before, limit)
	if err != nil {
		return nil, err
	}
	v, err := s.ledgerView(ctx, func() (ids []user.ID) {
		for _, e := range list {
			for _, h := range []balance.Holder{e.Holder, e.Counterpart} {
				if id, ok := h.User(); ok {
					ids = append(ids, id)
				}
			}
		}
		return ids
	})
	if err != nil {
		return nil, err
	}
	for i := range list {
		e := &list[i]
		e.After = v.balance(e.Holder, e.After)
		if id, ok := e.Counterpart.User(); ok && !v.names.has(id) {
			*e = e.WithoutName()
		}
	}
	return list, nil
}

// shownRefusal returns refused, or short.WithoutBalance() if refused is a *balance.Shortage with a
// balance that the actor may not read. If the policy or the storage fails, the result is that
// error.
func (s *readTx) shownRefusal(ctx context.Context, refused error) error {
	var short *balance.Shortage
	if !errors.As(refused, &short) {
		return refused
	}
	id, isUser := short.Holder.User()
	v, err := s.ledgerView(ctx, func() []user.ID { return []user.ID{id} })
	switch {
	case err != nil:
		return err
	case isUser && v.money.has(id), !isUser && v.account:
		return refused
	}
	return short.WithoutBalance()
}

// fillBalance sets r.Account to the balance of the account a after r.Transfer, or to the present
// balance if r.Transfer does not contain it. If the actor may not read the balance of the account,
// it sets nothing. It returns which balances and user names in r.Transfer the actor may read.
// Errors: those of the policy, the storage and balance.FromUnits.
func (t *tx) fillBalance(ctx context.Context, r *Receipt, a user.Account) (ledgerView, error) {
	view, err := t.viewOf(ctx, r.Transfer)
	if err != nil || !view.account {
		return view, err
	}
	after, ok := r.Transfer.AccountAfter()
	if !ok {
		now, err := t.Balances(ctx, balance.Account)
		if err != nil {
			return view, err
		}
		after = now[0]
	}
	r.Account, err = balance.FromUnits(after, balance.Currency(a.Currency))
	return view, err
}
