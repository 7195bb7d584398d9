package voximplant_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

func transfersToTwo(t *testing.T) {
	e := newEnv(t)
	r := e.ok(e.call("TransferMoneyToUser", "user_id=1;2&amount=5.67"))
	if string(r.Result) != "1" || r.Balance != "88.66" {
		t.Errorf("result %s, balance %s", r.Result, r.Balance)
	}
	if got := e.funds(1, 2); got != "88.66 5.67 5.67" {
		t.Errorf("account, user 1, user 2: %s", got)
	}
}

func negativeAmount(t *testing.T) {
	e := newEnv(t)
	e.ok(e.call("TransferMoneyToUser", "user_id=1;2&amount=5.67"))
	if r := e.ok(e.call("TransferMoneyToUser", "user_id=1&amount=-5.00")); r.Balance != "93.66" {
		t.Errorf("balance %s", r.Balance)
	}
	if got := e.funds(1, 2); got != "93.66 0.67 5.67" {
		t.Error(got)
	}
}

// texts returns the newest descriptions of the account and of a user.
func (e *env) texts(id user.ID) string {
	e.t.Helper()
	var list []string
	for _, holder := range []balance.Holder{balance.Account, balance.HolderOf(id)} {
		entries, err := e.host.Statement(e.t.(*testing.T).Context(), holder, storage.EntryID{}, 1)
		if err != nil || len(entries) != 1 {
			e.t.Fatalf("%v %v", entries, err)
		}
		list = append(list, entries[0].Description)
	}
	return strings.Join(list, " | ")
}

func descriptions(t *testing.T) {
	e := newEnv(t)
	e.ok(e.call("TransferMoneyToUser", "user_id=1&amount=5"))
	if got := e.texts(1); got != "To user: ann | From account" {
		t.Error(got)
	}
	e.ok(e.call("TransferMoneyToUser", "user_id=1&amount=-1"))
	if got := e.texts(1); got != "From user: ann | To account" {
		t.Error(got)
	}
}

func macros(t *testing.T) {
	e := newEnv(t)
	e.ok(e.call("TransferMoneyToUser", params("user_id=1&amount=5", "account_transaction_description", "bonus ${user_id} ${user_name} ${x}", "user_transaction_description", "thanks")))
	if got := e.texts(1); got != "bonus 1 ann ${x} | thanks" {
		t.Error(got)
	}
	for _, name := range []string{"account_transaction_description", "user_transaction_description"} {
		code := map[string]int{"account_transaction_description": 234, "user_transaction_description": 235}[name]
		e.refused(e.call("TransferMoneyToUser", params("user_id=1&amount=5", name, strings.Repeat("x", 120))), code, name)
		e.ok(e.call("TransferMoneyToUser", params("user_id=1&amount=5", name, strings.Repeat("x", 119))))
	}
}

func amounts(t *testing.T) {
	e := newEnv(t)
	e.ok(e.call("TransferMoneyToUser", "user_id=1&amount=0.01"))
	for amount, code := range map[string]int{
		"0.009": 125, "0": 125, "-0.001": 125, "5.678": 125, "1e3": 225, "five": 225, "NaN": 225, "5,67": 225, "+5": 225,
		"99999999999999999999": 125,
	} {
		e.refused(e.call("TransferMoneyToUser", params("user_id=1", "amount", amount)), code, "amount")
	}
	e.refused(e.call("TransferMoneyToUser", "user_id=1"), 485, "amount")
	if got := e.funds(1); got != "99.99 0.01" {
		t.Error(got)
	}
}

func strictMode(t *testing.T) {
	e := newEnv(t)
	e.ok(e.call("TransferMoneyToUser", "user_id=1&amount=40"))
	before := e.funds(1, 2)
	e.refused(e.call("TransferMoneyToUser", "user_id=1;2&amount=50"), 127, "")
	e.refused(e.call("TransferMoneyToUser", "user_id=1;2&amount=-10&strict_mode=true"), 127, "")
	if got := e.funds(1, 2); got != before {
		t.Errorf("%s, was %s", got, before)
	}
}

