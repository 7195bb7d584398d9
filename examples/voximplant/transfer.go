package voximplant

import (
	"context"
	"strings"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/permission"
)

// transferMoney implements TransferMoneyToUser: "Transfer the account's money to the user or
// transfer the user's money to the account if the money amount is negative."
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

// parseAmount parses the amount and its currency. RUR is the vendor's old code for RUB. A plus sign
// is refused.
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
