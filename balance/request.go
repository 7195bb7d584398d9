package balance

import (
	"time"

	"github.com/ca74b63c/roster/user"
)

const (
	// MaxPayees is the most users that one transfer can name, repetitions counted: the bound of the work and of the
	// memory that one request can cost.
	MaxPayees = 100_000

	// DefaultMinimum is the least amount of a transfer: "The absolute amount value must be equal or greater than
	// 0.01" (Voximplant, TransferMoneyToUser).
	DefaultMinimum = One / 100
)

// Header is what every request for money carries beside the money. The clock and the numbers come from the caller,
// so that a plan is the same each time it is made.
type Header struct {
	// ID is the number of the transfer to be; it may be left 0 and set by who stores it.
	ID    TransferID
	At    time.Time
	Actor user.ID
	// Reason is for the people who read the history; at most 500 characters.
	Reason string
	// Key is the caller's idempotency key, at most 255 characters, "" for none.
	Key string
}

// Payee is what has to be known of a user who takes part in a transfer.
type Payee struct {
	ID user.ID
	// Name is his login, for ${user_name}.
	Name string
	// ParentAccounting: he spends the account's money and has no balance of his own that could be paid into.
	ParentAccounting bool
	// Deleted: what a deleted user is paid would be stranded, so the user cannot be paid.
	Deleted bool
	// Balance is 0 to MaxUnits: users never go below zero.
	Balance Units
}

// Request asks to move the same amount between the account and each of its payees.
type Request struct {
	Header

	// Amount is for each payee: "Transfer 5.67 $ to the user 1 and transfer 5.67 $ to the user 2 too. The account
	// spends 2*5.67= 11.34 $ in total" (Voximplant). A negative amount reverses the direction: each user pays.
	Amount Money

	// Payees are a set: who is named twice takes part once (the list "3;3" names one user), and their order does not
	// matter. The first of two with one id counts.
	Payees []Payee

	// Selection, when set, is the rule that picked the payees, such as "all", and stands for them
	// in the fingerprint. Those of them with parent accounting are left out.
	Selection string

	// Strict refuses everything when anybody lacks money. Otherwise payees are served in ascending order of their
	// ids, and a line whose payer lacks the money is skipped.
	Strict bool

	// Account and AccountCurrency are the account's balance and currency; Overdraft, 0 to MaxUnits, how far the
	// account may go below zero.
	Account         Units
	AccountCurrency Currency
	Overdraft       Units

	// Minimum is the least magnitude of the amount, in the amount's own currency. 0 means DefaultMinimum; 1 is none.
	Minimum Units

	// AccountDescription and UserDescription are the descriptions in the account's statement and in the users', at most
	// MaxDescription characters. ${user_id} and ${user_name} are expanded in AccountDescription only. "" takes the default.
	AccountDescription, UserDescription string

	// Rates serves when Amount is not in the account's currency. nil knows no rate.
	Rates Rates
}

// FundingRequest asks to move money between the world and the account.
type FundingRequest struct {
	Header

	// Amount enters the account; a negative amount leaves it. Any amount but zero, with up to four decimals: meters
	// count in smaller steps than coins.
	Amount Money

	// Account, AccountCurrency, Overdraft and Rates are as in Request.
	Account         Units
	AccountCurrency Currency
	Overdraft       Units
	Rates           Rates

	// AccountDescription is the description in the account's statement. "" takes the default.
	AccountDescription string
}

// ReversalRequest asks to take a whole transfer back, each line of it.
type ReversalRequest struct {
	Header

	// Original is the transfer to take back; ReversedBy the transfer that did so before, 0 when none did.
	Original   Transfer
	ReversedBy TransferID

	// Payees are the users of the original's postings as they are now. Others are ignored.
	Payees []Payee

	// Account, AccountCurrency and Overdraft are as in Request.
	Account         Units
	AccountCurrency Currency
	Overdraft       Units

	// AccountDescription and UserDescription are as in Request.
	AccountDescription, UserDescription string
}
