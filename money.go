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

// Fund moves f.Amount from outside into the account and returns a Receipt. A negative amount moves
// money out of the account. A repeated call with the same key moves nothing and returns the first
// transfer.
//
// Errors, in this order:
//   - those of balance.FundingRequest.Validate
//   - *permission.Denied
//   - storage.ErrNotFound if the account does not exist
//   - balance.ErrKeyConflict if another request used the key
//   - ErrStale
//   - those of balance.PlanFunding, such as balance.ErrInsufficient
func (h Handle) Fund(ctx context.Context, f FundParams, opts ...CommonOption) (Receipt, error) {
	r := balance.FundingRequest{Header: balance.Header{Key: f.Key}, Amount: f.Amount, AccountDescription: f.AccountDescription}
	m := method{name: "Fund", invalid: r.Validate(), action: permission.MoneyFund}
	return received(runUpdate(ctx, &h, m, opts, func(ctx context.Context, t *tx) (Receipt, error) {
		account, funds, err := t.readAccount(ctx, m.action)
		if err != nil {
			return Receipt{}, err
		}
		r.Header, r.Account, r.Rates = t.header(f.Key), funds, h.dir.rates
		r.AccountCurrency, r.Overdraft = balance.Currency(account.Currency), balance.Units(account.Overdraft)
		var transfer balance.Transfer
		if err = t.checkVersion(0); err == nil {
			transfer, err = balance.PlanFunding(r)
		}
		return t.move(ctx, storage.MoneyFunded, account, r, f.Key, transfer, err)
	}))
}

// Transfer moves params.Amount from the account to each user that params selects, and returns a
// Receipt. A negative amount moves money from each user to the account. If a payer has too little
// money, Transfer moves nothing and returns an error, unless params.Lenient is set. A repeated call
// with the same key moves nothing and returns the first transfer.
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
//   - those of balance.Plan, such as balance.ErrInsufficient
func (h Handle) Transfer(ctx context.Context, params TransferParams, opts ...CommonOption) (Receipt, error) {
	r := balance.Request{
		Header: balance.Header{Key: params.Key}, Amount: params.Amount, Strict: !params.Lenient,
		AccountDescription: params.AccountDescription, UserDescription: params.UserDescription,
	}
	m := method{name: "Transfer"}
	switch all := params.All; {
	case len(params.Users) > balance.MaxPayees:
		m.invalid = balance.ErrTooManyPayees
	case all && len(params.Users) > 0, !all && params.Application != 0:
		m.invalid = firstOf(r.Validate(), problem("/users", validate.Conflict))
	default:
		m.invalid = r.Validate()
	}
	return received(runUpdate(ctx, &h, m, opts, func(ctx context.Context, t *tx) (Receipt, error) {
		account, funds, err := t.readAccount(ctx, permission.MoneyTransfer)
		if err != nil {
			return Receipt{}, err
		}
		r.Header, r.Account, r.Rates = t.header(params.Key), funds, h.dir.rates
		r.AccountCurrency, r.Overdraft = balance.Currency(account.Currency), balance.Units(account.Overdraft)
		if params.All {
			r.Selection = selection(params.Application)
		}
		var missing error
		if r.Payees, missing, err = t.payees(ctx, params); err != nil {
			return Receipt{}, err
		}
		var transfer balance.Transfer
		if err = firstOf(missing, t.checkVersion(0)); err == nil {
			transfer, err = balance.Plan(r)
		}
		return t.move(ctx, storage.MoneyTransferred, account, r, params.Key, transfer, err)
	}, params.Users...))
}

// Reverse moves all money of the transfer params.TransferID back by a new transfer, and returns a
// Receipt with it. A transfer can be reversed once, and only as a whole. A repeated call with the
// same key moves nothing and returns the first reversal.
//
// Errors, in this order:
//   - those of balance.ReversalRequest.Validate
//   - *permission.Denied
//   - storage.ErrNotFound if the account or the transfer does not exist
//   - balance.ErrKeyConflict if another request used the key
//   - ErrStale
//   - those of balance.PlanReversal, such as balance.ErrReversed, balance.ErrNotReversible for the
//     return of a deleted user's money, balance.ErrPayee if a deleted user would be paid, and
//     balance.ErrInsufficient
func (h Handle) Reverse(ctx context.Context, params ReverseParams, opts ...CommonOption) (Receipt, error) {
	r := balance.ReversalRequest{
		Header:             balance.Header{Key: params.Key},
		AccountDescription: params.AccountDescription, UserDescription: params.UserDescription,
	}
	m := method{name: "Reverse", invalid: r.Validate(), action: permission.MoneyReverse}
	return received(runUpdate(ctx, &h, m, opts, func(ctx context.Context, t *tx) (Receipt, error) {
		account, funds, err := t.readAccount(ctx, m.action)
		if err != nil {
			return Receipt{}, err
		}
		r.Header, r.Account, r.Payees = t.header(params.Key), funds, nil
		r.AccountCurrency, r.Overdraft = balance.Currency(account.Currency), balance.Units(account.Overdraft)
		if r.Original, err = t.Transfer(ctx, params.TransferID); err != nil {
			return Receipt{}, err
		}
		if r.ReversedBy, err = t.Reversal(ctx, params.TransferID); err != nil && !isNotFound(err) {
			return Receipt{}, err
		}
		for _, id := range usersOf(r.Original) {
			u, err := t.User(ctx, id)
			if err != nil {
				return Receipt{}, err
			}
			r.Payees = append(r.Payees, payeeOf(u))
		}
		if err := t.readBalances(ctx, r.Payees); err != nil {
			return Receipt{}, err
		}
		var transfer balance.Transfer
		if err = t.checkVersion(0); err == nil {
			transfer, err = balance.PlanReversal(r)
		}
		return t.move(ctx, storage.MoneyReversed, account, r, params.Key, transfer, err)
	}))
}

