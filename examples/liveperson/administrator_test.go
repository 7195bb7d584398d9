package liveperson_test

import (
	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/user"
)

// The administrators of the account are boss, an Admin, and lpa.
func keepsTheLastAdministrator(e *env) {
	e.boss("DELETE", "", `[1,2,8]`).refused(409)
	e.boss("DELETE", "/8", "").is(200)
	before := e.user(boss).Version
	if a := e.boss("DELETE", "/1", "").refused(409); decode[refusal](a).Type != "last_administrator" {
		e.Errorf("answered %s", a.Body)
	}
	e.boss("DELETE", "", `[2,1]`).refused(409, "/1 last_administrator")
	e.boss("PUT", "/1", body("loginName", "boss", "fullName", "Full boss", "passwordSh", omit, "profileIds", []int{1}, "isEnabled", false)).refused(409)
	e.boss("PUT", "/1", body("loginName", "boss", "fullName", "Full boss", "passwordSh", omit, "profileIds", []int{1}, "isApiUser", true, "allowedAppKeys", "app-1")).refused(409)
	if u := e.user(boss); u.Version != before || !e.user(agent).Live() {
		e.Error("something was done")
	}
	e.boss("PUT", "/3", body("loginName", "manager", "fullName", "Full manager", "passwordSh", omit, "profileIds", []int{1})).is(200)
	e.boss("DELETE", "/1", "").is(200)
	e.send("t-manager", "GET", withVersion(usersURL), "").is(200)
}

func deletionReturnsMoney(e *env) {
	amount, err := balance.Parse("5.67", "USD")
	e.ok(err)
	_, err = e.host.Fund(e.ctx, roster.FundParams{Amount: amount})
	e.ok(err)
	_, err = e.host.Transfer(e.ctx, roster.TransferParams{Users: []user.ID{agent}, Amount: amount})
	e.ok(err)
	e.boss("DELETE", "/2", "").is(200)
	has, err := e.host.Balance(e.ctx)
	e.ok(err)
	if has != amount {
		e.Errorf("the account has %v", has)
	}
}
