package balance

import "github.com/ca74b63c/roster/validate"

// Currency is an ISO 4217 alphabetic code in upper case, such as "USD". The empty Currency means
// that none is given.
type Currency string

// ParseCurrency returns the currency with the ISO 4217 code of three capital letters. It reads
// "RUR", which Voximplant's documents use, as "RUB". It returns ErrCurrency for any other text,
// such as "usd", and for a code without a smallest unit, such as "XAU" (gold).
func ParseCurrency(code string) (Currency, error) {
	known, ok := validate.CurrencyByCode(code)
	if !ok {
		return "", ErrCurrency
	}
	return Currency(known.Code), nil
}

// Digits returns the number of decimals of the smallest coin of the currency, 0 to 4. It returns
// 0 for an unknown currency.
func (c Currency) Digits() int {
	digits, _ := c.digits()
	return digits
}

// digits returns the number of decimals of the currency, and true. It returns 0 and false for an
// unknown currency. "RUR" is unknown here; only ParseCurrency reads it.
func (c Currency) digits() (int, bool) {
	known, ok := validate.CurrencyByCode(string(c))
	if !ok || known.Code != string(c) {
		return 0, false
	}
	return known.Digits, true
}

// CheckChange returns nil if the currency of an account may change from c to next. moved says
// that the account has a transfer; the currency must not change then, because the ledger would
// change its meaning. Error: ErrCurrency, as a *CurrencyError.
func (c Currency) CheckChange(next Currency, moved bool) error {
	if moved && next != c {
		return &CurrencyError{Got: next, Want: c}
	}
	return nil
}
