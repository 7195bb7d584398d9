package validate

import "strings"

// CurrencyTableDate is the date of the embedded ISO 4217 list: that of the amendment by which the Caribbean guilder
// XCG took the place of ANG.
const CurrencyTableDate = "2025-03-31"

// Currency is a line of ISO 4217.
type Currency struct {
	Code   string // three capital letters: "EUR"
	Number string // three digits: "978"
	Digits int    // decimals of the smallest unit, 0 to 4: 2 for EUR, 0 for JPY, 3 for IQD, 4 for CLF
	Name   string // English name
}

// CurrencyByCode returns the currency with that code, and whether there is one. The code is three capital letters.
// "RUR", the rouble's code until 2004 and the one in Voximplant's examples ("Examples: RUR, EUR, USD"), gives RUB.
// The codes without a smallest unit (metals, XDR, XTS, XXX and their like) are not found: no balance is kept in
// them. Nor are codes withdrawn before CurrencyTableDate.
func CurrencyByCode(code string) (Currency, bool) {
	if len(code) != 3 {
		return Currency{}, false
	}
	if code == "RUR" {
		code = "RUB"
	}
	low, high := 0, len(currencies)
	for low < high {
		mid := int(uint(low+high) / 2)
		switch c := &currencies[mid]; strings.Compare(c.Code, code) {
		case 0:
			return *c, true
		case -1:
			low = mid + 1
		default:
			high = mid
		}
	}
	return Currency{}, false
}
