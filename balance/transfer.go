package balance

import (
	"fmt"
	"iter"
	"slices"
	"strconv"
	"time"

	"github.com/ca74b63c/roster/user"
)

// Holder is who holds money inside one account. A positive number is the id of a user.
type Holder int64

const (
	// Account is the account itself. It may go below zero, as far as its overdraft allows.
	Account Holder = 0

	// World is whatever lies outside: money enters from it and leaves to it, and this makes every
	// sum zero. It has no balance of its own (it would be minus the sum of all others); its After
	// is always 0.
	World Holder = -1
)

// HolderOf returns the user as a holder.
func HolderOf(id user.ID) Holder { return Holder(id) }

// PayerFor returns whose money a user spends: with parent accounting the account's, else the user's
// ("Whether the user uses the parent account's money, 'false' if the user has a separate balance",
// Voximplant).
func PayerFor(u user.User) Holder {
	if u.Billing.ParentAccounting {
		return Account
	}
	return HolderOf(u.ID)
}

// User returns the user who is the holder, and 0 and false when it is the account or the world.
func (h Holder) User() (user.ID, bool) {
	if h <= 0 {
		return 0, false
	}
	return user.ID(h), true
}

// String returns "account", "world" or "user 7".
func (h Holder) String() string {
	switch {
	case h == Account:
		return "account"
	case h == World:
		return "world"
	case h > 0:
		return "user " + strconv.FormatInt(int64(h), 10)
	}
	return fmt.Sprintf("holder(%d)", int64(h))
}

// MarshalText writes "account", "world", or the id of the user in decimal. Errors: for a number
// that is none of these.
func (h Holder) MarshalText() ([]byte, error) {
	switch {
	case h > 0:
		return strconv.AppendInt(nil, int64(h), 10), nil
	case h < World:
		return nil, fmt.Errorf("balance: there is no %s", h)
	}
	return []byte(h.String()), nil
}

// UnmarshalText reads what MarshalText wrote.
func (h *Holder) UnmarshalText(b []byte) error {
	switch s := string(b); s {
	case "account":
		*h = Account
	case "world":
		*h = World
	default:
		id, err := user.ParseID(s)
		if err != nil {
			return fmt.Errorf("balance: %.40q is no holder: \"account\", \"world\" or the id of a user", b)
		}
		*h = HolderOf(id)
	}
	return nil
}

// TransferID numbers the transfers of one account from 1, ascending in the order of their commits.
// 0 is "none".
type TransferID uint64

// String returns the id in decimal.
func (id TransferID) String() string { return strconv.FormatUint(uint64(id), 10) }

// Posting is one line of a transfer: Amount goes from one holder to another, so that each line
// balances by construction. The JSON of a transfer writes its money with the currency.
type Posting struct {
	From, To Holder

	// Amount is in the transfer's currency, 1 to MaxUnits.
	Amount Units

	// FromAfter and ToAfter are the two balances right after this line; 0 for World.
	FromAfter, ToAfter Units

	// Name is the user's login at the time of the transfer, for ${user_name}. Empty when no user
	// takes part.
	Name string
}

// User returns the user who takes part, and 0 and false when money moved between the account and
// the world.
func (p Posting) User() (user.ID, bool) {
	if p.To > 0 {
		return p.To.User()
	}
	return p.From.User()
}

// Skip names a user that a transfer left out.
type Skip struct {
	User   user.ID    `json:"user"`
	Reason SkipReason `json:"reason"`
}

// Transfer is one movement of money, whole and immutable: what was asked, by whom, and the lines
// that it made. Plan, PlanFunding and PlanReversal make it, a store keeps it, Check proves it.
// Copies share its slices, which do not change once it is planned.
type Transfer struct {
	// ID is the number that the account gave it; 0 until it has one.
	ID     TransferID `json:"id"`
	Kind   Kind       `json:"kind"`
	At     time.Time  `json:"at,omitzero"`
	Actor  user.ID    `json:"actor,omitempty"`
	Reason string     `json:"reason,omitempty"`

	// Currency is the account's, and the currency of every posting.
	Currency Currency `json:"currency"`

	// Requested is the amount for one user as it was asked: sign and currency included. Zero for a
	// reversal.
	Requested Money `json:"requested,omitzero"`

	// Rate is what one unit of Requested's currency was worth in Currency, as ParseRate reads it.
	// Empty when nothing was converted.
	Rate string `json:"rate,omitempty"`

	// Strict says that any shortage would have refused the whole transfer.
	Strict bool `json:"strict,omitempty"`

	// Key is the caller's idempotency key, "" for none. Users is the fingerprint of the users that
	// the caller named.
	Key   string      `json:"key,omitempty"`
	Users Fingerprint `json:"users,omitzero"`

	// Reverses is the transfer that this one takes back; 0 for none.
	Reverses TransferID `json:"reverses,omitempty"`

	// AccountDescription and UserDescription are the templates of the descriptions. Entry expands them.
	AccountDescription string `json:"accountDescription,omitempty"`
	UserDescription    string `json:"userDescription,omitempty"`

	// Postings are in ascending order of the user's id, each user once.
	Postings []Posting `json:"-"` // see transferRecord

	// Skipped are the users that the transfer left out, in ascending order of their ids.
	Skipped []Skip `json:"skipped,omitempty"`
}

// AccountAfter returns the account's balance after the transfer: "The new account balance"
// (Voximplant). It is false when no line moved money, so that the balance is what it was before.
func (t Transfer) AccountAfter() (Units, bool) {
	if len(t.Postings) == 0 {
		return 0, false
	}
	last := t.Postings[len(t.Postings)-1]
	if last.From == Account {
		return last.FromAfter, true
	}
	return last.ToAfter, last.To == Account
}

// Total returns the sum of all postings. With an overdraft it can be as much as twice MaxUnits,
// which Units hold.
func (t Transfer) Total() Units {
	var sum Units
	for _, p := range t.Postings {
		sum += p.Amount
	}
	return sum
}

// Balances yields each holder whose balance the transfer changed, with the holder's balance after
// it: the account first, then the users in ascending order. World has no balance and is left out.
func (t Transfer) Balances() iter.Seq2[Holder, Units] {
	return func(yield func(Holder, Units) bool) {
		if after, ok := t.AccountAfter(); ok && !yield(Account, after) {
			return
		}
		for _, p := range t.Postings {
			h, after := p.To, p.ToAfter
			if p.From > 0 {
				h, after = p.From, p.FromAfter
			}
			if h > 0 && !yield(h, after) {
				return
			}
		}
	}
}

// WithoutName returns the transfer without the user's login in the user's postings. A storage keeps
// this once the user is erased. The amounts stay, and Check still proves them. Reason, AccountDescription
// and UserDescription stay too, whatever people wrote into them.
func (t Transfer) WithoutName(id user.ID) Transfer {
	t.Postings = slices.Clone(t.Postings)
	for i := range t.Postings {
		if u, ok := t.Postings[i].User(); ok && u == id {
			t.Postings[i].Name = ""
		}
	}
	return t
}
