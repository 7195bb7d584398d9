package storage

import (
	"fmt"
	"math"
	"slices"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/user"
)

// CheckTransfer checks the transfer t without the state of the account. It returns nil if t follows
// these rules, and ErrInvalid if t breaks one of them:
//
//   - t.ID is from 1 to 1<<63 - 1, and t.Reverses is at most 1<<63 - 1;
//   - each amount is from 1 to balance.MaxUnits;
//   - the two holders of each posting differ;
//   - each holder is World, the account or a user;
//   - the balance of each holder after a posting is possible: 0 for World, from 0 to
//     balance.MaxUnits for a user, and from -balance.MaxUnits to balance.MaxUnits for the account.
func CheckTransfer(t balance.Transfer) error {
	if t.ID == 0 || t.ID > math.MaxInt64 || t.Reverses > math.MaxInt64 {
		return fmt.Errorf("transfer %d that reverses %d: %w", t.ID, t.Reverses, ErrInvalid)
	}
	for i, p := range t.Postings {
		if p.Amount < 1 || p.Amount > balance.MaxUnits || p.From == p.To ||
			!canHave(p.From, p.FromAfter) || !canHave(p.To, p.ToAfter) {
			return fmt.Errorf("transfer %d, posting %d: %w", t.ID, i, ErrInvalid)
		}
	}
	return nil
}

// canHave reports whether a holder can have so much.
func canHave(h balance.Holder, u balance.Units) bool {
	switch {
	case h == balance.World:
		return u == 0
	case h == balance.Account:
		return u.InRange()
	}
	return h > 0 && u >= 0 && u <= balance.MaxUnits
}

// TransferQuery says which transfers are wanted and in which order. The zero TransferQuery wants
// all transfers, the oldest first. Match and Beyond define what a query means. A storage finds the
// transfers of a user by an index, and those of a kind too, unless the kind is Transferring, which
// nearly all transfers are of.
//
// A transfer must pass every filter that is given.
type TransferQuery struct {
	UserID user.ID        // the user paid or received something; 0: all
	Kinds  []balance.Kind // of any of these kinds; nil: all, empty: none

	Newest bool               // the newest transfer first, else the oldest
	After  balance.TransferID // only transfers behind this one in the order; 0: from the start
	Limit  int                // at most so many; 0 is MaxPage
}

// Check returns nil for a query that a storage can answer. Errors: ErrInvalid for a limit below 0
// or above MaxPage, and for a UserID below 0.
func (q *TransferQuery) Check() error {
	if _, err := PageLimit(q.Limit); err != nil {
		return err
	}
	if q.UserID < 0 {
		return fmt.Errorf("transfers of user %d: %w", q.UserID, ErrInvalid)
	}
	return nil
}

// Match reports whether t passes every filter of the query. Order, After and Limit do not matter.
func (q *TransferQuery) Match(t balance.Transfer) bool {
	return among(q.Kinds, t.Kind) && (q.UserID == 0 || slices.ContainsFunc(t.Postings, func(p balance.Posting) bool {
		h := balance.HolderOf(q.UserID)
		return p.From == h || p.To == h
	}))
}

// Beyond reports whether a transfer with the id is behind After, so that it may be in the answer.
func (q *TransferQuery) Beyond(id balance.TransferID) bool {
	if q.Newest {
		return q.After == 0 || id < q.After
	}
	return id > q.After
}

// MaxPayments is how many payments a Movement shows.
const MaxPayments = 8

// Movement says which money a change moved: who paid, who received, and how much. It shows the
// first payments of the transfer, at most MaxPayments, so that a change stays small; the transfer
// itself has all of them. It holds no personal data, so an erasure leaves it.
type Movement struct {
	// Total is the sum of all payments; the zero Money if it is greater than balance.MaxUnits.
	Total    balance.Money `json:"total"`
	Count    int           `json:"count"` // of all payments of the transfer
	Payments []Payment     `json:"payments,omitempty"`
}

// Payment is one posting of a transfer, without the balances after it.
type Payment struct {
	From   balance.Holder `json:"from"`
	To     balance.Holder `json:"to"`
	Amount balance.Money  `json:"amount"`
}

// ChangeOf returns the change of the type MoneyTransferred that records the transfer t. The change
// has the time, the actor and the reason of t, the Movement of t, and the id of t as TransferID. If
// t has a single posting, the UserID is the user of the posting, or 0 if no user takes part. The ID
// of the change is zero. Errors: those of MovementOf.
func ChangeOf(t balance.Transfer) (Change, error) {
	money, err := MovementOf(t)
	c := Change{At: t.At, Type: MoneyTransferred, Actor: t.Actor, Reason: t.Reason, TransferID: t.ID, Money: money}
	if len(t.Postings) == 1 {
		c.UserID, _ = t.Postings[0].User()
	}
	return c, err
}

// MovementOf returns the Movement of the transfer t: the number of its postings, the sum of their
// amounts, and the first MaxPayments postings as payments. If the sum is greater than
// balance.MaxUnits, Total is the zero Money and there is no error. Errors: those of
// balance.FromUnits for the currency of t or for the amount of one of these payments.
func MovementOf(t balance.Transfer) (*Movement, error) {
	m := &Movement{Count: len(t.Postings)}
	var total balance.Units
	for i, p := range t.Postings {
		total = min(total, balance.MaxUnits) + p.Amount // does not wrap around
		if i < MaxPayments {
			amount, err := balance.FromUnits(p.Amount, t.Currency)
			if err != nil {
				return nil, err
			}
			m.Payments = append(m.Payments, Payment{p.From, p.To, amount})
		}
	}
	if !total.InRange() {
		return m, nil
	}
	var err error
	m.Total, err = balance.FromUnits(total, t.Currency)
	return m, err
}
