package balance

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// The reasons for which money does not move. Test for them with errors.Is; where a caller can act on more, the
// error is also one of the typed details below, for errors.As.
var (
	// ErrLimits: the overdraft or the minimum in a request is out of range; a mistake of the embedding program.
	ErrLimits = errors.New("balance: overdraft and minimum must be from 0 to the largest amount")
	// ErrAmount: an amount is missing, malformed, too small or too fine. Detail *AmountError. Voximplant's 125 and 225.
	ErrAmount = errors.New("balance: invalid amount")
	// ErrText: a description, key or reason is too long or not plain text. Detail *TextError. Voximplant's 234, 235.
	ErrText = errors.New("balance: invalid text")
	// ErrCurrency: a currency is unknown, or not the expected one. Voximplant's 210.
	ErrCurrency = errors.New("balance: invalid currency")
	// ErrNoRate: the amount is in another currency than the account and no usable rate is known. Voximplant's 561.
	ErrNoRate = errors.New("balance: no exchange rate")
	// ErrNoPayees: the request names no user.
	ErrNoPayees = errors.New("balance: no users named")
	// ErrTooManyPayees: the request names more than MaxPayees users.
	ErrTooManyPayees = errors.New("balance: too many users in one transfer")
	// ErrPayee: a payee is not a user, is deleted and would be paid, or a reversal lacks one of the
	// original's users. Detail *PayeeError.
	ErrPayee = errors.New("balance: invalid payee")
	// ErrParentAccounting: the user spends the account's money and cannot be paid. Detail
	// *PayeeError. Voximplant's 573.
	ErrParentAccounting = errors.New("balance: a user with parent accounting cannot be paid")
	// ErrInsufficient: somebody has not enough money. Detail *Shortage. Voximplant's 127.
	ErrInsufficient = errors.New("balance: insufficient money")
	// ErrOverflow: an amount or a balance would be beyond MaxUnits.
	ErrOverflow = errors.New("balance: amount beyond the largest possible")
	// ErrReversed: the transfer was taken back before. Detail *ReversedError.
	ErrReversed = errors.New("balance: transfer already reversed")
	// ErrNotReversible: a reversal, the return of deleted users' money, or a transfer that moved
	// nothing, cannot be reversed.
	ErrNotReversible = errors.New("balance: transfer cannot be reversed")
	// ErrKeyConflict: the idempotency key was used for another request. Detail *KeyConflict.
	ErrKeyConflict = errors.New("balance: another request under the same key")
	// ErrBroken: what a store handed in contradicts the invariants that Transfer.Check states.
	ErrBroken = errors.New("balance: broken ledger")
)

// AmountFault says what is wrong with an amount.
type AmountFault uint8

const (
	// Malformed: not an optional sign, digits, and at most one point between digits.
	Malformed AmountFault = 1 + iota
	// TooFine: more decimals than the currency has, or than Scale.
	TooFine
	// Missing: no amount was given.
	Missing
	// TooSmall: nearer to zero than the minimum ("must be equal or greater than 0.01", Voximplant), or nothing left
	// of it after conversion.
	TooSmall
)

// AmountError is the detail of ErrAmount.
type AmountError struct {
	Fault AmountFault
	// Decimals is the most that is allowed, for TooFine.
	Decimals int
	// Minimum is the least magnitude that is allowed, for TooSmall.
	Minimum Units
}

// Error says which rule the amount breaks; it does not repeat the amount, which may be hostile input.
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

// Is makes errors.Is(e, ErrAmount) true.
func (e *AmountError) Is(target error) bool { return target == ErrAmount }

// Unwrap returns the *validate.Error of the problem at "/amount".
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

// CurrencyError is the detail of ErrCurrency when two currencies should be one, and of ErrNoRate.
type CurrencyError struct {
	Got, Want Currency
	// NoRate says that the two could have met through an exchange rate, but none is known.
	NoRate bool
}

// Error names both currencies.
func (e *CurrencyError) Error() string {
	if e.NoRate {
		return fmt.Sprintf("balance: no exchange rate from %.8q to %.8q", e.Got, e.Want)
	}
	return fmt.Sprintf("balance: invalid currency: %.8q where %.8q is expected", e.Got, e.Want)
}