func lenientMode(t *testing.T) {
	e := newEnv(t)
	if r := e.ok(e.call("TransferMoneyToUser", "user_id=2;1&amount=60&strict_mode=false")); r.Balance != "40.00" {
		t.Errorf("balance %s", r.Balance)
	}
	if got := e.funds(1, 2); got != "40.00 60.00 0.00" {
		t.Errorf("%s: the lines go by ascending id, no balance goes below zero", got)
	}
	e.ok(e.call("TransferMoneyToUser", "user_id=2;1&amount=-50&strict_mode=false"))
	if got := e.funds(1, 2); got != "90.00 10.00 0.00" {
		t.Error(got)
	}
}

func parentAccountingCannotBePaid(t *testing.T) {
	e := newEnv(t)
	e.ok(e.call("SetUserInfo", "user_id=2&parent_accounting=true"))
	e.refused(e.call("TransferMoneyToUser", "user_id=1;2&amount=5"), 573, "")
	if got := e.funds(1, 2); got != "100.00 0.00 0.00" {
		t.Error(got)
	}
}

func allButParentAccounting(t *testing.T) {
	e := newEnv(t)
	e.ok(e.call("SetUserInfo", "user_id=2&parent_accounting=true"))
	number := balance.TransferID(1) // what funded the account
	for _, selector := range []string{"user_id=all", "application_id=1&user_id=all", "application_id=1&user_name=all"} {
		for _, amount := range []string{"2", "-2"} {
			e.ok(e.call("TransferMoneyToUser", selector+"&amount="+amount))
			number++
			last, err := e.host.GetTransfer(t.Context(), number)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff([]balance.Skip{{User: 2, Reason: balance.ParentAccounting}}, last.Skipped); d != "" {
				t.Errorf("%s %s: %s", selector, amount, d)
			}
		}
	}
	if got := e.funds(1, 2, 3); got != "100.00 0.00 0.00 0.00" {
		t.Error(got)
	}
}

func transferToAll(t *testing.T) {
	e := newEnv(t)
	if r := e.ok(e.call("TransferMoneyToUser", "application_id=1&user_id=all&amount=2")); r.Balance != "92.00" {
		t.Errorf("balance %s", r.Balance)
	}
	if got := e.funds(1, 55, 60); got != "92.00 2.00 2.00 0.00" {
		t.Error(got)
	}
	if r := e.ok(e.call("TransferMoneyToUser", "user_id=all&amount=1")); r.Balance != "75.00" {
		t.Errorf("balance %s after one to each of 17", r.Balance)
	}
}

func transferByName(t *testing.T) {
	e := newEnv(t)
	e.ok(e.call("TransferMoneyToUser", "application_id=1&user_name=ann;bob&amount=1"))
	e.ok(e.call("TransferMoneyToUser", "application_name=myapp&user_name=ann&amount=1"))
	if got := e.funds(1, 2); got != "97.00 2.00 1.00" {
		t.Error(got)
	}
	e.refused(e.call("TransferMoneyToUser", "user_name=ann&amount=1"), 485, "application_id")
	e.refused(e.call("TransferMoneyToUser", "application_id=1&user_name=ann&user_id=1&amount=1"), 458, "user_id, user_name")
	e.refused(e.call("TransferMoneyToUser", "amount=1"), 485, "user_id")
	e.refused(e.call("TransferMoneyToUser", "user_id=1;99&amount=1"), 117, "user_id")
}

func currencies(t *testing.T) {
	e := newEnv(t)
	e.ok(e.call("TransferMoneyToUser", "user_id=1&amount=5&currency=USD"))
	for _, currency := range []string{"EUR", "RUR", "RUB"} {
		e.refused(e.call("TransferMoneyToUser", "user_id=1&amount=5&currency="+currency), 561, "currency")
	}
	for _, currency := range []string{"XXX", "usd", "dollar"} {
		e.refused(e.call("TransferMoneyToUser", "user_id=1&amount=5&currency="+currency), 210, "currency")
	}
}

func currencyRates(t *testing.T) {
	rate, err := balance.ParseRate("0.01")
	if err != nil {
		t.Fatal(err)
	}
	e := newEnv(t, roster.WithRates(balance.RatesFunc(func(from, to balance.Currency) (balance.Rate, bool) {
		return rate, from == "RUB" && to == "USD"
	})))
	if r := e.ok(e.call("TransferMoneyToUser", "user_id=1&amount=500&currency=RUR")); r.Balance != "95.00" {
		t.Errorf("balance %s", r.Balance)
	}
}
