package voximplant_test

import (
	"context"
	"net/http/httptest"
	"slices"
	"strconv"
	"testing"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/user"
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

func takesNoAccountOver(t *testing.T) {
	e := newEnv(t)
	ctx := context.Background()
	key := func(role user.Role, method, query string) reply {
		return e.send(httptest.NewRequest("GET", "/platform_api/"+method+"?account_id=1&api_key=key-"+role.String()+"&"+query, nil))
	}
	id := func(role user.Role) string { return strconv.Itoa(100 + slices.Index(staff, role)) }
	for _, tt := range []struct{ actor, target user.Role }{
		{user.UserManager, user.Owner}, {user.UserManager, user.Admin}, {user.UserManager, user.Supervisor}, {user.Admin, user.Owner},
	} {
		before := e.user(user.ID(100 + slices.Index(staff, tt.target)))
		for _, change := range []string{"user_password=Taken-0ver!", "user_display_name=X&user_password=Taken-0ver!"} {
			e.refused(key(tt.actor, "SetUserInfo", "user_id="+id(tt.target)+"&"+change), 104, "")
		}
		if after := e.user(before.ID); !after.Equal(before) {
			t.Errorf("%s takes over %s: %+v", tt.actor, tt.target, after)
		}
		// The document lets a user manager disable users; to enable one gives power.
		e.ok(key(tt.actor, "SetUserInfo", "user_id="+id(tt.target)+"&user_active=false"))
		e.refused(key(tt.actor, "SetUserInfo", "user_id="+id(tt.target)+"&user_active=true"), 104, "")
		if _, err := e.host.Enable(ctx, before.ID); err != nil {
			t.Fatal(err)
		}
		e.ok(key(tt.actor, "SetUserInfo", "user_id="+id(tt.target)+"&user_display_name=Renamed&user_active=true"))
	}
	e.ok(key(user.UserManager, "SetUserInfo", "user_id=1&user_password=New-Passw0rd!"))
	e.ok(key(user.Owner, "SetUserInfo", "user_id="+id(user.Admin)+"&user_password=New-Passw0rd!"))
	e.ok(key(user.Admin, "SetUserInfo", "user_id="+id(user.UserManager)+"&user_password=New-Passw0rd!"))
	e.ok(key(user.UserManager, "DelUser", "user_id="+id(user.Supervisor)))
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