// Is makes errors.Is true for ErrNoRate when NoRate is set, else for ErrCurrency.
func (e *CurrencyError) Is(target error) bool {
	if e.NoRate {
		return target == ErrNoRate
	}
	return target == ErrCurrency
}

// TextError is the detail of ErrText.
type TextError struct {
	// Field is "accountDescription", "userDescription", "key" or "reason".
	Field string
	// Limit is the most characters that are allowed.
	Limit int
	// TooLong is false when the text is not valid UTF-8 or has control characters.
	TooLong bool
}

// Error names the field and the limit.
func (e *TextError) Error() string {
	if e.TooLong {
		return fmt.Sprintf("balance: invalid text: %s is longer than %d characters", e.Field, e.Limit)
	}
	return fmt.Sprintf("balance: invalid text: %s is not plain UTF-8 text", e.Field)
}

// Is makes errors.Is(e, ErrText) true.
func (e *TextError) Is(target error) bool { return target == ErrText }

// Unwrap returns the *validate.Error of the problem at the field's path, "/accountDescription".
func (e *TextError) Unwrap() error {
	p := validate.Problem{Path: "/" + e.Field, Code: validate.ControlCharacter}
	if e.TooLong {
		p.Code, p.Params = validate.TooLong, p.Params.WithInt("max", int64(e.Limit))
	}
	return &validate.Error{Problems: []validate.Problem{p}}
}

// PayeeError names the user for whom a transfer is refused.
type PayeeError struct {
	User user.ID
	// Err is ErrPayee or ErrParentAccounting.
	Err error
}

// Error names the user.
func (e *PayeeError) Error() string { return fmt.Sprintf("%v: user %s", e.Err, e.User) }

// Unwrap returns the sentinel.
func (e *PayeeError) Unwrap() error { return e.Err }

// Shortage is the detail of ErrInsufficient: who lacks the money, and how much.
type Shortage struct {
	Holder Holder
	// Needed is what the holder had to pay in all. It never shows more than MaxUnits.
	Needed Units
	// Available is what he could pay: his balance, for the account its overdraft too; never below zero.
	Available Units
	Currency  Currency
	// Hidden says that the caller may not read the holder's balance: Available is 0 then, and says
	// nothing.
	Hidden bool
}

// WithoutBalance returns the shortage for a caller that may not read the holder's balance.
func (e Shortage) WithoutBalance() *Shortage {
	e.Available, e.Hidden = 0, true
	return &e
}

// Error names the holder and both amounts, or what is needed alone.
func (e *Shortage) Error() string {
	if e.Hidden {
		return fmt.Sprintf("balance: insufficient money: %s has less than %s %s", e.Holder, e.Needed, e.Currency)
	}
	return fmt.Sprintf("balance: insufficient money: %s has %s of %s %s", e.Holder, e.Available, e.Needed, e.Currency)
}

// Is makes errors.Is(e, ErrInsufficient) true.
func (e *Shortage) Is(target error) bool { return target == ErrInsufficient }

// ReversedError is the detail of ErrReversed.
type ReversedError struct {
	Transfer, By TransferID
}

// Error names both transfers.
func (e *ReversedError) Error() string {
	return fmt.Sprintf("balance: transfer %s already reversed by %s", e.Transfer, e.By)
}

// Is makes errors.Is(e, ErrReversed) true.
func (e *ReversedError) Is(target error) bool { return target == ErrReversed }

// KeyConflict is the detail of ErrKeyConflict: the key was used before, and the fields differ.
type KeyConflict struct {
	Key string
	// Earlier is the transfer that the key belongs to.
	Earlier TransferID
	// Fields are the names of what differs, in the order of Terms.Diff.
	Fields []string
}

// Error names the key, the earlier transfer and the fields.
func (e *KeyConflict) Error() string {
	return "balance: another request under the same key: " + strconv.Quote(e.Key) + " belongs to transfer " +
		e.Earlier.String() + ", which differs in " + strings.Join(e.Fields, ", ")
}

// Is makes errors.Is(e, ErrKeyConflict) true.
func (e *KeyConflict) Is(target error) bool { return target == ErrKeyConflict }
