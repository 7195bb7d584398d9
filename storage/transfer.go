package storage

import (
	"fmt"
	"math"

	"github.com/ca74b63c/roster/balance"
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
