package balance

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"
)

// maxAmountText is the greatest number of bytes of an amount: a sign, 18 digits, a point, and
// zeros before and after.
const maxAmountText = 40

// Parse returns the amount in text, such as "5.67", "-11.34" or "100", as Money in the currency.
// The text is an optional sign, digits, and after a point more digits, in at most 40 bytes. Parse
// accepts up to four decimals for every currency, and more if the rest are zeros; Plan checks the
// decimals of the currency.
//
// Errors, in this order: ErrAmount (Malformed, then TooFine); ErrOverflow; ErrCurrency.
func Parse(text, currency string) (Money, error) {
	u, err := parseUnits(text)
	if err != nil {
		return Money{}, err
	}
	return FromUnits(u, Currency(currency))
}

// MustParse returns the Money that Parse returns for text and currency. It panics if Parse returns
// an error. It is for constants and tests, and must not be called with the input of a user.
func MustParse(text, currency string) Money {
	m, err := Parse(text, currency)
	if err != nil {
		panic(fmt.Sprintf("balance: %q %q is no money: %v", text, currency, err))
	}
	return m
}

// parseUnits returns the decimal number in the text as Units. It accepts the texts that Parse
// accepts. Errors: ErrAmount for a text that is too long; those of parseDigits.
func parseUnits(text string) (Units, error) {
	if len(text) > maxAmountText {
		return 0, &AmountError{Fault: Malformed}
	}
	return parseDigits(text)
}

// parseDigits returns the decimal number in a text of any length as Units. Errors, in this order:
// ErrAmount if the text is no decimal number, or has more than four decimals, zeros at the end not
// counted; ErrOverflow beyond MaxUnits.
func parseDigits(text string) (Units, error) {
	digits, negative := text, false
	if text != "" && (text[0] == '-' || text[0] == '+') {
		digits, negative = text[1:], text[0] == '-'
	}
	whole, frac, hasPoint := strings.Cut(digits, ".")
	if whole == "" || hasPoint && frac == "" || !onlyDigits(whole) || !onlyDigits(frac) {
		return 0, &AmountError{Fault: Malformed}
	}
	frac = strings.TrimRight(frac, "0")
	if len(frac) > Scale {
		return 0, &AmountError{Fault: TooFine, Decimals: Scale}
	}
	whole = strings.TrimLeft(whole, "0")
	if len(whole)+Scale > len("999999999999999999") {
		return 0, ErrOverflow
	}
	u, _ := strconv.ParseInt(whole+(frac + "0000")[:Scale], 10, 64) // at most 18 digits, so within MaxUnits
	if negative {
		u = -u
	}
	return Units(u), nil
}

// onlyDigits reports whether s has only ASCII digits.
func onlyDigits(s string) bool { return strings.Trim(s, "0123456789") == "" }

// FromDecimal returns the decimal d as Money in the currency c, without rounding. It checks the
// size of d first, so that a number such as 1e1000000 costs little.
//
// Errors, in this order:
//
//   - ErrOverflow if d has an exponent above 18 or a coefficient of more than 256 bits
//   - ErrAmount (TooFine) if d has more than four decimals, trailing zeros not counted
//   - ErrOverflow if d is beyond MaxUnits
//   - ErrCurrency if c is unknown
func FromDecimal(d decimal.Decimal, c Currency) (Money, error) {
	switch {
	case d.IsZero():
		return FromUnits(0, c)
	case d.Exponent() > 18, d.Coefficient().BitLen() > 256:
		return Money{}, ErrOverflow
	case d.Exponent() < -82: // 2^256 has 78 digits, so a digit is left behind the fourth decimal
		return Money{}, &AmountError{Fault: TooFine, Decimals: Scale}
	}
	u, err := parseDigits(d.String())
	if err != nil {
		return Money{}, err
	}
	return FromUnits(u, c)
}
