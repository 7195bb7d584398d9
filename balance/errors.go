package balance

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// The errors of this package, for errors.Is. Some come as a typed error with details, for
// errors.As.
var (
	// ErrLimits says that the overdraft in a request is out of range.
	ErrLimits = errors.New("balance: the overdraft must be from 0 to the largest amount")
	// ErrAmount says that an amount is missing, malformed, too small or has too many decimals.
	// Details: *AmountError. Voximplant errors 125 and 225.
	ErrAmount = errors.New("balance: invalid amount")
	// ErrText says that a description, key or reason is too long, is not valid UTF-8 or has a
	// control character. Details: *TextError. Voximplant errors 234 and 235.
	ErrText = errors.New("balance: invalid text")
	// ErrCurrency says that a currency is unknown, or not the expected one. Voximplant error
	// 210.
	ErrCurrency = errors.New("balance: invalid currency")
	// ErrNoRate says that no exchange rate from the currency of the amount to that of the
	// account is known. Voximplant error 561.
	ErrNoRate = errors.New("balance: no exchange rate")
	// ErrNoPayees says that the request names no user.
	ErrNoPayees = errors.New("balance: no users named")
	// ErrTooManyPayees says that the request names more than MaxPayees users.
	ErrTooManyPayees = errors.New("balance: too many users in one transfer")
	// ErrPayee says that a payee is not a user, is deleted and would be paid, or is missing in a
	// reversal. Details: *PayeeError.
	ErrPayee = errors.New("balance: invalid payee")
	// ErrParentAccounting says that a payee spends the money of the account and cannot be paid.
	// Details: *PayeeError. Voximplant error 573.
	ErrParentAccounting = errors.New("balance: a user with parent accounting cannot be paid")
	// ErrInsufficient says that a payer has too little money. Details: *Shortage. Voximplant
	// error 127.
	ErrInsufficient = errors.New("balance: insufficient money")
	// ErrOverflow says that an amount or a balance would be beyond MaxUnits.
	ErrOverflow = errors.New("balance: amount beyond the largest possible")
	// ErrReversed says that the transfer was reversed before. Details: *ReversedError.
	ErrReversed = errors.New("balance: transfer already reversed")
	// ErrNotReversible says that the transfer is a reversal, a return of deleted users' money,
	// or a transfer that moved nothing.
	ErrNotReversible = errors.New("balance: transfer cannot be reversed")
	// ErrKeyConflict says that another request used the idempotency key. Details: *KeyConflict.
	ErrKeyConflict = errors.New("balance: another request under the same key")
	// ErrBroken says that data of the storage violate an invariant of Transfer.Check.
	ErrBroken = errors.New("balance: broken ledger")
)

// AmountFault is the mistake in an amount.
type AmountFault uint8

const (
	// Malformed is an amount that is not an optional sign, digits, and at most one point between
	// digits.
	Malformed AmountFault = 1 + iota
	// TooFine is an amount with more decimals than its currency has, or more than Scale.
	TooFine
	// Missing means that no amount is given.
	Missing
	// TooSmall is an amount below the minimum ("must be equal or greater than 0.01",
	// Voximplant), or one that a conversion rounds to zero.
	TooSmall
)

// AmountError holds the details of ErrAmount.
type AmountError struct {
	Fault AmountFault
	// Decimals is the greatest allowed number of decimals, for TooFine.
	Decimals int
	// Minimum is the least allowed magnitude, for TooSmall.
	Minimum Units
}

// Error returns the rule that the amount breaks. It does not repeat the amount, which may be
// hostile input.
func (e *AmountError) Error() string {
	switch e.Fault {
	case Missing:
		return "balance: invalid amount: it is missing"
	case TooFine:
		return fmt.Sprintf("balance: invalid amount: more than %d decimals", e.Decimals)
	case TooSmall:
		return fmt.Sprintf("balance: invalid amount: must be equal or greater than %s", e.Minimum)
	}
	return "balance: invalid amount: not a decimal number"
}

// Is reports whether target is ErrAmount.
func (e *AmountError) Is(target error) bool { return target == ErrAmount }

// Unwrap returns a *validate.Error with one problem at the path /amount. The code of the problem
// depends on the fault:
//
//   - Missing: validate.Required
//   - TooSmall: validate.OutOfRange with the parameter min
//   - TooFine: validate.Invalid with the parameter decimals
//   - any other fault: validate.Invalid
func (e *AmountError) Unwrap() error {
	p := validate.Problem{Path: "/amount", Code: validate.Invalid}
	switch e.Fault {
	case Missing:
		p.Code = validate.Required
	case TooSmall:
		p.Code, p.Params = validate.OutOfRange, p.Params.WithText("min", e.Minimum.String())
	case TooFine:
		p.Params = p.Params.WithInt("decimals", int64(e.Decimals))
	}
	return &validate.Error{Problems: []validate.Problem{p}}
}

