package balance

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/ca74b63c/roster/validate"
)

// Money is an exact amount in a currency, at most MaxUnits, with at most four decimals. Values
// can be compared with ==. The zero Money has no currency and means that no amount is given. To
// compute with amounts, use Units or Decimal.
type Money struct {
	units    Units
	currency Currency
}

// FromUnits returns the amount u as Money in the currency c.
//
// Errors, in this order: ErrOverflow if u is below -MaxUnits or above MaxUnits; ErrCurrency if c is
// unknown.
func FromUnits(u Units, c Currency) (Money, error) {
	if !u.InRange() {
		return Money{}, ErrOverflow
	}
	c, err := ParseCurrency(string(c))
	if err != nil {
		return Money{}, err
	}
	return Money{units: u, currency: c}, nil
}

// Units returns the amount in 1/10000 of the currency's unit.
func (m Money) Units() Units { return m.units }

// Currency returns the currency, "" for the zero Money.
func (m Money) Currency() Currency { return m.currency }

// Decimal returns the amount with as many decimals as Text. Compare two decimals with their
// method Equal: 1.1 and 1.10 differ under ==.
func (m Money) Decimal() decimal.Decimal {
	shown := max(m.units.decimals(), m.currency.Digits())
	return decimal.New(int64(m.units/coin(shown)), -int32(shown))
}

// Text returns the amount without the currency, with the decimals of the currency and up to four
// if needed: "5.67", "100.00", "0.1234", "3" for three yen.
func (m Money) Text() string { return m.units.text(m.currency.Digits()) }

// String returns the amount and its currency: "5.67 USD". For the zero Money it returns "no
// amount".
func (m Money) String() string {
	if m.currency == "" {
		return "no amount"
	}
	return m.Text() + " " + string(m.currency)
}

// IsZero reports whether the amount is zero, in any currency.
func (m Money) IsZero() bool { return m.units == 0 }

// Equal reports whether m == o. Tools such as go-cmp need it, because they cannot see the fields.
func (m Money) Equal(o Money) bool { return m == o }

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
