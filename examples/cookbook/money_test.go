package cookbook_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/user"
)

// Example_money adds money to an account, pays a user, and shows what a refusal looks like.
func Example_money() {
	if err := money(context.Background()); err != nil {
		fmt.Println(err)
	}
	// Output:
	// the account has 90.00 USD
	// ann has 10.00 USD
	// insufficient_funds: balance: insufficient money: account has 90 of 500 USD
}

func money(ctx context.Context) error {
	host := roster.New(memstore.New()).As("acme", roster.SystemActor())
	if _, err := host.CreateAccount(ctx, user.Account{Currency: "USD"}); err != nil {
		return err
	}
	ann, err := host.Create(ctx, roster.CreateParams{User: user.User{Identity: user.Identity{Login: "ann"}}})
	if err != nil {
		return err
	}
	hundred, err := balance.Parse("100.00", "USD")
	if err != nil {
		return err
	}
	ten, err := balance.Parse("10.00", "USD")
	if err != nil {
		return err
	}
	if _, err := host.Fund(ctx, roster.FundParams{Amount: hundred}); err != nil {
		return err
	}
	pay := roster.TransferParams{Users: []user.ID{ann.User.ID}, Amount: ten, Key: "payroll-2026-11-ann"}
	receipt, err := host.Transfer(ctx, pay) // again with this key: the same receipt, and no second payment
	if err != nil {
		return err
	}
	fmt.Println("the account has", receipt.Account)
	has, err := host.Balances(ctx, ann.User.ID)
	if err != nil {
		return err
	}
	fmt.Println("ann has", has[0].Own)

	fiveHundred, err := balance.Parse("500.00", "USD")
	if err != nil {
		return err
	}
	_, err = host.Transfer(ctx, roster.TransferParams{Users: []user.ID{ann.User.ID}, Amount: fiveHundred})
	if !errors.Is(err, balance.ErrInsufficient) {
		return err
	}
	fmt.Printf("%s: %v\n", roster.CodeOf(err), err)
	return nil
}
