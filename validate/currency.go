package validate

// CurrencyTableDate is the date of the embedded ISO 4217 list: that of the amendment by which the
// Caribbean guilder XCG took the place of ANG.
const CurrencyTableDate = "2025-03-31"

// Currency is a line of ISO 4217.
type Currency struct {
	Code   string // three capital letters: "EUR"
	Number string // three digits: "978"
	Digits int    // decimals of the smallest unit, 0 to 4: 2 for EUR, 0 for JPY, 3 for IQD, 4 for CLF
	Name   string // English name
}

// CurrencyByCode returns the currency with that code, and whether there is one. The code is three
// capital letters. "RUR", the rouble's code until 2004 and the one in Voximplant's examples
// ("Examples: RUR, EUR, USD"), gives RUB. The codes without a smallest unit (metals, XDR, XTS, XXX
// and their like) are not found: no balance is kept in them. Nor are codes withdrawn before
// CurrencyTableDate.
func CurrencyByCode(code string) (Currency, bool) {
	if code == "RUR" {
		code = "RUB"
	}
	slot, ok := currencySlot(code)
	if !ok || currencyIndex[slot] == 0 {
		return Currency{}, false
	}
	return currencies[currencyIndex[slot]-1], true
}

// currencyIndex holds for each slot the number of the currency's line, counted from 1; 0 is none.
// It takes 18 kB so that a balance can ask for the digits of its currency at every step.
var currencyIndex = indexCurrencies()

func indexCurrencies() (index [26 * 26 * 26]uint8) {
	for i, c := range currencies {
		slot, _ := currencySlot(c.Code)
		index[slot] = uint8(i + 1)
	}
	return index
}

// currencySlot counts the codes of three capital letters from AAA; false is no such code.
func currencySlot(code string) (int, bool) {
	if len(code) != 3 {
		return 0, false
	}
	a, b, c := code[0]-'A', code[1]-'A', code[2]-'A'
	return (int(a)*26+int(b))*26 + int(c), a < 26 && b < 26 && c < 26
}
