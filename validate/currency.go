package validate

// CurrencyTableDate is the date of the embedded ISO 4217 list. Its last amendment replaced ANG by
// the Caribbean guilder XCG.
const CurrencyTableDate = "2025-03-31"

// Currency is one entry of ISO 4217.
type Currency struct {
	Code   string // three capital letters: "EUR"
	Number string // three digits: "978"
	Digits int    // decimals of the smallest unit, 0 to 4: 2 for EUR, 0 for JPY, 3 for IQD, 4 for CLF
	Name   string // English name
}

// CurrencyByCode returns the currency with an ISO 4217 code of three capital letters, and true. For
// any other text, and for a code that is not in the list, it returns the zero Currency and false.
//
// "RUR", the rouble's code until 2004 and one of Voximplant's examples ("Examples: RUR, EUR, USD"),
// returns RUB. The list has no code without a smallest unit (metals, XDR, XTS, XXX and similar),
// because no balance can be kept in such a currency. It has no code that was withdrawn before
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

// currencyIndex maps the slot of each code to the currency's index in the table plus one, and to 0
// for no currency. It takes 18 kB and makes the lookup of a currency's digits cheap.
var currencyIndex = indexCurrencies()

func indexCurrencies() (index [26 * 26 * 26]uint8) {
	for i, c := range currencies {
		slot, _ := currencySlot(c.Code)
		index[slot] = uint8(i + 1)
	}
	return index
}

// currencySlot returns the index of a code of three capital letters in the list of all such codes:
// 0 for AAA, 1 for AAB, 17575 for ZZZ. It returns false for any other text.
func currencySlot(code string) (int, bool) {
	if len(code) != 3 {
		return 0, false
	}
	a, b, c := code[0]-'A', code[1]-'A', code[2]-'A'
	return (int(a)*26+int(b))*26 + int(c), a < 26 && b < 26 && c < 26
}
