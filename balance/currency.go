package balance

import "github.com/ca74b63c/roster/validate"

// Currency is an ISO 4217 alphabetic code in upper case, such as "USD". The empty Currency means "none given".
type Currency string

// ParseCurrency reads an ISO 4217 code. "RUR", which Voximplant's documents use, is read as "RUB".
// Anything else that ISO 4217 does not list, lower case too, is ErrCurrency.
func ParseCurrency(code string) (Currency, error) {
	known, ok := validate.CurrencyByCode(code)
	if !ok {
		return "", ErrCurrency
	}
	return Currency(known.Code), nil
}

// Digits returns the number of decimals of the currency's smallest coin, 0 to 4, and 0 for an unknown currency.
func (c Currency) Digits() int {
	digits, _ := c.digits()
	return digits
}

// digits also tells whether the currency is one that this package works in: known, and in its canonical spelling.
func (c Currency) digits() (int, bool) {
	known, ok := validate.CurrencyByCode(string(c))
	if !ok || known.Code != string(c) {
		return 0, false
	}
	return known.Digits, true
}

// CheckChange returns nil if an account whose currency is c may work in next from now on: any time as long as no money
// has moved, and never afterwards, since its ledger would change its meaning. Error: ErrCurrency, with a
// *CurrencyError.
func (c Currency) CheckChange(next Currency, moved bool) error {
	if moved && next != c {
		return &CurrencyError{Got: next, Want: c}
	}
	return nil
}