// CurrencyError holds the details of ErrNoRate, and of ErrCurrency if two currencies should be
// equal.
type CurrencyError struct {
	Got, Want Currency
	// NoRate says that an exchange rate is missing: the error is ErrNoRate.
	NoRate bool
}

// Error returns a text with both currencies.
func (e *CurrencyError) Error() string {
	if e.NoRate {
		return fmt.Sprintf("balance: no exchange rate from %.8q to %.8q", e.Got, e.Want)
	}
	return fmt.Sprintf("balance: invalid currency: %.8q where %.8q is expected", e.Got, e.Want)
}

// Is reports whether target is ErrNoRate, if NoRate is set, or else ErrCurrency.
func (e *CurrencyError) Is(target error) bool {
	if e.NoRate {
		return target == ErrNoRate
	}
	return target == ErrCurrency
}

// TextError holds the details of ErrText.
type TextError struct {
	// Field is "accountDescription", "userDescription", "key" or "reason".
	Field string
	// Limit is the greatest allowed number of characters.
	Limit int
	// TooLong says that the text has more than Limit characters. If it is false, the text is not
	// valid UTF-8 or has a control character.
	TooLong bool
}

// Error returns a text with the field and the limit.
func (e *TextError) Error() string {
	if e.TooLong {
		return fmt.Sprintf("balance: invalid text: %s is longer than %d characters", e.Field, e.Limit)
	}
	return fmt.Sprintf("balance: invalid text: %s is not plain UTF-8 text", e.Field)
}

// Is reports whether target is ErrText.
func (e *TextError) Is(target error) bool { return target == ErrText }

// Unwrap returns a *validate.Error with one problem at the path of the field, such as
// /accountDescription. The code is validate.TooLong with the parameter max if the text is too long,
// and validate.ControlCharacter otherwise.
func (e *TextError) Unwrap() error {
	p := validate.Problem{Path: "/" + e.Field, Code: validate.ControlCharacter}
	if e.TooLong {
		p.Code, p.Params = validate.TooLong, p.Params.WithInt("max", int64(e.Limit))
	}
	return &validate.Error{Problems: []validate.Problem{p}}
}

// PayeeError names the user for which a transfer is refused.
type PayeeError struct {
	User user.ID
	// Err is ErrPayee or ErrParentAccounting.
	Err error
}

// Error returns a text with the id of the user.
func (e *PayeeError) Error() string { return fmt.Sprintf("%v: user %s", e.Err, e.User) }

// Unwrap returns Err.
func (e *PayeeError) Unwrap() error { return e.Err }

// Shortage holds the details of ErrInsufficient: the payer, and both amounts.
type Shortage struct {
	Holder Holder
	// Needed is what the holder would pay in all, at most MaxUnits.
	Needed Units
	// Available is what the holder can pay: the balance, plus the overdraft for the account. It
	// is never below zero.
	Available Units
	Currency  Currency
	// Hidden says that the caller may not read the balance of the holder. Available is then 0.
	Hidden bool
}

// WithoutBalance returns the shortage with Available 0 and Hidden set.
func (e Shortage) WithoutBalance() *Shortage {
	e.Available, e.Hidden = 0, true
	return &e
}

// Error returns a text with the holder and both amounts. If Hidden is set, it leaves out
// Available.
func (e *Shortage) Error() string {
	if e.Hidden {
		return fmt.Sprintf("balance: insufficient money: %s has less than %s %s", e.Holder, e.Needed, e.Currency)
	}
	return fmt.Sprintf("balance: insufficient money: %s has %s of %s %s", e.Holder, e.Available, e.Needed, e.Currency)
}

// Is reports whether target is ErrInsufficient.
func (e *Shortage) Is(target error) bool { return target == ErrInsufficient }

// ReversedError holds the details of ErrReversed: the transfer, and the transfer that reversed
// it.
type ReversedError struct {
	Transfer, By TransferID
}

// Error returns a text with both ids.
func (e *ReversedError) Error() string {
	return fmt.Sprintf("balance: transfer %s already reversed by %s", e.Transfer, e.By)
}

// Is reports whether target is ErrReversed.
func (e *ReversedError) Is(target error) bool { return target == ErrReversed }

// KeyConflict holds the details of ErrKeyConflict: the fields of the two requests that differ.
type KeyConflict struct {
	Key string
	// Earlier is the transfer that has the key.
	Earlier TransferID
	// Fields are the names of the fields that differ, in the order of Terms.Diff.
	Fields []string
}

// Error returns a text with the key, the earlier transfer and the fields.
func (e *KeyConflict) Error() string {
	return "balance: another request under the same key: " + strconv.Quote(e.Key) + " belongs to transfer " +
		e.Earlier.String() + ", which differs in " + strings.Join(e.Fields, ", ")
}

// Is reports whether target is ErrKeyConflict.
func (e *KeyConflict) Is(target error) bool { return target == ErrKeyConflict }
