package voximplant

import (
	"context"
	"strings"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/permission"
)

// transferMoney implements the method TransferMoneyToUser: "Transfer the account's money to the
// user or transfer the user's money to the account if the money amount is negative." It moves the
// amount once for each selected user and replies with the account's balance after the transfer.
//
// The parameter user_id or user_name selects the users. The value "all" selects the users that
// TransferParams.All selects, in the application if one is given. A missing currency means the
// currency of the account. If the account or a user cannot pay, the call fails and moves nothing.
// With strict_mode=false, the call leaves out the users for which the payer has too little money.
//
// Errors, in this order:
//
//   - the problems of the parameters
//   - 458 if both parameters of a pair are given, such as user_id and user_name
//   - permission.ErrDenied if the caller may not transfer money
//   - those of Handle.Balance, if currency is missing
//   - those of parseAmount
//   - those of call.find for the application, and of call.resolve for the users
//   - those of Handle.Transfer
func transferMoney(ctx context.Context, c *call) ([]byte, error) {
	in := c.in
	app, appErr := c.readApplication(false)
	selected, userErr := c.readUsers(app)
	amount, _ := in.Text("amount")
	currency, hasCurrency := in.Text("currency")
	strict, hasStrict := in.Bool("strict_mode")
	t := roster.TransferParams{
		Lenient:            hasStrict && !strict,
		AccountDescription: c.text("account_transaction_description"),
		UserDescription:    c.text("user_transaction_description"),
	}
	in.Unknown()
	if err := firstOf(in.Err(), appErr, userErr, c.may(ctx, permission.MoneyTransfer)); err != nil {
		return nil, err
	}
	if !hasCurrency {
		money, err := c.Balance(ctx)
		if err != nil {
			return nil, err
		}
		currency = string(money.Currency())
	}
	var err error
	if t.Amount, err = parseAmount(amount, currency); err != nil {
		return nil, err
	}
	id, err := c.find(ctx, app)
	if err != nil {
		return nil, err
	}
	if t.Users, err = c.resolve(ctx, selected, id); err != nil {
		return nil, err
	}
	if selected.all {
		t.All, t.Application = true, id
	}
	receipt, err := c.Transfer(ctx, t)
	if err != nil {
		return nil, err
	}
	body := append(c.out, `{"result":1,"balance":`...)
	body = append(body, receipt.Account.Text()...)
	return append(body, '}'), nil
}

// parseAmount converts the parameter amount, a decimal number as text, to money in the given
// currency. The amount may be negative. The currency RUR is the vendor's old code for RUB. Errors:
// 225 if the text begins with a plus sign; those of balance.ParseCurrency and balance.Parse.
func parseAmount(amount, currency string) (balance.Money, error) {
	if strings.HasPrefix(amount, "+") {
		return balance.Money{}, refuse(codeAmount, "amount")
	}
	code, err := balance.ParseCurrency(currency)
	if err != nil {
		return balance.Money{}, err
	}
	return balance.Parse(amount, string(code))
}
