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

// MarshalJSON writes the transfer as JSON. Errors: for a text that is not valid UTF-8 or has NUL, a
// number that no name of an enumeration has, an amount beyond MaxUnits, and user.ErrTime.
func (t Transfer) MarshalJSON() ([]byte, error) {
	r := transferRecord{bareTransfer: bareTransfer(t)}
	r.At = user.Normal(t.At)
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
	*t = Transfer(r.bareTransfer)
	if r.Requested != nil {
		t.Requested = *r.Requested
	}
	return nil
}
