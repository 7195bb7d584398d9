package balance

import (
	"time"

	"github.com/ca74b63c/roster/user"
)

const (
	// MaxPayees is how many users one transfer can name, repetitions counted. It bounds the work
	// and the memory of one request.
	MaxPayees = 100_000

	// minimum is the least amount of a transfer: "The absolute amount value must be equal or
	// greater than 0.01" (Voximplant, TransferMoneyToUser).
	minimum = One / 100
)

// Header is the part that all requests for money have. The time and the id come from the caller,
// so that a plan depends on its request only.
type Header struct {
	// ID is the id of the new transfer. It may be 0 and set before the transfer is stored.
	ID    TransferID
	At    time.Time
	Actor user.ID
	// Reason is for the readers of the history, at most 500 characters.
	Reason string
	// Key is the idempotency key, at most 255 characters, "" for none.
	Key string
}

// Payee is a user that takes part in a transfer, as far as a plan needs to know the user.
type Payee struct {
	ID user.ID
	// Name is the login, for ${user_name}.
	Name string
	// ParentAccounting says that the user spends the money of the account. Such a user cannot be
	// paid.
	ParentAccounting bool
	// Deleted says that the user is deleted. A deleted user cannot be paid.
	Deleted bool
	// Balance is from 0 to MaxUnits.
	Balance Units
}

// Request asks to move the same amount between the account and each payee.
type Request struct {
	Header

	// Amount is the amount for each payee: "Transfer 5.67 $ to the user 1 and transfer 5.67 $ to
	// the user 2 too. The account spends 2*5.67= 11.34 $ in total" (Voximplant). With a negative
	// amount each payee pays the account.
	Amount Money

	// Payees are a set: a user that is named twice takes part once, and the order does not
	// matter. Of two payees with one id the first counts.
	Payees []Payee

	// Selection is the rule that selected the payees, such as "all", or "". In Terms the rule
	// stands for the payees. Payees with parent accounting are skipped.
	Selection string

	// Strict refuses the whole transfer if a payer has too little money. Otherwise the transfer
	// goes through the payees in ascending order of id and skips those whose payer has too
	// little money.
	Strict bool

	// Account and AccountCurrency are the balance and the currency of the account. Overdraft,
	// from 0 to MaxUnits, is how far the account may go below zero.
	Account         Units
	AccountCurrency Currency
	Overdraft       Units

	// AccountDescription and UserDescription are the descriptions in the statements of the
	// account and of the users, at most MaxDescription characters. ${user_id} and ${user_name}
	// are expanded in AccountDescription only. "" takes the default.
	AccountDescription, UserDescription string

	// Rates is used if Amount is not in the currency of the account. Nil knows no rate.
	Rates Rates
}

// FundingRequest asks to move money between World and the account.
type FundingRequest struct {
	Header

	// Amount moves to the account, or from it if it is negative. It may be any amount but zero,
	// with up to four decimals, because the price of a call can be less than a coin.
	Amount Money

	// Account, AccountCurrency, Overdraft and Rates are as in Request.
	Account         Units
	AccountCurrency Currency
	Overdraft       Units
	Rates           Rates

	// AccountDescription is the description in the statement of the account. "" takes the
	// default.
	AccountDescription string
}

// ReversalRequest asks to move all money of a transfer back.
type ReversalRequest struct {
	Header

	// Original is the transfer to reverse. ReversedBy is the transfer that reversed it, 0 if
	// none did.
	Original   Transfer
	ReversedBy TransferID

	// Payees are the users in the postings of Original as they are now. Other payees are
	// ignored.
	Payees []Payee

	// Account, AccountCurrency and Overdraft are as in Request.
	Account         Units
	AccountCurrency Currency
	Overdraft       Units

	// AccountDescription and UserDescription are as in Request.
	AccountDescription, UserDescription string
}
