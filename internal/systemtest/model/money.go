package model

import (
	"fmt"
	"slices"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/validate"
)

// Amounts are in ten-thousandths, as the product has them.
const (
	cent = 100
	most = 999_999_999_999_999_999 // of an amount and of a balance
)

// Terms are the parts of a request that must be equal if two requests have the same idempotency
// key.
type Terms struct {
	Kind     string
	Amount   int64  // for each user
	In       string // the currency of the amount
	Users    string // who was asked for: a set, or a rule
	Strict   bool
	Reverses int
}

// Transfer is a transfer: the request and its result.
type Transfer struct {
	Terms
	ID       int
	At       string
	Actor    int
	Currency string // of the account
	Key      string
	Postings []Posting
	Skipped  []string
}

// Posting is a posting of a transfer. Holder 0 is the account, and -1 the world.
type Posting struct {
	From, To                   int
	Amount, FromAfter, ToAfter int64
}

// Receipt is the result of a call that moves money.
type Receipt struct {
	Transfer Transfer
	Account  int64
	Revision int
	Replayed bool
}

// coins has the smallest amount of each currency that calls use.
var coins = map[string]int64{"USD": cent, "EUR": cent, "JPY": 100 * cent}

// available returns the amount that the account can pay: its balance plus its overdraft.
func (m *Model) available() int64 { return max(0, m.funds[0]+int64(atoi(m.account["overdraft"]))) }

// move runs a call that moves money, and returns the receipt. ready returns the requested transfer
// and two errors, missing and err; plan adds the postings. If the idempotency key was used by an
// equal request, move writes nothing and returns the first transfer. Errors, in this order: err;
// ErrKeyConflict; missing; ErrStale; the error of plan.
func (m *Model) move(
	how How, what string, ready func(t *tx) (asked Transfer, missing, err error), plan func(*tx, *Transfer) error,
) (r Receipt, err error) {
	r.Revision, err = m.try(how, func(t *tx) error {
		asked, missing, err := ready(t)
		if err != nil {
			return err
		}
		if first := t.byKey(asked.Key); asked.Key != "" && first != nil {
			if first.Terms != asked.Terms {
				return balance.ErrKeyConflict
			}
			r.Transfer, r.Account, r.Replayed = *first, first.accountAfter(t.funds[0]), true
			return nil
		}
		if missing != nil {
			return missing
		}
		if err := t.checkVersion(0); err != nil {
			return err
		}
		asked.At, asked.Currency = t.at(), t.account["currency"]
		if err := plan(t, &asked); err != nil {
			return err
		}
		t.post(&asked, what)
		r.Transfer, r.Account = asked, asked.accountAfter(t.funds[0])
		return nil
	})
	r.Transfer.Users = "" // the product keeps a fingerprint of them, and shows it to no caller
	return r, err
}

// post appends the transfer x to the transfers of the account, sets x.ID, and records a change of
// the type what. The change names a user only if x has exactly one posting and the posting is from
// or to a user.
func (t *tx) post(x *Transfer, what string) {
	x.ID = len(t.transfers) + 1
	t.transfers = append(t.transfers, *x)
	c := Change{Type: what, Transfer: x.ID}
	if p := x.Postings; len(p) == 1 {
		c.User = max(p[0].From, p[0].To, 0)
	}
	t.record(c)
}

func (m *Model) byKey(key string) *Transfer {
	for i := range m.transfers {
		if m.transfers[i].Key == key {
			return &m.transfers[i]
		}
	}
	return nil
}

// accountAfter returns the account's balance right after the transfer. If the transfer has no
// postings, it returns now.
func (x Transfer) accountAfter(now int64) int64 {
	for _, p := range x.Postings {
		if now = p.ToAfter; p.From == 0 {
			now = p.FromAfter
		}
	}
	return now
}

// pay moves an amount from one holder to another, and appends the posting to x. The holder 0 is the
// account, which may spend its overdraft; -1 is the world, which has no limit; others are users.
// Errors: ErrInsufficient if the payer has less than the amount; ErrOverflow if the balance of the
// receiver would be too large. After an error nothing is moved.
func (t *tx) pay(x *Transfer, from, to int, amount int64) error {
	has := t.funds[from]
	if from == 0 {
		has = t.available()
	}
	if from >= 0 && has < amount {
		return balance.ErrInsufficient
	}
	if to >= 0 && t.funds[to] > most-amount {
		return balance.ErrOverflow
	}
	t.funds[from] -= amount
	t.funds[to] += amount
	delete(t.funds, -1) // the world is not counted
	x.Postings = append(x.Postings, Posting{from, to, amount, t.funds[from], t.funds[to]})
	return nil
}

func (m *Model) fund(amount int64, currency, key string, how How) (Receipt, error) {
	if amount == 0 {
		return Receipt{}, balance.ErrAmount
	}
	return m.move(how, "money.funded", func(*tx) (Transfer, error, error) {
		return Transfer{Terms: Terms{Kind: "funding", Amount: amount, In: currency, Strict: true}, Key: key}, nil, nil
	}, func(t *tx, x *Transfer) error {
		switch {
		case currency != x.Currency:
			return balance.ErrNoRate
		case amount < 0:
			return t.pay(x, 0, -1, -amount)
		}
		return t.pay(x, -1, 0, amount)
	})
}

