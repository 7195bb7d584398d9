package balance_test

import (
	"fmt"

	"github.com/ca74b63c/roster/balance"
)

// Two users × 5.67 takes 11.34 from the account.
func ExamplePlan() {
	amount, _ := balance.Parse("5.67", "USD")
	transfer, err := balance.Plan(balance.Request{
		Amount:          amount,
		Payees:          []balance.Payee{{ID: 1, Name: "ann"}, {ID: 2, Name: "bob"}},
		Strict:          true,
		Account:         100 * balance.One,
		AccountCurrency: "USD",
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for entry := range transfer.Entries(balance.Account) {
		fmt.Println(entry.Delta, entry.After, entry.Description)
	}
	after, _ := transfer.AccountAfter()
	fmt.Println("new account balance:", after)
	// Output:
	// -5.67 94.33 To user: ann
	// -5.67 88.66 To user: bob
	// new account balance: 88.66
}

// The same request under a used key is a replay; another one is refused, and the error names what
// differs.
func ExampleTransfer_Replays() {
	amount, _ := balance.Parse("5.67", "USD")
	request := balance.Request{
		Header: balance.Header{ID: 1, Key: "salary-may"}, Amount: amount, Payees: []balance.Payee{{ID: 1}, {ID: 2}},
		Account: 100 * balance.One, AccountCurrency: "USD",
	}
	first, _ := balance.Plan(request)
	fmt.Println(first.Replays(request.Terms()))

	request.Strict = true
	request.Payees = request.Payees[:1]
	fmt.Println(first.Replays(request.Terms()))
	// Output:
	// <nil>
	// balance: another request under the same key: "salary-may" belongs to transfer 1, which differs in users, strict
}

func ExampleParse() {
	for _, text := range []string{"5.67", "-11.3400", "1e6", "0.00001"} {
		m, err := balance.Parse(text, "USD")
		fmt.Println(m, err)
	}
	// Output:
	// 5.67 USD <nil>
	// -11.34 USD <nil>
	// no amount balance: invalid amount: not a decimal number
	// no amount balance: invalid amount: more than 4 decimals
}
