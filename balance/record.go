package balance

import (
	"fmt"

	"github.com/ca74b63c/roster/internal/strictjson"
	"github.com/ca74b63c/roster/user"
)

// The JSON form of what a storage keeps. docs/records.md documents it.

// transferRecord is a transfer as JSON. Requested takes the place of the field of the same name: an
// amount of 0 in a currency is not the zero Money.
type transferRecord struct {
	bareTransfer
	Requested *Money `json:"requested,omitempty"`
}

type bareTransfer Transfer

// transferReading is a transfer as it is read. Postings takes the place of the field of the same
// name.
type transferReading struct {
	transferRecord
	Postings []postingReading `json:"postings"`
}

// postingReading is a posting as it is read. A member that is missing must not read as the account,
// whose number is 0, or as no money.
type postingReading struct {
	From      *Holder `json:"from"`
	To        *Holder `json:"to"`
	Amount    *Units  `json:"amount"`
	FromAfter *Units  `json:"fromAfter"`
	ToAfter   *Units  `json:"toAfter"`
	Name      string  `json:"name"`
}

// posting returns the posting that was read, and false if a member is missing.
func (r *postingReading) posting() (Posting, bool) {
	if r.From == nil || r.To == nil || r.Amount == nil || r.FromAfter == nil || r.ToAfter == nil {
		return Posting{}, false
	}
	return Posting{
		From: *r.From, To: *r.To, Amount: *r.Amount, FromAfter: *r.FromAfter, ToAfter: *r.ToAfter, Name: r.Name,
	}, true
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
	var r transferReading
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
		p, whole := r.Postings[i].posting()
		if !whole {
			return fmt.Errorf("decoding a transfer: posting %d lacks from, to, amount, fromAfter or toAfter", i)
		}
		read.Postings = append(read.Postings, p)
	}
	*t = read
	if r.Requested != nil {
		t.Requested = *r.Requested
	}
	return nil
}
