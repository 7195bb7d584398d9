package voximplant_test

import (
	"testing"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/user"
)

// The administrators of the account are 100, an Owner, and 101, an Admin.

func delUserAllLeavesTheLastAdministrator(t *testing.T) {
	e := newEnv(t)
	e.ok(e.as(user.UserManager, "DelUser", "user_id=all"))
	e.user(100)
	e.user(102) // the caller
	e.gone(101)
	e.ok(e.call("GetUsers", ""))
	e.ok(e.as(user.UserManager, "DelUser", "user_id=all"))
	e.user(100)
}

func delUserOfTheLastAdministrator(t *testing.T) {
	e := newEnv(t)
	before := e.revision()
	e.refused(e.as(user.Owner, "DelUser", "user_id=100;101;3"), 104, "")
	if e.revision() != before {
		t.Error("some users were deleted")
	}
	e.ok(e.call("DelUser", "user_id=101"))
	e.refused(e.call("DelUser", "user_id=100"), 104, "")
	e.refused(e.as(user.UserManager, "DelUser", "user_id=100"), 104, "")
	e.ok(e.call("GetUsers", "user_id=100"))
}

func deactivatesNotTheLastAdministrator(t *testing.T) {
	e := newEnv(t)
	e.ok(e.call("SetUserInfo", "user_id=101&user_active=false"))
	e.refused(e.call("SetUserInfo", "user_id=100&user_active=false"), 104, "")
	e.refused(e.as(user.UserManager, "SetUserInfo", "user_id=100&user_active=false"), 104, "")
	e.ok(e.call("SetUserInfo", "user_id=100&user_active=true&user_display_name=Chief"))
	e.ok(e.call("SetUserInfo", "user_id=101&user_active=true"))
	e.ok(e.call("SetUserInfo", "user_id=100&user_active=false"))
}

func delUserReturnsMoney(t *testing.T) {
	e := newEnv(t)
	e.ok(e.call("TransferMoneyToUser", "user_id=3;55;60&amount=5.67"))
	if got := e.funds(3, 55, 60); got != "82.99 5.67 5.67 5.67" {
		t.Fatalf("before: %s", got)
	}
	e.ok(e.as(user.UserManager, "DelUser", "user_id=3"))
	if got := e.funds(3, 55, 60); got != "88.66 0.00 5.67 5.67" {
		t.Errorf("after one: %s", got)
	}
	e.ok(e.call("DelUser", "user_id=all"))
	if got := e.funds(3, 55, 60); got != "100.00 0.00 0.00 0.00" {
		t.Errorf("after all: %s", got)
	}
}

func delUserOverflows(t *testing.T) {
	e := newEnv(t)
	e.ok(e.call("TransferMoneyToUser", "user_id=3&amount=5"))
	full, err := balance.FromUnits(balance.MaxUnits-95*balance.One, "USD")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := e.host.Fund(t.Context(), roster.FundParams{Amount: full}); err != nil {
		t.Fatal(err)
	}
	before := e.revision()
	e.refused(e.call("DelUser", "user_id=3"), 5, "")
	e.refused(e.call("DelUser", "user_id=all"), 5, "")
	if e.revision() != before {
		t.Error("some users were deleted")
	}
}
