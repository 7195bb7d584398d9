package balance

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/ca74b63c/roster/validate"
)

// maxMoneyJSON is the greatest number of bytes that UnmarshalJSON decodes.
const maxMoneyJSON = 256

type moneyJSON struct {
	Amount   json.RawMessage `json:"amount"`
	Currency string          `json:"currency"`
}

// MarshalJSON implements json.Marshaler. It encodes m as an object such as
// {"amount":"5.67","currency":"USD"}. The amount is a string, because many JSON decoders turn a
// number into a float. A Money without a currency, such as the zero Money, is encoded as null. The
// error is always nil.
func (m Money) MarshalJSON() ([]byte, error) {
	if m.currency == "" {
		return []byte("null"), nil
	}
	return json.Marshal(recordOf(m.units, m.currency))
}

// UnmarshalJSON implements json.Unmarshaler. It sets m to the amount in an object such as
// {"amount":"5.67","currency":"USD"}. The amount may be a string or a JSON number, and is never
// converted to a float. null sets m to the zero Money. After an error m is unchanged.
//
// Errors, in this order: ErrAmount if b has more than 256 bytes; an error of encoding/json for a
// syntax error, an unknown member, or a currency of a wrong type; ErrAmount, ErrOverflow and
// ErrCurrency as Parse returns them. An ErrCurrency also wraps a *validate.Error at the path
// /currency.
func (m *Money) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		*m = Money{}
		return nil
	}
	if len(b) > maxMoneyJSON {
		return &AmountError{Fault: Malformed}
	}
	var raw moneyJSON
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&raw); err != nil {
		return err
	}
	amount := string(raw.Amount)
	if len(raw.Amount) > 0 && raw.Amount[0] == '"' {
		if err := json.Unmarshal(raw.Amount, &amount); err != nil {
			return err
		}
	}
	parsed, err := Parse(amount, raw.Currency)
	if errors.Is(err, ErrCurrency) {
		unknown := validate.Problem{Path: "/currency", Code: validate.Unknown}
		return fmt.Errorf("%w: %w", err, &validate.Error{Problems: []validate.Problem{unknown}})
	}
	if err != nil {
		return err
	}
	*m = parsed
	return nil
}
