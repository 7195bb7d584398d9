package balance

// Currency is an ISO 4217 alphabetic code in upper case, such as "USD". The empty Currency means "none given".
type Currency string

// ParseCurrency reads an ISO 4217 code. "RUR", which Voximplant's documents use, is read as "RUB".
// Anything else that ISO 4217 does not list is ErrCurrency.
func ParseCurrency(code string) (Currency, error) {
	c, _, ok := lookupCurrency(code)
	if !ok {
		return "", ErrCurrency
	}
	return c, nil
}

// Digits returns the number of decimals of the currency's smallest coin, 0 to 4, and 0 for an unknown currency.
func (c Currency) Digits() int {
	_, digits, _ := lookupCurrency(string(c))
	return digits
}

func lookupCurrency(code string) (Currency, int, bool) {
	if len(code) != 3 {
		return "", 0, false
	}
	return Currency(code), 2, true
}

func (c Currency) digits() (int, bool) {
	canonical, digits, ok := lookupCurrency(string(c))
	return digits, ok && canonical == c
}
