package roster

import (
	"errors"

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
// if the member old is present and not null. It sets HasConfirm in the same way for the member
// confirm. Errors: those of validate.Unmarshal.
func (n *PasswordChange) UnmarshalJSON(b []byte) error {
	var read struct {
		New     Password  `json:"new"`
		Old     *Password `json:"old"`
		Confirm *Password `json:"confirm"`
	}
	if err := validate.Unmarshal(b, &read); err != nil {
		return err
	}
	*n = PasswordChange{New: read.New, HasOld: read.Old != nil, HasConfirm: read.Confirm != nil}
	if n.HasOld {
		n.Old = *read.Old
	}
	if n.HasConfirm {
		n.Confirm = *read.Confirm
	}
	return nil
}

// UnmarshalJSON decodes an edit such as {"id":7,"patch":{"names":{"first":"Ann"}}} and replaces all
// fields of e; PatchFunc becomes nil. A missing or null password means that the edit sets none.
// After an error e does not change. Errors: those of validate.Unmarshal.
func (e *Edit) UnmarshalJSON(b []byte) error {
	var read struct {
		ID       user.ID         `json:"id"`
		Patch    user.Patch      `json:"patch"`
		Password *PasswordChange `json:"password"`
	}
	if err := validate.Unmarshal(b, &read); err != nil {
		return err
	}
	*e = Edit{ID: read.ID, Patch: read.Patch, Password: read.Password}
	return nil
}

// errNoJSON is the error of the arguments of a list, in both directions.
var errNoJSON = errors.New("roster: the arguments of a list have no JSON form: set the fields from the parts of a request")

// MarshalJSON returns an error: the arguments of a list have no JSON form.
func (ListParams) MarshalJSON() ([]byte, error) { return nil, errNoJSON }

// UnmarshalJSON returns an error: the arguments of a list have no JSON form. A server sets the
// fields that its clients may choose.
func (*ListParams) UnmarshalJSON([]byte) error { return errNoJSON }

// MarshalJSON returns an error: the arguments of a list have no JSON form.
func (TransferListParams) MarshalJSON() ([]byte, error) { return nil, errNoJSON }

// UnmarshalJSON returns an error: the arguments of a list have no JSON form. A server sets the
// fields that its clients may choose.
func (*TransferListParams) UnmarshalJSON([]byte) error { return errNoJSON }
