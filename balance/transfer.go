package balance

import (
	"fmt"
	"iter"
	"slices"
	"strconv"
	"time"

	"github.com/ca74b63c/roster/user"
)

// Holder holds money inside one account. A positive number is the id of a user.
type Holder int64

const (
	// Account is the account itself. Its balance may be below zero, down to its overdraft.
	Account Holder = 0

	// World stands for everything outside the account: money comes from it and goes to it. It
	// has no balance; FromAfter and ToAfter of World are 0.
	World Holder = -1
)

// HolderOf returns the holder for a user.
func HolderOf(id user.ID) Holder { return Holder(id) }

// PayerFor returns the holder whose money a user spends: Account with parent accounting, else the
// user ("Whether the user uses the parent account's money, 'false' if the user has a separate
// balance", Voximplant).
func PayerFor(u user.User) Holder {
	if u.Billing.ParentAccounting {
		return Account
	}
	return HolderOf(u.ID)
}

// User returns the id of the user that is the holder. It returns 0 and false for Account and
// World.
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

// MarshalText returns "account", "world", or the id of the user in decimal. It returns an error
// for any other number.
func (h Holder) MarshalText() ([]byte, error) {
	switch {
	case h > 0:
		return strconv.AppendInt(nil, int64(h), 10), nil
	case h < World:
		return nil, fmt.Errorf("balance: there is no %s", h)
	}
	return []byte(h.String()), nil
}

// UnmarshalText decodes what MarshalText encodes.
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

// TransferID is the number of a transfer in its account, from 1, ascending in the order of
// commits. 0 is no transfer.
type TransferID uint64

// String returns the id in decimal.
func (id TransferID) String() string { return strconv.FormatUint(uint64(id), 10) }

// Posting is one movement of a transfer: Amount goes from one holder to another.
type Posting struct {
	From, To Holder

	// Amount is in the currency of the transfer, 1 to MaxUnits.
	Amount Units

	// FromAfter and ToAfter are the balances of From and To right after this posting; 0 for
	// World.
	FromAfter, ToAfter Units

	// Name is the login of the user at the time of the transfer, for ${user_name}. It is "" if
	// no user takes part.
	Name string
}

// User returns the user that takes part. It returns 0 and false if money moved between Account
// and World.
func (p Posting) User() (user.ID, bool) {
	if p.To > 0 {
		return p.To.User()
	}
	return p.From.User()
}

// Skip is a user that a transfer left out.
type Skip struct {
	User   user.ID    `json:"user"`
	Reason SkipReason `json:"reason"`
}

// Transfer is one movement of money: the request and the postings that it led to. Plan,
// PlanFunding, PlanReversal and PlanReturn make it. It does not change afterwards. Copies share
// its slices.
type Transfer struct {
	// ID is 0 until the transfer is stored.
	ID     TransferID `json:"id"`
	Kind   Kind       `json:"kind"`
	At     time.Time  `json:"at,omitzero"`
	Actor  user.ID    `json:"actor,omitempty"`
	Reason string     `json:"reason,omitempty"`

	// Currency is the currency of the account and of every posting.
	Currency Currency `json:"currency"`

	// Requested is the requested amount for one user, with its sign and currency. It is zero for
	// a reversal and a return.
	Requested Money `json:"requested,omitzero"`

	// Rate is the price of one unit of Requested's currency in Currency, as ParseRate reads it.
	// It is "" if nothing was converted.
	Rate string `json:"rate,omitempty"`

	// Strict says that a shortage of one payer would have refused the transfer.
	Strict bool `json:"strict,omitempty"`

	// Key is the idempotency key, "" for none. Users is the fingerprint of the users that the
	// request names.
	Key   string      `json:"key,omitempty"`
	Users Fingerprint `json:"users,omitzero"`

	// Reverses is the transfer that this one reverses; 0 for none.
	Reverses TransferID `json:"reverses,omitempty"`

	// AccountDescription and UserDescription are the templates of the descriptions. Entry
	// expands them.
	AccountDescription string `json:"accountDescription,omitempty"`
	UserDescription    string `json:"userDescription,omitempty"`

	// Postings are in ascending order of the user's id, each user once.
	Postings []Posting `json:"-"` // see transferRecord

	// Skipped are the users that the transfer left out, in ascending order of id.
	Skipped []Skip `json:"skipped,omitempty"`
}

// AccountAfter returns the balance of the account after the transfer, which Voximplant calls "The
// new account balance", and true. If the transfer has no postings, or if the account takes no part
// in the last one, AccountAfter returns false, and the balance has no meaning.
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

// Balances yields each holder whose balance the transfer changed, with the new balance: first the
// account, then the users in ascending order of id. It leaves out World.
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

// WithoutName returns a copy of the transfer without the login of the user with the id: the
// postings of that user have no Name. Nothing else differs, and t does not change. A storage stores
// the copy when the user is erased.
func (t Transfer) WithoutName(id user.ID) Transfer {
	t.Postings = slices.Clone(t.Postings)
	for i := range t.Postings {
		if u, ok := t.Postings[i].User(); ok && u == id {
			t.Postings[i].Name = ""
		}
	}
	return t
}
