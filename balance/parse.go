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
// The text is an optional sign and digits. After the digits, a point with more digits can follow.
// The text is ASCII without an exponent or separators. It has at most 40 bytes, leading and
// trailing zeros included.
//
// Parse accepts up to four decimals for every currency, and more if the rest are zeros. Plan checks
// the number of decimals of the currency.
//
// Errors, in this order: ErrAmount (Malformed, then TooFine); ErrOverflow for an amount beyond
// MaxUnits; ErrCurrency for an unknown currency.
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

// parseDigits returns the decimal number in a text of any length as Units.
//
// Errors, in this order: ErrAmount (Malformed) if the text is no decimal number; ErrAmount
// (TooFine) for more than four decimals, zeros at the end not counted; ErrOverflow beyond MaxUnits.
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
// size of the exponent and of the coefficient first, so that a number such as 1e1000000 costs
// little. No coefficient may have more than 256 bits.
//
// Errors, in this order:
//
//   - ErrOverflow if the exponent or a coefficient of more than 256 bits shows that d is beyond
//     MaxUnits
//   - ErrAmount (TooFine) if d has more than four decimals, trailing zeros not counted, or has a
//     coefficient of more than 256 bits and is not beyond MaxUnits
//   - ErrOverflow if d is beyond MaxUnits
//   - ErrCurrency if c is unknown
func FromDecimal(d decimal.Decimal, c Currency) (Money, error) {
	u, err := unitsOf(d)
	if err != nil {
		return Money{}, err
	}
	return FromUnits(u, c)
}

// unitsOf returns the decimal d in Units.
//
// Errors: ErrOverflow if d is beyond MaxUnits; ErrAmount (TooFine) if d is not a whole number of
// Units. For a coefficient of more than 256 bits, unitsOf always returns one of the two errors.
func unitsOf(d decimal.Decimal) (Units, error) {
	bitLen, exp := int64(d.Coefficient().BitLen()), int64(d.Exponent())
	switch {
	case bitLen == 0:
		return 0, nil
	case exp > 18:
		return 0, ErrOverflow
	case bitLen > 256 && exp+Scale+bitLen/4 > 18: // the coefficient is more than 10^(bitLen/4)
		return 0, ErrOverflow
	case bitLen > 256, exp < -82: // 2^256 has 78 digits, so a digit is left behind the fourth decimal
		return 0, &AmountError{Fault: TooFine, Decimals: Scale}
	}
	return parseDigits(d.String())
}
