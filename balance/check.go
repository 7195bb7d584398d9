package balance

import (
	"fmt"

	"github.com/ca74b63c/roster/user"
)

// broken returns an error that wraps ErrBroken, with the formatted text.
func broken(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrBroken, fmt.Sprintf(format, args...))
}

// Check returns nil if the functions of this package could have planned the transfer. Otherwise it
// returns an ErrBroken that names the first violated invariant. A storage can call Check for a
// transfer that the storage read. The invariants are:
//
//   - The kind and the currency are known. Texts and the time are within their bounds.
//   - The transfer has at least one posting or skipped user, and at most MaxPayees of both
//     together.
//   - A reversal has the id of an earlier transfer in Reverses. In any other transfer Reverses is
//     0. Reversals and returns request no amount and have at least one posting.
//   - Any other transfer requests an amount other than zero. At the recorded rate, the requested
//     amount equals the amount of each posting. The sign of the requested amount gives the
//     direction.
//   - A funding has one posting between World and Account. A reversal of a funding also does. The
//     postings of all other transfers are between Account and users.
//   - Users are in ascending order. No user is in two postings, or in a posting and a skip.
//   - All postings have the same direction, and an amount from 1 to MaxUnits. Except in a return,
//     all postings have the same amount.
//   - In a return, each posting moves the whole balance of a user to the account and leaves the
//     user with 0.
//   - The balances of the account form a chain: each differs from the previous one by the amount of
//     the posting. So the sum over all holders stays zero.
//   - Every balance is within MaxUnits before and after. The balance of a user is never below zero,
//     and the balance of World is always 0.
//   - Only a transfer of the kind Transferring skips users. The reason is parent accounting, or, if
//     the transfer is not strict, a shortage of the payer.
func (t Transfer) Check() error {
	amount, accountPays, err := t.checkTerms()
	if err != nil {
		return err
	}
	if err := t.checkShape(accountPays); err != nil {
		return err
	}
	var account Units // after the previous posting
	for i, p := range t.Postings {
		if t.Kind == Returning {
			if amount = p.Amount; amount < 1 || amount > MaxUnits || p.FromAfter != 0 {
				return broken("posting %d does not return all that the user has", i)
			}
		}
		if p.Amount != amount || (p.From == Account) != accountPays {
			return broken("posting %d has another amount or direction", i)
		}
		mine, others, other := p.ToAfter, p.FromAfter, p.From
		before, gain := mine-amount, amount
		if accountPays {
			mine, others, other = p.FromAfter, p.ToAfter, p.To
			before, gain = mine+amount, -amount
		}
		switch {
		case !mine.InRange() || !before.InRange():
			return broken("posting %d takes the account out of range", i)
		case i > 0 && mine != account+gain:
			return broken("posting %d does not continue the account's balance", i)
		case other == World && others != 0:
			return broken("posting %d gives the world a balance", i)
		case other > 0 && !userInRange(others, gain):
			return broken("posting %d takes %s out of range", i, other)
		}
		account = mine
	}
	return nil
}

// userInRange reports whether the balance of a user is from 0 to MaxUnits both before and after a
// posting. The parameter after is the balance after the posting. The parameter accountGain is the
// amount that the user paid to the account, negative if the account paid the user.
func userInRange(after, accountGain Units) bool {
	if after < 0 || after > MaxUnits {
		return false
	}
	before := after + accountGain
	return before >= 0 && before <= MaxUnits
}

// checkTerms checks all fields of the transfer except the holders and balances. It returns the
// amount of each posting in the account's currency, and whether the account pays. For a return, it
// returns 0 and false, because each posting has another amount. Errors: ErrBroken.
func (t Transfer) checkTerms() (amount Units, accountPays bool, err error) {
	digits, known := t.Currency.digits()
	switch {
	case t.Kind < Funding || t.Kind > Returning:
		return 0, false, broken("unknown %s", t.Kind)
	case !known:
		return 0, false, broken("unknown currency %.8q", t.Currency)
	case (t.Kind == Reversing) != (t.Reverses != 0) || t.ID != 0 && t.Reverses >= t.ID:
		return 0, false, broken("a %s transfer reverses transfer %s", t.Kind, t.Reverses)
	}
	h := Header{At: t.At, Reason: t.Reason, Key: t.Key}
	if err := h.check(t.AccountDescription, t.UserDescription); err != nil {
		return 0, false, broken("%v", err)
	}
	if t.Kind == Reversing || t.Kind == Returning {
		if t.Requested != (Money{}) || t.Rate != "" || len(t.Postings) == 0 {
			return 0, false, broken("a %s transfer asks for an amount, or moves nothing", t.Kind)
		}
		p := t.Postings[0]
		if t.Kind == Returning {
			return 0, false, nil
		}
		if p.Amount < 1 || p.Amount > MaxUnits {
			return 0, false, broken("the amount is out of range")
		}
		return p.Amount, p.From == Account, nil
	}
	amount = t.Requested.units
	if t.Requested.currency == "" || amount == 0 {
		return 0, false, broken("no amount was asked")
	}
	if converts := t.Requested.currency != t.Currency; converts != (t.Rate != "") {
		return 0, false, broken("a rate is missing or of no use")
	} else if converts {
		rate, err := ParseRate(t.Rate)
		if err != nil {
			return 0, false, broken("unreadable rate %.40q", t.Rate)
		}
		if amount, err = rate.Convert(amount, digits); err != nil || amount == 0 {
			return 0, false, broken("the amount cannot be converted at the recorded rate")
		}
	}
	// The world pays when an account is funded, the account when it pays its users.
	return max(amount, -amount), (amount > 0) == (t.Kind == Transferring), nil
}

// checkShape checks the rules of Check about the holders: who pays, who receives, and which users
// are skipped. The parameter accountPays says that the account pays in each posting. Errors:
// ErrBroken for the first rule that the transfer breaks.
func (t Transfer) checkShape(accountPays bool) error {
	switch {
	case len(t.Postings)+len(t.Skipped) > MaxPayees:
		return broken("more than %d users", MaxPayees)
	case len(t.Skipped) > 0 && t.Kind != Transferring:
		return broken("a %s transfer skips", t.Kind)
	case len(t.Postings)+len(t.Skipped) == 0:
		return broken("no posting and no skipped user")
	}
	shortage := UserShort
	switch {
	case t.Strict:
		shortage = ParentAccounting // a strict transfer skips no user for a shortage
	case accountPays:
		shortage = AccountShort
	}
	var last, lastSkip user.ID
	skips := t.Skipped
	for i, p := range t.Postings {
		other := p.From
		if p.From == Account {
			other = p.To
		} else if p.To != Account {
			return broken("posting %d passes the account by", i)
		}
		if withWorld := t.Kind == Funding || t.Kind == Reversing && other == World; withWorld {
			if other != World || len(t.Postings) != 1 || p.Name != "" {
				return broken("posting %d is not between the world and the account alone", i)
			}
			return nil
		}
		id, isUser := other.User()
		if !isUser || id <= last {
			return broken("posting %d: users must ascend, each once", i)
		}
		for len(skips) > 0 && skips[0].User < id {
			skips = skips[1:]
		}
		if len(skips) > 0 && skips[0].User == id {
			return broken("%s is both served and skipped", other)
		}
		last = id
	}
	for i, s := range t.Skipped {
		if s.User <= lastSkip || s.Reason != shortage && s.Reason != ParentAccounting {
			return broken("skip %d: users must ascend, and only lack of money and parent accounting are reasons", i)
		}
		lastSkip = s.User
	}
	return nil
}
