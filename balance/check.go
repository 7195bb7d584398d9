package balance

import (
	"fmt"

	"github.com/ca74b63c/roster/user"
)

// broken returns an ErrBroken that says what is wrong.
func broken(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrBroken, fmt.Sprintf(format, args...))
}

// Check proves what every transfer that this package plans has in common. A store can call it on
// what it read back. It returns nil or an ErrBroken that names the first of these that does not
// hold:
//
//   - the kind and the currency are known; texts and the time are within their bounds;
//   - a reversal, and nothing else, names an earlier transfer; a reversal and a return ask for no
//     amount of their own;
//   - otherwise the amount asked is not zero, and at the recorded rate it is each posting's amount;
//   - a funding is one posting between World and Account; another transfer has postings between
//     Account and users, or is the reversal of a funding;
//   - all postings have one amount, 1 to MaxUnits, and one direction; users ascend, each once,
//     postings and skips together;
//   - a return is the exception: each posting has its own amount, from a user to the account, and
//     leaves the user nothing;
//   - the account's balances form a chain: each differs from the one before by the amount. So what
//     the account loses the others gain, and the sum over all holders stays zero;
//   - every balance is within MaxUnits, before and after, a user's never below zero, World's always
//     0;
//   - only a transfer to or from users skips, for parent accounting or, if it is lenient, for a
//     shortage of who pays.
func (t Transfer) Check() error {
	amount, accountPays, err := t.checkTerms()
	if err != nil {
		return err
	}
	if err := t.checkShape(accountPays); err != nil {
		return err
	}
	var account Units // after the posting before
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

// userInRange reports whether a user's balance is from 0 to MaxUnits, now and before the account
// gained.
func userInRange(after, accountGain Units) bool {
	if after < 0 || after > MaxUnits {
		return false
	}
	before := after + accountGain
	return before >= 0 && before <= MaxUnits
}

// checkTerms checks what was asked, and returns the amount of each posting (0 for a return) and
// whether the account pays.
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

// checkShape checks who takes part: the holders of the postings and the users who were skipped.
func (t Transfer) checkShape(accountPays bool) error {
	switch {
	case len(t.Postings)+len(t.Skipped) > MaxPayees:
		return broken("more than %d users", MaxPayees)
	case len(t.Skipped) > 0 && t.Kind != Transferring:
		return broken("a %s transfer skips", t.Kind)
	case len(t.Postings)+len(t.Skipped) == 0:
		return broken("nobody takes part")
	}
	shortage := UserShort
	switch {
	case t.Strict:
		shortage = ParentAccounting // which is no shortage: a strict transfer has none
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
