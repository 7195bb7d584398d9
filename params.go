package roster

import (
	"errors"
	"fmt"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// The parameters of calls are decoded from JSON strictly (validate.Unmarshal): a member that does
// not exist, a value of another type, and an unknown role or currency are problems of a
// *validate.Error, each at its path. A password is decoded but never encoded: its JSON is
// "redacted".

// UnmarshalJSON decodes the parameters, such as {"user":{"identity":{"login":"ann"}}}. Errors:
// those of validate.Unmarshal.
func (p *CreateParams) UnmarshalJSON(b []byte) error {
	type bare CreateParams
	return validate.Unmarshal(b, (*bare)(p))
}

// UnmarshalJSON decodes the parameters, such as
// {"users":[7],"amount":{"amount":"5.67","currency":"USD"}}. Errors: those of validate.Unmarshal.
func (p *TransferParams) UnmarshalJSON(b []byte) error {
	type bare TransferParams
	return validate.Unmarshal(b, (*bare)(p))
}

// UnmarshalJSON decodes the parameters, such as {"amount":{"amount":"100.00","currency":"USD"}}.
// Errors: those of validate.Unmarshal.
func (p *FundParams) UnmarshalJSON(b []byte) error {
	type bare FundParams
	return validate.Unmarshal(b, (*bare)(p))
}

// UnmarshalJSON decodes the parameters, such as {"transferId":17}. Errors: those of
// validate.Unmarshal.
func (p *ReverseParams) UnmarshalJSON(b []byte) error {
	type bare ReverseParams
	return validate.Unmarshal(b, (*bare)(p))
}

// UnmarshalJSON decodes a change such as {"new":"a phrase","old":"the present one"}. It sets HasOld
// if the member old is present and not null. Errors: those of validate.Unmarshal.
func (n *PasswordChange) UnmarshalJSON(b []byte) error {
	var read struct {
		New     Password  `json:"new"`
		Old     *Password `json:"old"`
		Confirm Password  `json:"confirm"`
	}
	if err := validate.Unmarshal(b, &read); err != nil {
		return err
	}
	*n = PasswordChange{New: read.New, Confirm: read.Confirm, HasOld: read.Old != nil}
	if n.HasOld {
		n.Old = *read.Old
	}
	return nil
}

// UnmarshalJSON decodes an edit such as {"id":7,"patch":{"names":{"first":"Ann"}}} and replaces all
// fields of e; PatchFunc becomes nil. A missing or null password means that the edit sets none.
// After an error e does not change. Errors: those of validate.Unmarshal.
func (e *Edit) UnmarshalJSON(b []byte) error {
	type bare Edit
	var read bare
	err := validate.Unmarshal(b, &read)
	if err == nil {
		*e = Edit(read)
	}
	return err
}

// errNoJSON is the error of encoding or decoding the arguments of a list.
var errNoJSON = errors.New("roster: the arguments of a list have no JSON form: set the fields from the parts of a request")

// MarshalJSON returns an error: the arguments of a list have no JSON form.
func (ListParams) MarshalJSON() ([]byte, error) { return nil, errNoJSON }

// UnmarshalJSON returns an error. A server sets the fields that its clients may choose.
func (*ListParams) UnmarshalJSON([]byte) error { return errNoJSON }

// MarshalJSON returns an error: the arguments of a list have no JSON form.
func (TransferListParams) MarshalJSON() ([]byte, error) { return nil, errNoJSON }

// UnmarshalJSON returns an error. A server sets the fields that its clients may choose.
func (*TransferListParams) UnmarshalJSON([]byte) error { return errNoJSON }

// The greatest ids that a caller may choose.
const (
	maxHostID = 1 << 62   // for the system actor; the next id still fits
	maxUserID = 1<<53 - 1 // for others: a JSON number in JavaScript keeps every digit up to here
)

// maxID returns the greatest id that the actor may choose.
func (h Handle) maxID() int64 {
	if h.actor.system {
		return maxHostID
	}
	return maxUserID
}

// atMost returns nil if n is at most the limit most. Otherwise it returns storage.ErrInvalid,
// wrapped with a text that contains what, the name of the counted items.
func atMost(most int, what string, n int) error {
	if n > most {
		return fmt.Errorf("roster: more than %d %s: %w", most, what, storage.ErrInvalid)
	}
	return nil
}

// problem returns a *validate.Error with one problem.
func problem(path string, code validate.Code) error {
	var c validate.Collector
	c.Add(validate.Problem{Path: path, Code: code})
	return c.Err()
}

// checkText checks the text value by the rule. It returns a *validate.Error at path, or nil.
func checkText(rule validate.Rule, p validate.Profile, path, value string) error {
	var c validate.Collector
	c.Check(rule, p, path, value)
	return c.Err()
}

// once adds a problem to c for each id that occurred before in ids. path returns the path of the
// problem from the index of the id.
func once(c *validate.Collector, ids []user.ID, path func(int) string) {
	seen := make(map[user.ID]bool, len(ids))
	for i, id := range ids {
		if seen[id] {
			c.Add(validate.Problem{Path: path(i), Code: validate.Duplicate})
		}
		seen[id] = true
	}
}
