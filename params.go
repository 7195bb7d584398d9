package roster

import "github.com/ca74b63c/roster/validate"

// The parameters of calls are decoded from JSON strictly (validate.Unmarshal): a member that does
// not exist, a value of another type, and an unknown role or currency are problems of a
// *validate.Error, each at its path.

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
