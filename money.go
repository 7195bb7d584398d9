package roster

import (
	"context"
	"errors"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// TransferParams asks to move the same amount between the account and each of several users
// (Voximplant TransferMoneyToUser).
type TransferParams struct {
	// Users are the users that take part, each once, however often they are named.
	Users []user.ID `json:"users"`
	// All stands for all live users that the actor may read, or those of Application if it is not
	// 0, instead of Users, which must be empty then. Users with parent accounting are left out, and
	// the receipt names them in Transfer.Skipped.
	All         bool               `json:"all"`
	Application user.ApplicationID `json:"application"`

	// Amount is for each user; a negative amount flows from the users to the account.
	Amount balance.Money `json:"amount"`
	// Lenient leaves out users that lack the money, instead of refusing everything (Voximplant
	// strict_mode=false).
	Lenient bool `json:"lenient"`
	// AccountDescription and UserDescription are the descriptions; "" takes Voximplant's defaults.
	AccountDescription string `json:"accountDescription"`
	UserDescription    string `json:"userDescription"`
	// Key is the idempotency key: the same request under it gets the first answer again, another
	// one is refused.
	Key string `json:"key"`
}

// FundParams asks to move money into the account from outside, or out of it if Amount is negative.
type FundParams struct {
	Amount             balance.Money `json:"amount"`
	AccountDescription string        `json:"accountDescription"`
	Key                string        `json:"key"`
}

// ReverseParams asks to take a whole transfer back.
type ReverseParams struct {
	TransferID         balance.TransferID `json:"transferId"`
	AccountDescription string             `json:"accountDescription"`
	UserDescription    string             `json:"userDescription"`
	Key                string             `json:"key"`
}

// Receipt is what a move of money came to. Transfer.Balances yields each changed balance as it is
// afterwards.
//
// A receipt shows what its actor may read. Balances that Balance or Balances would refuse are
// left out: Account is the zero Money, which has no currency, and the balances in the postings
// are 0. So are the names of users that Get would refuse.
type Receipt struct {
	Transfer balance.Transfer `json:"transfer"`
	Account  balance.Money    `json:"account"`  // the account's balance right after the move; of one that moved nothing, now
	Revision user.Revision    `json:"revision"` // of the account
	Replayed bool             `json:"replayed"` // nothing moved: this is the answer of the first call with the same key
}

// Fund moves money into the account from outside, or out of it. Errors: those of
// balance.FundingRequest.Validate; *permission.Denied; storage.ErrNotFound if there is no such
// account; balance.ErrKeyConflict for a used key; ErrStale; those of balance.PlanFunding;
// storage's.
func (h Handle) Fund(ctx context.Context, f FundParams, opts ...CommonOption) (_ Receipt, err error) {
	if ctx, h.obs = start(ctx, &h, "Fund"); h.obs != nil {
		defer h.obs.end(&err)
	}
	shape := balance.FundingRequest{Header: balance.Header{Key: f.Key}, Amount: f.Amount, AccountDescription: f.AccountDescription}
	if err := shape.Validate(); err != nil {
		return Receipt{}, err
	}
	return h.move(ctx, callOptions(opts), func(ctx context.Context, t *tx) (transferPlan, error) {
		account, funds, err := t.readAccount(ctx)
		request := balance.FundingRequest{
			Header: t.header(f.Key), Amount: f.Amount, Account: funds,
			AccountCurrency: balance.Currency(account.Currency), Overdraft: balance.Units(account.Overdraft),
			AccountDescription: f.AccountDescription, Rates: h.dir.rates,
		}
		return transferPlan{
			what: storage.MoneyFunded, key: f.Key, terms: request.Terms(), account: account,
			plan: func() (balance.Transfer, error) { return balance.PlanFunding(request) },
		}, firstOf(t.may(ctx, permission.MoneyFund), err)
	})
}

// Transfer moves money between the account and users: all lines or none, unless Lenient. With
// DryRun it is a preview. Errors: balance.ErrTooManyPayees; those of balance.Request.Validate;
// *validate.Error if both Users and All are given, or an Application without All;
// storage.ErrNotFound if the account is not there; *permission.Denied; balance.ErrKeyConflict for a
// used key; storage.ErrNotFound if a user is missing, except in a replay of a transfer to this
// user; ErrStale; those of balance.Plan; storage's.
func (h Handle) Transfer(ctx context.Context, r TransferParams, opts ...CommonOption) (_ Receipt, err error) {
	if ctx, h.obs = start(ctx, &h, "Transfer", r.Users...); h.obs != nil {
		defer h.obs.end(&err)
	}
	if len(r.Users) > balance.MaxPayees {
		return Receipt{}, balance.ErrTooManyPayees
	}
	shape := balance.Request{
		Header: balance.Header{Key: r.Key}, Amount: r.Amount, AccountDescription: r.AccountDescription, UserDescription: r.UserDescription,
	}
	if err := shape.Validate(); err != nil {
		return Receipt{}, err
	}
	if r.All && len(r.Users) > 0 || !r.All && r.Application != 0 {
		var c validate.Collector // money does not move on a guess which of the two was meant
		c.Add(validate.Problem{Path: "/users", Code: validate.Conflict})
		return Receipt{}, c.Err()
	}
	return h.move(ctx, callOptions(opts), func(ctx context.Context, t *tx) (transferPlan, error) {
		m := transferPlan{what: storage.MoneyTransferred, key: r.Key}
		account, funds, err := t.readAccount(ctx)
		if err != nil {
			return m, firstOf(t.may(ctx, permission.MoneyTransfer), err)
		}
		request := balance.Request{
			Header: t.header(r.Key), Amount: r.Amount, Strict: !r.Lenient, Account: funds,
			AccountCurrency: balance.Currency(account.Currency), Overdraft: balance.Units(account.Overdraft),
			AccountDescription: r.AccountDescription, UserDescription: r.UserDescription, Rates: h.dir.rates,
		}
		if r.All {
			request.Selection = selection(r.Application)
		}
		if request.Payees, m.missing, err = t.payees(ctx, r); err != nil {
			return m, err
		}
		m.account, m.terms = account, request.Terms()
		m.plan = func() (balance.Transfer, error) { return balance.Plan(request) }
		return m, nil
	})
}

// Reverse takes a transfer back, each line of it. A deleted user is not paid, and the return of a
// deleted user's money is not taken back.
//
// Errors: balance.ErrText; *permission.Denied; storage.ErrNotFound; balance.ErrKeyConflict for a
// used key; ErrStale; those of balance.PlanReversal: balance.ErrReversed if it was taken back
// before, balance.ErrInsufficient if the money was spent, balance.ErrPayee if a deleted user would
// be paid.
func (h Handle) Reverse(ctx context.Context, r ReverseParams, opts ...CommonOption) (_ Receipt, err error) {
	if ctx, h.obs = start(ctx, &h, "Reverse"); h.obs != nil {
		defer h.obs.end(&err)
	}
	shape := balance.ReversalRequest{
		Header: balance.Header{Key: r.Key}, AccountDescription: r.AccountDescription, UserDescription: r.UserDescription,
	}
	if err := shape.Validate(); err != nil {
		return Receipt{}, err
	}
	return h.move(ctx, callOptions(opts), func(ctx context.Context, t *tx) (transferPlan, error) {
		m := transferPlan{what: storage.MoneyReversed, key: r.Key}
		if err := t.may(ctx, permission.MoneyReverse); err != nil {
			return m, err
		}
		account, funds, err := t.readAccount(ctx)
		if err != nil {
			return m, err
		}
		original, err := t.Transfer(ctx, r.TransferID)
		if err != nil {
			return m, err
		}
		reversedBy, err := t.Reversal(ctx, r.TransferID)
		if err != nil && !isNotFound(err) {
			return m, err
		}
		var payees []balance.Payee
		for _, p := range original.Postings {
			id, ok := p.User()
			if !ok {
				continue
			}
			u, err := t.User(ctx, id)
			if err != nil {
				return m, err
			}
			payees = append(payees, payeeOf(u))
		}
		if err := t.readBalances(ctx, payees); err != nil {
			return m, err
		}
		request := balance.ReversalRequest{
			Header: t.header(r.Key), Original: original, ReversedBy: reversedBy, Account: funds,
			AccountCurrency: balance.Currency(account.Currency), Overdraft: balance.Units(account.Overdraft),
			AccountDescription: r.AccountDescription, UserDescription: r.UserDescription, Payees: payees,
		}
		m.account, m.terms = account, request.Terms()
		m.plan = func() (balance.Transfer, error) { return balance.PlanReversal(request) }
		return m, nil
	})
}

// transferPlan is a transfer that is validated and not planned yet.
type transferPlan struct {
	what    storage.ChangeType
	key     string
	terms   balance.Terms
	account user.Account
	missing error // the error for a missing user; a replay ignores it
	plan    func() (balance.Transfer, error)
}

// decide plans the move, if everybody is there and the account is at the revision that was
// expected.
func (m *transferPlan) decide(t *tx) (balance.Transfer, error) {
	if err := firstOf(m.missing, t.checkVersion(0)); err != nil {
		return balance.Transfer{}, err
	}
	return m.plan()
}

// move runs a move of money: prepare reads, and asks the policy; then come the replay of a used
// key, the expected revision, the plan and the write.
//
// A key is nearly always new, and the storage refuses a second transfer under it. So it is looked
// up only before a refusal, which no replay gets: the domain's, or the storage's, of the key or for
// another reason (its disk is full, say).
func (h Handle) move(
	ctx context.Context, opts []CallOption, prepare func(context.Context, *tx) (transferPlan, error),
) (Receipt, error) {
	var receipt Receipt
	var unwritten error // why the storage did not take the transfer
	put := false        // it had a key, and nothing was left to do but to write
	once := func(ctx context.Context, t *tx) error {
		receipt, put = Receipt{}, false
		m, err := prepare(ctx, t)
		if err != nil {
			return err
		}
		planned, refused := m.decide(t)
		if unwritten != nil {
			refused = unwritten
		}
		if refused != nil && m.key != "" {
			switch first, err := t.TransferByKey(ctx, m.key); {
			case err == nil:
				if err := first.Replays(m.terms); err != nil {
					return err
				}
				receipt.Transfer, receipt.Replayed = first, true
				view, err := t.fillBalance(ctx, &receipt, m.account)
				receipt.Transfer = view.transfer(first)
				return err
			case !isNotFound(err):
				return err
			}
		}
		if refused != nil {
			return t.shownRefusal(ctx, refused)
		}
		receipt.Transfer = planned
		view, err := t.fillBalance(ctx, &receipt, m.account)
		if err != nil {
			return err
		}
		put = m.key != ""
		if err := t.post(ctx, m.what, &receipt.Transfer); err != nil {
			return err
		}
		receipt.Transfer = view.transfer(receipt.Transfer)
		return nil
	}
	at, err := h.update(ctx, opts, once)
	if err != nil && put && ctx.Err() == nil && !errors.Is(err, storage.ErrUnknownOutcome) {
		unwritten = err
		at, err = h.update(ctx, opts, once)
	}
	if err != nil {
		return Receipt{}, err
	}
	receipt.Revision = at.revision
	h.obs.paid(receipt.Transfer)
	return receipt, nil
}

// post writes a transfer under the next id, which it sets, and the change that says so.
func (t *tx) post(ctx context.Context, what storage.ChangeType, transfer *balance.Transfer) error {
	id, err := t.NextID(ctx, storage.TransferIDs)
	if err != nil {
		return err
	}
	transfer.ID = balance.TransferID(id)
	if err := t.PostTransfer(ctx, *transfer); err != nil {
		return err
	}
	c := storage.Change{Type: what, TransferID: transfer.ID}
	if c.Money, err = storage.MovementOf(*transfer); err != nil {
		return err
	}
	if p := transfer.Postings; len(p) == 1 {
		c.UserID, _ = p[0].User()
	}
	return t.record(ctx, c)
}

// settle fills in the account's balance after the receipt's transfer, and returns what the actor
// may see of the transfer.
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

// books reads the account's settings and what it has.
func (t *tx) readAccount(ctx context.Context) (user.Account, balance.Units, error) {
	account, err := t.Account(ctx)
	if err != nil {
		return account, 0, err
	}
	funds, err := t.Balances(ctx, balance.Account)
	if err != nil {
		return account, 0, err
	}
	return account, funds[0], nil
}

func (t *tx) header(key string) balance.Header {
	return balance.Header{At: t.now, Actor: t.h.actor.id, Reason: t.call.reason, Key: key}
}

func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
