package balance

import (
	"cmp"
	"errors"
	"fmt"

	"github.com/ca74b63c/roster/internal/strictjson"
	"github.com/ca74b63c/roster/user"
)

// This file holds the JSON form of stored transfers, which docs/records.md documents.

// transferRecord is the JSON form of a transfer. Its fields replace the fields of bareTransfer
// with the same name.
type transferRecord struct {
	bareTransfer
	// Requested is nil for the zero Money. An amount of 0 in a currency is not the zero Money.
	Requested *Money          `json:"requested,omitempty"`
	Postings  []postingRecord `json:"postings,omitempty"`
}

// bareTransfer is a Transfer without methods.
type bareTransfer Transfer

// postingRecord is the JSON form of a posting. Its members are pointers, so that a missing member
// is not read as the account, whose number is 0, or as no money.
type postingRecord struct {
	From      *Holder      `json:"from"`
	To        *Holder      `json:"to"`
	Amount    *moneyRecord `json:"amount"`
	FromAfter *moneyRecord `json:"fromAfter"`
	ToAfter   *moneyRecord `json:"toAfter"`
	Name      string       `json:"name,omitempty"`
}

// moneyRecord is the JSON form of Money. Decoding does not check the currency.
type moneyRecord struct {
	Amount   string   `json:"amount"`
	Currency Currency `json:"currency"`
}

// recordOf returns u in the currency c as a moneyRecord.
func recordOf(u Units, c Currency) *moneyRecord { return &moneyRecord{u.text(c.Digits()), c} }

// units returns the amount of the record, whose currency must be c. Errors, in this order:
// ErrAmount for a malformed text or more than four decimals; ErrOverflow; ErrCurrency.
func (r *moneyRecord) units(c Currency) (Units, error) {
	u, err := parseUnits(r.Amount)
	if err == nil && r.Currency != c {
		err = &CurrencyError{Got: r.Currency, Want: c}
	}
	return u, err
}

// record returns the posting as a postingRecord with its money in the currency c. Errors:
// ErrOverflow.
func (p Posting) record(c Currency) (postingRecord, error) {
	if !p.Amount.InRange() || !p.FromAfter.InRange() || !p.ToAfter.InRange() {
		return postingRecord{}, ErrOverflow
	}
	return postingRecord{
		&p.From, &p.To, recordOf(p.Amount, c), recordOf(p.FromAfter, c), recordOf(p.ToAfter, c), p.Name,
	}, nil
}

// posting returns the Posting that the record encodes. The parameter c is the currency of the
// transfer. It returns an error if a member other than the name is missing, or if an amount is not
// valid or has another currency.
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

// MarshalJSON implements json.Marshaler. It encodes the transfer as a JSON object. The time is in
// UTC and truncated to microseconds.
//
// Errors: for a text that is not valid UTF-8 or contains a NUL; for an enumeration value that has
// no name; ErrOverflow for an amount or a balance beyond MaxUnits; user.ErrTime for a time outside
// the years 1 to 9999.
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

// UnmarshalJSON implements json.Unmarshaler. It sets t to the transfer in the JSON object b, which
// has the form that MarshalJSON writes. A missing member, and the value null, set a field to its
// zero value, but a posting must have every member except the name. UnmarshalJSON does not call
// Check. After an error t is unchanged.
//
// UnmarshalJSON returns an error for malformed JSON, an unknown or repeated member, and an unknown
// name of an enumeration; for a requested amount that Money.UnmarshalJSON refuses; for a time that
// has a fraction of a microsecond or is outside the years 1 to 9999; for a posting with a missing
// member, with an amount that is not valid, or in another currency than the transfer.
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
