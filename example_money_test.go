package roster_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// fund creates the account "acme" with 100.00 USD and the users ann, bob and cid. cid has parent
// accounting.
func fund(opts ...roster.Option) roster.Handle {
	ctx := context.Background()
	host := open(newDirectory(opts...))
	must(host.Fund(ctx, roster.FundParams{Amount: usd("100.00")}))
	add(host, "ann")
	add(host, "bob")
	must(host.Create(ctx, roster.CreateParams{User: user.User{
		Identity: user.Identity{Login: "cid"}, Billing: user.Billing{ParentAccounting: true},
	}}))
	return host
}

// "Transfer 5.67 $ to the user 1 and transfer 5.67 $ to the user 2 too. The account spends
// 2*5.67= 11.34 $ in total" (Voximplant).
func ExampleHandle_Transfer() {
	ctx := context.Background()
	host := fund()
	receipt, err := host.Transfer(ctx, roster.TransferParams{Users: []user.ID{1, 2}, Amount: usd("5.67")})
	fmt.Println(receipt.Account, err)
	for holder, units := range receipt.Transfer.Balances() {
		fmt.Println(holder, must(balance.FromUnits(units, "USD")))
	}
	// A negative amount moves from the users to the account.
	receipt, err = host.Transfer(ctx, roster.TransferParams{Users: []user.ID{1}, Amount: usd("-5.00")})
	fmt.Println(receipt.Account, err)
	// Output:
	// 88.66 USD <nil>
	// account 88.66 USD
	// user 1 5.67 USD
	// user 2 5.67 USD
	// 93.66 USD <nil>
}

func ExampleHandle_Reverse() {
	ctx := context.Background()
	host := fund()
	receipt := must(host.Transfer(ctx, roster.TransferParams{Users: []user.ID{1, 2}, Amount: usd("5.67")}))
	back, err := host.Reverse(ctx, roster.ReverseParams{TransferID: receipt.Transfer.ID})
	fmt.Println(back.Account, err)
	_, err = host.Reverse(ctx, roster.ReverseParams{TransferID: receipt.Transfer.ID})
	fmt.Println(errors.Is(err, balance.ErrReversed))
	t, err := host.GetTransfer(ctx, back.Transfer.ID)
	fmt.Println(t.Kind, len(t.Postings), err)
	// Output:
	// 100.00 USD <nil>
	// true
	// reversing 2 <nil>
}

func ExampleHandle_Statement() {
	ctx := context.Background()
	host := fund()
	must(host.Transfer(ctx, roster.TransferParams{
		Users: []user.ID{1, 2}, Amount: usd("5.67"), AccountDescription: "Bonus of ${user_name}", UserDescription: "Bonus",
	}))
	must(host.Fund(ctx, roster.FundParams{Amount: usd("-0.0042"), AccountDescription: "Calls of March"})) // up to four decimals
	for _, holder := range []balance.Holder{balance.Account, balance.HolderOf(1)} {
		fmt.Println(holder)
		for _, e := range must(host.Statement(ctx, holder, storage.EntryID{}, 0)) {
			delta, after := must(balance.FromUnits(e.Delta, e.Currency)), must(balance.FromUnits(e.After, e.Currency))
			fmt.Printf("  %s, then %s: %s\n", delta.Text(), after.Text(), e.Description)
		}
	}
	for _, f := range must(host.Balances(ctx, 1, 3)) {
		fmt.Println(f.Own, f.Available, f.Parent)
	}
	fmt.Println(must(host.Balance(ctx)))
	// Output:
	// account
	//   -0.0042, then 88.6558: Calls of March
	//   -5.67, then 88.66: Bonus of bob
	//   -5.67, then 94.33: Bonus of ann
	//   100.00, then 100.00: Funds added
	// user 1
	//   5.67, then 5.67: Bonus
	// 5.67 USD 5.67 USD false
	// 0.00 USD 88.6558 USD true
	// 88.6558 USD
}

// An amount in another currency is converted at the rate of the host.
func ExampleWithRates() {
	ctx := context.Background()
	rates := balance.RatesFunc(func(from, to balance.Currency) (balance.Rate, bool) {
		rate, err := balance.ParseRate("1.08")
		return rate, err == nil && from == "EUR" && to == "USD"
	})
	host := fund(roster.WithRates(rates))
	receipt, err := host.Transfer(ctx, roster.TransferParams{Users: []user.ID{1}, Amount: must(balance.Parse("10.00", "EUR"))})
	fmt.Println(receipt.Account, err)
	_, err = host.Transfer(ctx, roster.TransferParams{Users: []user.ID{1}, Amount: must(balance.Parse("10.00", "GBP"))})
	fmt.Println(errors.Is(err, balance.ErrNoRate))
	// Output:
	// 89.20 USD <nil>
	// true
}
