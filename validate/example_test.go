package validate_test

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/ca74b63c/roster/validate"
)

// All problems of an input are reported at once, without the values.
func ExampleCollector() {
	var c validate.Collector
	c.Check(validate.Login, validate.Strict, "/login", "agent 1")
	c.Check(validate.PersonName, validate.Strict, "/names/last", "O'Brien")
	c.Check(validate.OmnideskName, validate.Documented, "/name", "x")
	c.Range("/maxChats", -1, 0, 1000)
	c.Require("/memberOf", false)

	var invalid *validate.Error
	if errors.As(c.Err(), &invalid) {
		for _, p := range invalid.Problems {
			fmt.Println(p.Path, p.Code)
		}
	}
	// Output:
	// /login pattern
	// /maxChats out_of_range
	// /memberOf required
	// /name too_short
}

// A server sends the problems as the errors member of a problem document (RFC 9457).
func ExampleError() {
	var c validate.Collector
	c.Check(validate.Email, validate.Strict, "/contact/email", "ann")
	fmt.Println(c.Err())

	var numbers validate.Collector
	numbers.Range("/capacity/maxChats", -1, 0, 1000)
	body, err := json.Marshal(map[string]any{"title": "invalid", "errors": numbers.Err()})
	fmt.Println(string(body), err)
	// Output:
	// validate: /contact/email: is not a valid e-mail address
	// {"errors":[{"detail":"must be from 0 to 1000","pointer":"#/capacity/maxChats","code":"out_of_range","params":{"min":0,"max":1000}}],"title":"invalid"} <nil>
}

// A vendor's rule has two readings: to the letter, and as it was meant.
func ExampleRule_Match() {
	for _, name := range []string{"outbound_1", "a^b"} {
		fmt.Println(name,
			validate.OmnideskCampaign.Match(validate.Documented, name),
			validate.OmnideskCampaign.Match(validate.Strict, name))
	}
	// Output:
	// outbound_1 true true
	// a^b true false
}

func ExampleLoginKey() {
	key, _ := validate.LoginKey("Unique@Gmail.com")
	fmt.Println(key)
	_, err := validate.LoginKey("two words")
	fmt.Println(errors.Is(err, validate.ErrInvalid))
	// Output:
	// unique@gmail.com
	// true
}

func ExampleFold() {
	fmt.Println(validate.Fold("Łukasz STRASSE"), validate.Fold("Straße"))
	// Output: łukasz strasse strasse
}

func ExampleCurrencyByCode() {
	for _, code := range []string{"USD", "RUR", "IQD", "JPY"} {
		c, _ := validate.CurrencyByCode(code)
		fmt.Println(c.Code, c.Number, c.Digits, c.Name)
	}
	// Output:
	// USD 840 2 US Dollar
	// RUB 643 2 Russian Ruble
	// IQD 368 3 Iraqi Dinar
	// JPY 392 0 Yen
}

func ExamplePointer() {
	path := validate.Pointer("users")
	fmt.Println(validate.Child(validate.Element(path, 3), "a/b"))
	// Output: /users/3/a~1b
}
