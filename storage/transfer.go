package storage

import (
	"fmt"
	"math"

	"github.com/ca74b63c/roster/balance"
)

// CheckTransfer returns nil if there is a state of an account in which Writer.PostTransfer takes t.
// Errors: ErrInvalid unless
//
//   - the id is from 1 to 1<<63 - 1, and no id of a transfer that it reverses is greater;
//   - each amount is from 1 to balance.MaxUnits, from one holder to another one;
//   - each holder is World, the account or a user;
//   - each balance after a posting is within balance.MaxUnits, for a user not below zero (only the
//     account has an overdraft), and for World 0.
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
