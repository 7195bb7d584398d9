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

// permittedUsers returns a set of users: those in the result of ids to which the actor may do the
// reading action. Deleted users are included. If the actor may do the action to all users, it
// returns the set of all users and does not call ids. Errors: those of the policy and the storage;
// the set is then not valid.
func (s *readTx) permittedUsers(ctx context.Context, action permission.Action, ids func() []user.ID) (userSet, error) {
	q, err := s.within(ctx, action, storage.Query{Deleted: storage.WithDeleted})
	if err != nil || q.Within == nil && q.Custom.IsZero() && !q.each {
		return userSet{all: true}, err
	}
	return s.among(ctx, q, ids())
}

// among returns a set of users from ids. It contains those that the query q finds and for which the
// actor may do the action q.action. among reads at most storage.MaxPage ids at a time. Errors:
// those of the policy and the storage; the set is then empty.
func (s *readTx) among(ctx context.Context, q listed, ids []user.ID) (userSet, error) {
	set := userSet{ids: make(map[user.ID]bool, len(ids))}
	for part := range slices.Chunk(ids, storage.MaxPage) {
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

// mayReadAccount reports whether the actor may read the balance of the account.
func (s *readTx) mayReadAccount(ctx context.Context) (bool, error) {
	return s.allowed(ctx, s.request(permission.MoneyRead, permission.Target{}))
}

// ledgerView is what the actor may see of transfers and statements.
type ledgerView struct {
	account bool    // the balance of the account
	money   userSet // users whose balance the actor may see
	names   userSet // users whose name the actor may see
}

// ledgerView returns which balances and names the actor may read:
//
//   - whether the balance of the account
//   - the balances of which users (permission.MoneyRead)
//   - the names of which users (permission.UserRead)
//
// The function ids returns the users in question. ledgerView calls it only if the policy does not
// allow all users. Errors: those of the policy and the storage.
func (s *readTx) ledgerView(ctx context.Context, ids func() []user.ID) (v ledgerView, err error) {
	if v.account, err = s.mayReadAccount(ctx); err != nil {
		return v, err
	}
	if v.money, err = s.permittedUsers(ctx, permission.MoneyRead, ids); err != nil {
		return v, err
	}
	v.names, err = s.permittedUsers(ctx, permission.UserRead, ids)
	return v, err
}

// balance returns after, or 0 if the actor may not see the balance of the holder h.
func (v *ledgerView) balance(h balance.Holder, after balance.Units) balance.Units {
	if id, ok := h.User(); ok && !v.money.has(id) || h == balance.Account && !v.account {
		return 0
	}
	return after
}

// viewOf returns what the actor may see of the users in the transfers.
func (s *readTx) viewOf(ctx context.Context, list ...balance.Transfer) (ledgerView, error) {
	return s.ledgerView(ctx, func() []user.ID {
		var ids []user.ID
		for _, t := range list {
			for _, p := range t.Postings {
				if id, ok := p.User(); ok {
					ids = append(ids, id)
				}
			}
		}
		slices.Sort(ids)
		return slices.Compact(ids)
	})
}

// transfer returns the transfer t with only the balances and names that the actor may read. In the
// postings it sets every other balance to 0 and every other user's name to "". Ids, amounts and
// descriptions stay. It does not change the postings of the argument.
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

// entries returns a page of the statement of a holder (storage.Reader.Statement) with only what the
// actor may read. It sets each balance After that the actor may not read to 0. If the actor may not
// read the user on the other side of an entry, it removes the name of that user from the
// description. Ids and amounts stay. Errors: those of the policy and the storage.
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
		slices.Sort(ids)
		return slices.Compact(ids)
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

// shownRefusal returns refused, the error of a plan, without a balance that the actor may not read.
// If refused contains a *balance.Shortage of such a balance, it returns the shortage with Available
// 0 and Hidden set. Otherwise it returns refused unchanged. If the policy or the storage fails, it
// returns that error.
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

// fillBalance sets r.Account to the balance of the account, in the currency of the settings a. This
// is the balance after r.Transfer, or the present balance if the transfer does not change the
// account. If the actor may not read the balance of the account, fillBalance leaves r unchanged and
// returns no error.
//
// It returns a ledgerView, which tells which balances and names in r.Transfer the actor may read.
// Errors: those of the policy, the storage and the conversion.
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
