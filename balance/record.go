package balance

import (
	"cmp"
	"errors"
	"fmt"

	"github.com/ca74b63c/roster/internal/strictjson"
	"github.com/ca74b63c/roster/user"
)

// The JSON form of what a storage keeps. docs/records.md documents it.

// transferRecord is a transfer as JSON. The fields below take the places of those of the same name.
type transferRecord struct {
	bareTransfer
	Requested *Money          `json:"requested,omitempty"` // 0 in a currency is not the zero Money
	Postings  []postingRecord `json:"postings,omitempty"`
}

type bareTransfer Transfer

// postingRecord is a posting as JSON. A member that is missing must not read as the account, whose
// number is 0, or as no money.
type postingRecord struct {
	From      *Holder      `json:"from"`
	To        *Holder      `json:"to"`
	Amount    *moneyRecord `json:"amount"`
	FromAfter *moneyRecord `json:"fromAfter"`
	ToAfter   *moneyRecord `json:"toAfter"`
	Name      string       `json:"name,omitempty"`
}

// moneyRecord is what Money is as JSON, but in whatever currency: decoding does not check the rules
// of the domain.
type moneyRecord struct {
	Amount   string   `json:"amount"`
	Currency Currency `json:"currency"`
}

func recordOf(u Units, c Currency) *moneyRecord { return &moneyRecord{u.text(c.Digits()), c} }

// units returns the amount. Errors: ErrAmount; ErrOverflow; ErrCurrency for another currency than c.
func (r *moneyRecord) units(c Currency) (Units, error) {
	u, err := parseUnits(r.Amount)
	if err == nil && r.Currency != c {
		err = &CurrencyError{Got: r.Currency, Want: c}
	}
	return u, err
}

// record returns the posting with its money in a currency. Errors: ErrOverflow.
func (p Posting) record(c Currency) (postingRecord, error) {
	if !p.Amount.InRange() || !p.FromAfter.InRange() || !p.ToAfter.InRange() {
		return postingRecord{}, ErrOverflow
	}
	return postingRecord{
		&p.From, &p.To, recordOf(p.Amount, c), recordOf(p.FromAfter, c), recordOf(p.ToAfter, c), p.Name,
	}, nil
}

// posting returns the posting that was read. Errors: for a member that is missing, and for money in
// another currency than c.
func (r *postingRecord) posting(c Currency) (Posting, error) {
	if r.From == nil || r.To == nil || r.Amount == nil || r.FromAfter == nil || r.ToAfter == nil {
		return Posting{}, errors.New("it lacks from, to, amount, fromAfter or toAfter")
	}
	amount, err := r.Amount.units(c)
	from, fromErr := r.FromAfter.units(c)
	to, toErr := r.ToAfter.units(c)
	p := Posting{From: *r.From, To: *r.To, Amount: amount, FromAfter: from, ToAfter: to, Name: r.Name}
	return p, cmp.Or(err, fromErr, toErr)
}

// MarshalJSON writes the transfer as JSON. Errors: for a text that is not valid UTF-8 or has NUL, a
// number that no name of an enumeration has, an amount beyond MaxUnits, and user.ErrTime.
func (t Transfer) MarshalJSON() ([]byte, error) {
	r := transferRecord{bareTransfer: bareTransfer(t)}
	r.At = user.NormalizeTime(t.At)
	if t.Requested != (Money{}) {
		r.Requested = &t.Requested
	}
	err := user.CheckTime(r.At)
	for i := 0; i < len(t.Postings) && err == nil; i++ {
		var p postingRecord
		if p, err = t.Postings[i].record(t.Currency); err == nil {
			r.Postings = append(r.Postings, p)
		}
	}
	if err == nil {
		var b []byte
		if b, err = strictjson.Marshal(r); err == nil {
			return b, nil
		}
	}
	return nil, fmt.Errorf("encoding transfer %d: %w", t.ID, err)
}

// UnmarshalJSON reads what MarshalJSON wrote. It refuses a member that no transfer has, one that is
// there twice, a name that an enumeration does not have, and a time that is finer than a
// microsecond.
func (t *Transfer) UnmarshalJSON(b []byte) error {
	var r transferRecord
	err := strictjson.Unmarshal(b, &r)
	if err == nil {
		err = strictjson.Time(&r.At)
	}
	if err == nil {
		err = user.CheckTime(r.At)
	}
	if err != nil {
		return fmt.Errorf("decoding a transfer: %w", err)
	}
	read := Transfer(r.bareTransfer)
	for i := range r.Postings {
		p, err := r.Postings[i].posting(read.Currency)
		if err != nil {
			return fmt.Errorf("decoding a transfer: posting %d: %w", i, err)
		}
		read.Postings = append(read.Postings, p)
	}
	*t = read
	if r.Requested != nil {
		t.Requested = *r.Requested
	}
	return nil
}
