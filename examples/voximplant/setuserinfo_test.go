package voximplant_test

import (
	"context"
	"testing"

	"github.com/ca74b63c/roster"
)

func setsThePassword(t *testing.T) {
	e := newEnv(t)
	r := e.ok(e.call("SetUserInfo", "user_id=1&user_password=New-Passw0rd!"))
	if string(r.Result) != "1" {
		t.Errorf("result %s", r.Result)
	}
	if _, err := e.dir.SignIn(context.Background(), "demo", "ann", roster.PasswordOf("New-Passw0rd!")); err != nil {
		t.Error(err)
	}
	if _, err := e.dir.SignIn(context.Background(), "demo", "ann", roster.PasswordOf("Demo-Passw0rd!")); err == nil {
		t.Error("the old password still works")
	}
}

func passwordUsedBefore(t *testing.T) {
	e := newEnv(t)
	e.refused(e.call("SetUserInfo", "user_id=1&user_password=Demo-Passw0rd!"), 535, "user_password")
}

func editsTheUser(t *testing.T) {
	e := newEnv(t)
	e.ok(e.call("SetUserInfo", "user_id=1&new_user_name=anna&user_display_name=Anna&user_custom_data=x&user_active=false&parent_accounting=true&mobile_phone=0542-123456"))
	u := e.user(1)
	if u.Identity.Login != "anna" || u.Names.Display != "Anna" || u.Identity.CustomData != "x" || u.Enabled() ||
		!u.Billing.ParentAccounting || u.Contact.Mobile != "0542-123456" {
		t.Errorf("%+v", u)
	}
	e.ok(e.call("SetUserInfo", "user_id=1&parent_accounting=false&user_active=true"))
	if u := e.user(1); u.Billing.ParentAccounting || !u.Enabled() {
		t.Errorf("%+v", u)
	}
}

func setUserInfoByName(t *testing.T) {
	e := newEnv(t)
	e.ok(e.call("SetUserInfo", "application_id=1&user_name=ann&user_id=0&user_display_name=Anna"))
	e.ok(e.call("SetUserInfo", "application_name=myapp&user_name=bob&user_display_name=Bobby"))
	if e.user(1).Names.Display != "Anna" || e.user(2).Names.Display != "Bobby" {
		t.Error("not changed")
	}
}

func setUserInfoNameNeedsApplication(t *testing.T) {
	e := newEnv(t)
	e.refused(e.call("SetUserInfo", "user_name=ann&user_display_name=Anna"), 485, "application_id")
	e.refused(e.call("SetUserInfo", "application_id=2&user_name=ann&user_display_name=Anna"), 496, "user_name")
	e.refused(e.call("SetUserInfo", "application_id=2&user_id=1&user_display_name=Anna"), 393, "user_id")
}

func setUserInfoOneSelector(t *testing.T) {
	e := newEnv(t)
	e.refused(e.call("SetUserInfo", "user_display_name=Anna"), 485, "user_id")
	e.refused(e.call("SetUserInfo", "application_id=1&user_id=1&user_name=ann&user_display_name=Anna"), 458, "user_id, user_name")
	e.refused(e.call("SetUserInfo", "user_id=99&user_display_name=Anna"), 117, "user_id")
	e.refused(e.call("SetUserInfo", "user_id=x&user_display_name=Anna"), 117, "user_id")
	e.refused(e.call("SetUserInfo", "user_id=1;2&user_display_name=Anna"), 117, "user_id")
}

func renamingDoesNotActivate(t *testing.T) {
	e := newEnv(t)
	e.ok(e.call("SetUserInfo", "user_id=3&new_user_name=casper"))
	if u := e.user(3); u.Enabled() || u.Identity.Login != "casper" {
		t.Errorf("%+v", u.Access)
	}
}

func nothingGivenStays(t *testing.T) {
	e := newEnv(t)
	before := e.user(1)
	e.ok(e.call("SetUserInfo", "user_id=1&new_user_name=&user_display_name=&user_custom_data=&user_password="))
	if after := e.user(1); after.Version != before.Version {
		t.Errorf("%+v", after)
	}
}