// Pay is a request to move one amount between the account and each of several users.
type Pay struct {
	Users       []int
	All         bool
	Application string
	Amount      int64
	Currency    string
	Lenient     bool
	Key         string
}

func (m *Model) transfer(p Pay, how How) (Receipt, error) {
	switch {
	case p.Amount%coins[p.Currency] != 0:
		return Receipt{}, balance.ErrAmount
	case p.Amount > -cent && p.Amount < cent:
		return Receipt{}, balance.ErrAmount
	case p.All && len(p.Users) > 0 || !p.All && p.Application != "":
		return Receipt{}, validate.ErrInvalid
	}
	var payees []int
	return m.move(how, "money.transferred", func(t *tx) (x Transfer, missing, err error) {
		x = Transfer{Terms: Terms{Kind: "transferring", Amount: p.Amount, In: p.Currency, Strict: !p.Lenient}, Key: p.Key}
		if p.All {
			for _, id := range t.sorted() {
				if u := t.users[id]; u.live() && (p.Application == "" || u.has("applications", p.Application)) {
					payees = append(payees, id)
				}
			}
			x.Users = "all " + p.Application
			return x, nil, nil
		}
		payees = slices.Compact(slices.Sorted(slices.Values(p.Users)))
		if len(payees) > 0 {
			x.Users = fmt.Sprint(payees)
		}
		for _, id := range payees {
			if u := t.users[id]; u == nil || !u.live() {
				missing = storage.ErrNotFound
			}
		}
		return x, missing, nil
	}, func(t *tx, x *Transfer) error {
		if p.Currency != x.Currency {
			return balance.ErrNoRate
		}
		if len(payees) == 0 {
			return balance.ErrNoPayees
		}
		return t.share(x, payees, p.Amount, p.All)
	})
}

// share moves amount from the account to each user, or from each user to the account if amount is
// negative. If all is true, share skips users with parent accounting. If x is not strict, share
// skips users where the payer has too little money. Errors: ErrPayee for a deleted user;
// ErrParentAccounting; ErrInsufficient; ErrOverflow. After ErrOverflow some postings are made, and
// the caller must undo them.
func (t *tx) share(x *Transfer, ids []int, amount int64, all bool) error {
	parent := func(id int) bool { return t.users[id]["parentAccounting"] != "" }
	served := slices.Clone(ids)
	if all {
		served = slices.DeleteFunc(served, parent)
	}
	if amount > 0 {
		for _, id := range served {
			if !t.users[id].live() {
				return balance.ErrPayee
			}
			if parent(id) {
				return balance.ErrParentAccounting
			}
		}
		// The sum stops at nine times the greatest amount, which no account has.
		sum := amount * min(int64(len(served)), 9*most/amount)
		if x.Strict && sum > t.available() {
			return balance.ErrInsufficient
		}
	} else if x.Strict {
		for _, id := range served {
			if t.funds[id] < -amount {
				return balance.ErrInsufficient
			}
		}
	}
	for _, id := range ids {
		if all && parent(id) {
			x.Skipped = append(x.Skipped, fmt.Sprint(id, " parent_accounting"))
			continue
		}
		from, to, each, skip := 0, id, amount, "account_short"
		if amount < 0 {
			from, to, each, skip = id, 0, -amount, "user_short"
		}
		err := t.pay(x, from, to, each)
		if err != nil && err == balance.ErrInsufficient {
			x.Skipped = append(x.Skipped, fmt.Sprint(id, " ", skip))
		} else if err != nil {
			return err
		}
	}
	return nil
}

func (m *Model) reverse(id int, key string, how How) (Receipt, error) {
	var first Transfer
	return m.move(how, "money.reversed", func(t *tx) (x Transfer, missing, err error) {
		if id > len(t.transfers) {
			return x, nil, storage.ErrNotFound
		}
		first = t.transfers[id-1]
		return Transfer{Terms: Terms{Kind: "reversing", Strict: true, Reverses: id}, Key: key}, nil, nil
	}, func(t *tx, x *Transfer) error {
		if first.Kind == "reversing" || first.Kind == "returning" || len(first.Postings) == 0 {
			return balance.ErrNotReversible
		}
		for _, y := range t.transfers {
			if y.Reverses == id {
				return balance.ErrReversed
			}
		}
		if p := first.Postings[0]; first.Kind == "funding" {
			return t.pay(x, p.To, p.From, p.Amount)
		}
		var ids []int
		amount := first.Postings[0].Amount
		for _, p := range first.Postings {
			ids = append(ids, max(p.From, p.To))
		}
		if first.Postings[0].From == 0 {
			amount = -amount
		}
		return t.share(x, ids, amount, false)
	})
}
