package validate

import (
	_ "embed"
	"strings"
)

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
// because no balance can be kept in such a currency. The list is that of 2025-03-31, when XCG
// replaced ANG, and has no code that was withdrawn before.
func CurrencyByCode(code string) (Currency, bool) {
	c, ok := currencyByCode[code]
	return c, ok
}

//go:embed currencies.tsv
var currencyTable string

// currencies is the ISO 4217 list of current currencies and funds, ordered by code. A line of
// currencies.tsv has the code, the number, the digits and the name, separated by tabs.
var currencies = func() (list []Currency) {
	for line := range strings.Lines(currencyTable) {
		f := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		list = append(list, Currency{f[0], f[1], int(f[2][0] - '0'), f[3]})
	}
	return list
}()

var currencyByCode = func() map[string]Currency {
	all := make(map[string]Currency, len(currencies)+1)
	for _, c := range currencies {
		all[c.Code] = c
	}
	all["RUR"] = all["RUB"]
	return all
}()