// received returns the receipt with the revision after the commit, and err.
func received(receipt Receipt, done committed, err error) (Receipt, error) {
	receipt.Revision = done.revision
	return receipt, err
}

// moneyRequest is a request of package balance, such as balance.Request.
type moneyRequest interface{ Terms() balance.Terms }

// move writes the planned transfer, with a change record of the type what, and returns the receipt
// without the parts that the actor may not read. refused is the error of the checks or of the plan,
// or nil. If refused or t.earlier is an error, move writes nothing: it returns the earlier transfer
// with the same key (replay). It looks for an earlier transfer only then, because a key is nearly
// always new. r and key are those of the call. Errors: those of replay; those of the policy and the
// storage.
func (t *tx) move(
	ctx context.Context, what storage.ChangeType, account user.Account, r moneyRequest, key string,
	transfer balance.Transfer, refused error,
) (receipt Receipt, err error) {
	receipt.Transfer = transfer
	if refused = firstOf(t.earlier, refused); refused != nil {
		receipt.Replayed = true
		if receipt.Transfer, err = t.replay(ctx, r, key, refused); err != nil {
			return receipt, err
		}
	}
	view, err := t.fillBalance(ctx, &receipt, account)
	if err == nil && !receipt.Replayed {
		t.keyed = key != ""
		err = t.post(ctx, what, &receipt.Transfer)
	}
	if obs := t.h.obs; obs != nil && obs.TargetCount == 0 {
		t.concerns(usersOf(receipt.Transfer)...)
	}
	receipt.Transfer = view.transfer(receipt.Transfer)
	return receipt, err
}

// replay returns the earlier transfer with the idempotency key. If key is "" or no transfer has the
// key, replay returns the error refusal, without a balance that the actor may not read. Other
// errors: balance.ErrKeyConflict if the earlier transfer has other terms than r; those of the
// policy and the storage.
func (t *tx) replay(ctx context.Context, r moneyRequest, key string, refusal error) (balance.Transfer, error) {
	if key == "" {
		return balance.Transfer{}, t.shownRefusal(ctx, refusal)
	}
	first, err := t.TransferByKey(ctx, key)
	switch {
	case isNotFound(err):
		err = t.shownRefusal(ctx, refusal)
	case err == nil:
		err = first.Replays(r.Terms())
	}
	return first, err
}

// post writes the transfer under the next free id, which it stores in transfer.ID, and a change
// record of the type what. Errors: *storage.ExistsError for an idempotency key that is taken; those
// of storage.ChangeOf and the storage.
func (t *tx) post(ctx context.Context, what storage.ChangeType, transfer *balance.Transfer) error {
	id, err := t.NextID(ctx, storage.TransferIDs)
	if err != nil {
		return err
	}
	transfer.ID = balance.TransferID(id)
	if err := t.PostTransfer(ctx, *transfer); err != nil {
		return err
	}
	c, err := storage.ChangeOf(*transfer)
	if err != nil {
		return err
	}
	c.Type = what
	return t.record(ctx, c)
}

// readAccount returns the settings and the balance of the account. Errors: storage.ErrNotFound
// without an account, or *permission.Denied instead if the actor may not do the action; those of
// the policy and the storage.
func (s *readTx) readAccount(ctx context.Context, action permission.Action) (user.Account, balance.Units, error) {
	account, err := s.settings(ctx, action)
	if err != nil {
		return account, 0, err
	}
	funds, err := s.Balances(ctx, balance.Account)
	if err != nil {
		return account, 0, err
	}
	return account, funds[0], nil
}

// header returns the part of a money request that is kept in the history: the time, the actor, the
// reason, and the idempotency key.
func (t *tx) header(key string) balance.Header {
	return balance.Header{At: t.now, Actor: t.h.actor.id, Reason: t.call.reason, Key: key}
}
