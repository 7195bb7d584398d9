package roster

import (
	"context"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// TransferParams are the arguments of Handle.Transfer, which moves the same amount between the
// account and each of several users (Voximplant TransferMoneyToUser).
type TransferParams struct {
	// Users are the users that take part. Each takes part once, even if Users names it twice.
	Users []user.ID `json:"users"`
	// All selects, instead of Users, all live users that the actor may read. If Application is not
	// 0, All selects those in the application. All leaves out users with parent accounting, and
	// Transfer.Skipped names them.
	All         bool               `json:"all"`
	Application user.ApplicationID `json:"application"`

	// Amount is the amount for each user. A positive amount moves from the account to the users,
	// a negative amount from the users to the account.
	Amount balance.Money `json:"amount"`
	// Lenient leaves out the users whose payer (the account, or the user) has too little money,
	// instead of refusing the whole transfer (Voximplant strict_mode=false). Transfer.Skipped names
	// them. If none is left, the transfer has no postings and the call succeeds.
	Lenient bool `json:"lenient"`
	// AccountDescription and UserDescription describe the transfer in the statements of the
	// account and of the users. "" takes the default of Voximplant.
	AccountDescription string `json:"accountDescription"`
	UserDescription    string `json:"userDescription"`
	// Key is the idempotency key, at most 255 characters, or "" for none. A second call with the
	// same key and the same arguments moves nothing. It returns the transfer of the first call,
	// with Receipt.Replayed set. A call with the same key and other arguments returns
	// balance.ErrKeyConflict.
	Key string `json:"key"`
}

// FundParams are the arguments of Handle.Fund.
type FundParams struct {
	// Amount moves into the account from outside, or out of it if it is negative.
	Amount balance.Money `json:"amount"`
	// AccountDescription describes the transfer in the statement of the account.
	AccountDescription string `json:"accountDescription"`
	// Key is the idempotency key, as in TransferParams.
	Key string `json:"key"`
}

// ReverseParams are the arguments of Handle.Reverse. The other fields are as in TransferParams.
type ReverseParams struct {
	// TransferID is the transfer to reverse.
	TransferID         balance.TransferID `json:"transferId"`
	AccountDescription string             `json:"accountDescription"`
	UserDescription    string             `json:"userDescription"`
	Key                string             `json:"key"`
}

// Receipt is the result of a call that moves money. Transfer.Balances yields the new balance of
// each holder whose balance changed.
//
// A Receipt shows what the actor may read. Where Balance or Balances would refuse a balance,
// Account is the zero Money, which has no currency, and the balances in the postings are 0. Where
// GetDeleted would refuse a user, the posting has no name.
type Receipt struct {
	Transfer balance.Transfer `json:"transfer"`
	// Account is the balance of the account right after the transfer. If the transfer did not
	// change it, Account is the present balance.
	Account balance.Money `json:"account"`
	// Revision is the revision of the account.
	Revision user.Revision `json:"revision"`
	// Replayed says that nothing moved: Transfer is the transfer of the first call with the same
	// key.
	Replayed bool `json:"replayed"`
}

// Fund moves f.Amount into the account from outside, or out of it if the amount is negative. It
// returns a Receipt with the transfer. A repeated call with the same key (FundParams.Key) moves
// nothing and returns a Receipt with the first transfer.
//
// Errors, in this order:
//   - those of balance.FundingRequest.Validate
//   - *permission.Denied
//   - storage.ErrNotFound if the account does not exist
//   - balance.ErrKeyConflict if another request used the key
//   - ErrStale
//   - those of balance.PlanFunding
func (h Handle) Fund(ctx context.Context, f FundParams, opts ...CommonOption) (_ Receipt, err error) {
	ctx, h.obs = start(ctx, &h, "Fund")
	defer h.obs.end(&err)
	request := balance.FundingRequest{
		Header: balance.Header{Key: f.Key}, Amount: f.Amount, AccountDescription: f.AccountDescription,
	}
	if err := request.Validate(); err != nil {
		return Receipt{}, err
	}
	return move(ctx, &h, opts, func(ctx context.Context, t *tx) (transferPlan, error) {
		account, funds, err := t.readAccount(ctx)
		request := request
		request.Header, request.Account, request.Rates = t.header(f.Key), funds, h.dir.rates
		request.AccountCurrency, request.Overdraft = balance.Currency(account.Currency), balance.Units(account.Overdraft)
		return transferPlan{
			what: storage.MoneyFunded, key: f.Key, terms: request.Terms(), account: account,
			plan: func() (balance.Transfer, error) { return balance.PlanFunding(request) },
		}, firstOf(t.may(ctx, permission.MoneyFund), err)
	})
}

// Transfer moves r.Amount between the account and each of the users that r selects: to the users if
// the amount is positive, from the users if it is negative. If a payer has too little money,
// Transfer moves nothing; with r.Lenient it leaves out the users whose payer has too little. It
// returns a Receipt with the transfer. A repeated call with the same key (TransferParams.Key) moves
// nothing and returns a Receipt with the first transfer.
//
// Errors, in this order:
//   - balance.ErrTooManyPayees for more than balance.MaxPayees ids in Users
//   - those of balance.Request.Validate
//   - *validate.Error at /users if both Users and All are set, or Application without All
//   - storage.ErrNotFound if the account does not exist. An actor that may not transfer money gets
//     *permission.Denied instead.
//   - *permission.Denied
//   - balance.ErrTooManyPayees if All selects more than balance.MaxPayees users
//   - balance.ErrKeyConflict if another request used the key
//   - storage.ErrNotFound if a user does not exist; a replay of a transfer ignores a user that was
//     deleted since
//   - ErrStale
//   - those of balance.Plan
func (h Handle) Transfer(ctx context.Context, r TransferParams, opts ...CommonOption) (_ Receipt, err error) {
	ctx, h.obs = start(ctx, &h, "Transfer", r.Users...)
	defer h.obs.end(&err)
	if len(r.Users) > balance.MaxPayees {
		return Receipt{}, balance.ErrTooManyPayees
	}
	request := balance.Request{
		Header: balance.Header{Key: r.Key}, Amount: r.Amount, Strict: !r.Lenient,
		AccountDescription: r.AccountDescription, UserDescription: r.UserDescription,
	}
	if err := request.Validate(); err != nil {
		return Receipt{}, err
	}
	if r.All && len(r.Users) > 0 || !r.All && r.Application != 0 {
		return Receipt{}, problem("/users", validate.Conflict)
	}
	return move(ctx, &h, opts, func(ctx context.Context, t *tx) (transferPlan, error) {
		m := transferPlan{what: storage.MoneyTransferred, key: r.Key}
		account, funds, err := t.readAccount(ctx)
		if err != nil {
			return m, firstOf(t.may(ctx, permission.MoneyTransfer), err)
		}
		request := request
		request.Header, request.Account, request.Rates = t.header(r.Key), funds, h.dir.rates
		request.AccountCurrency, request.Overdraft = balance.Currency(account.Currency), balance.Units(account.Overdraft)
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

// Reverse moves all money of the transfer r.TransferID back, by a new transfer. A transfer can be
// reversed once, and only as a whole. Reverse returns a Receipt with the new transfer. A repeated
// call with the same key (TransferParams.Key) moves nothing and returns a Receipt with the first
// reversal.
//
// Errors, in this order:
//   - those of balance.ReversalRequest.Validate
//   - *permission.Denied
//   - storage.ErrNotFound if the account or the transfer does not exist
//   - balance.ErrKeyConflict if another request used the key
//   - ErrStale
//   - those of balance.PlanReversal, such as balance.ErrReversed if the transfer was reversed
//     before, balance.ErrNotReversible for the return of a deleted user's money, balance.ErrPayee
//     if a deleted user would be paid, and balance.ErrInsufficient if the money was spent
func (h Handle) Reverse(ctx context.Context, r ReverseParams, opts ...CommonOption) (_ Receipt, err error) {
	ctx, h.obs = start(ctx, &h, "Reverse")
	defer h.obs.end(&err)
	request := balance.ReversalRequest{
		Header: balance.Header{Key: r.Key}, AccountDescription: r.AccountDescription, UserDescription: r.UserDescription,
	}
	if err := request.Validate(); err != nil {
		return Receipt{}, err
	}
	return move(ctx, &h, opts, func(ctx context.Context, t *tx) (transferPlan, error) {
		m := transferPlan{what: storage.MoneyReversed, key: r.Key}
		if err := t.may(ctx, permission.MoneyReverse); err != nil {
			return m, err
		}
		account, funds, err := t.readAccount(ctx)
		if err != nil {
			return m, err
		}
		request := request
		if request.Original, err = t.Transfer(ctx, r.TransferID); err != nil {
			return m, err
		}
		if request.ReversedBy, err = t.Reversal(ctx, r.TransferID); err != nil && !isNotFound(err) {
			return m, err
		}
		for _, p := range request.Original.Postings {
			id, ok := p.User()
			if !ok {
				continue
			}
			u, err := t.User(ctx, id)
			if err != nil {
				return m, err
			}
			request.Payees = append(request.Payees, payeeOf(u))
		}
		if err := t.readBalances(ctx, request.Payees); err != nil {
			return m, err
		}
		request.Header, request.Account = t.header(r.Key), funds
		request.AccountCurrency, request.Overdraft = balance.Currency(account.Currency), balance.Units(account.Overdraft)
		m.account, m.terms = account, request.Terms()
		m.plan = func() (balance.Transfer, error) { return balance.PlanReversal(request) }
		return m, nil
	})
}

// transferPlan is a transfer that is validated and not planned yet.
type transferPlan struct {
	what    storage.ChangeType // the type of the change record
	key     string
	terms   balance.Terms // what a replay of the key is compared with
	account user.Account
	missing error                            // the error for a missing user; a replay ignores it
	plan    func() (balance.Transfer, error) // a pure function of package balance
}

// move runs a call that moves money and returns its Receipt. prepare reads the account, checks the
// permission and returns the transferPlan. Then move checks the expected version, plans the
// transfer and writes it. If the call is refused, replay looks for an earlier transfer with the
// same idempotency key. It comes last, because a key is nearly always new. If the storage refused
// the write, replay runs in a second transaction (tx.again).
//
// Errors: those of prepare; balance.ErrKeyConflict; the error for a missing user; ErrStale; those
// of package balance, without a balance that the actor may not read; those of the storage.
func move(
	ctx context.Context, h *Handle, opts []CommonOption, prepare func(context.Context, *tx) (transferPlan, error),
) (Receipt, error) {
	receipt, done, err := runUpdate(ctx, h, opts, func(ctx context.Context, t *tx) (Receipt, error) {
		m, err := prepare(ctx, t)
		if err != nil {
			return Receipt{}, err
		}
		refused := firstOf(m.missing, t.checkVersion(0))
		var planned balance.Transfer
		if refused == nil {
			planned, refused = m.plan()
		}
		if refused = firstOf(t.earlier, refused); refused != nil {
			return t.replay(ctx, &m, refused)
		}
		receipt := Receipt{Transfer: planned}
		view, err := t.fillBalance(ctx, &receipt, m.account)
		if err != nil {
			return receipt, err
		}
		t.keyed = m.key != ""
		if err := t.post(ctx, m.what, &receipt.Transfer); err != nil {
			return receipt, err
		}
		receipt.Transfer = view.transfer(receipt.Transfer)
		return receipt, nil
	})
	receipt.Revision = done.revision
	h.obs.paid(receipt.Transfer)
	return receipt, err
}

// replay returns the Receipt of the earlier transfer with the idempotency key and the terms of the
// plan m, with Replayed set. Without a key or an earlier transfer, it returns the error of
// shownRefusal for refused, the error of the plan. Other errors: balance.ErrKeyConflict if the
// earlier transfer has other terms; those of the policy and the storage.
func (t *tx) replay(ctx context.Context, m *transferPlan, refused error) (Receipt, error) {
	if m.key == "" {
		return Receipt{}, t.shownRefusal(ctx, refused)
	}
	first, err := t.TransferByKey(ctx, m.key)
	switch {
	case isNotFound(err):
		return Receipt{}, t.shownRefusal(ctx, refused)
	case err == nil:
		err = first.Replays(m.terms)
	}
	if err != nil {
		return Receipt{}, err
	}
	receipt := Receipt{Transfer: first, Replayed: true}
	view, err := t.fillBalance(ctx, &receipt, m.account)
	receipt.Transfer = view.transfer(first)
	return receipt, err
}

// post sets the ID of the transfer to the next free one. It writes the transfer and a change record
// of the type what. The record of a single posting has the UserID of its user. Errors: those of the
// storage, also for an idempotency key that is taken; those of storage.MovementOf.
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

// readAccount returns the settings of the account, and the balance of the account in units. Errors:
// storage.ErrNotFound if the account does not exist; those of the storage.
func (s *readTx) readAccount(ctx context.Context) (user.Account, balance.Units, error) {
	account, err := s.Account(ctx)
	if err != nil {
		return account, 0, err
	}
	funds, err := s.Balances(ctx, balance.Account)
	if err != nil {
		return account, 0, err
	}
	return account, funds[0], nil
}

// header returns the part of a request that package balance keeps for the history.
func (t *tx) header(key string) balance.Header {
	return balance.Header{At: t.now, Actor: t.h.actor.id, Reason: t.call.reason, Key: key}
}
