package storage

import "github.com/ca74b63c/roster/balance"

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
