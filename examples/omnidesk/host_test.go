package omnidesk_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/user"
)

// A key may have permissions of the host beside the vendor's. They open no endpoint, are named in
// no answer, and take nothing from the vendor's.
func hostPermissions(t *testing.T) {
	report := permission.PermissionsOf("REPORT_READ", "report.write")
	keys["key-host"] = report
	keys["key-host-read"] = report.With(permission.PermissionsOf(permission.PermUserRead))
	defer func() {
		delete(keys, "key-host")
		delete(keys, "key-host-read")
	}()
	e := newEnv(t)
	for _, c := range calls {
		a := e.as("key-host", c.method, c.path, c.good())
		if a.Code != http.StatusForbidden || strings.Contains(strings.ToLower(a.Text), "report") {
			t.Errorf("%s %s: %d %s", c.method, c.path, a.Code, a.Text)
		}
	}
	equal(t, "the list", e.ok(e.as("key-host-read", "GET", "", ""), "list").Text, e.ok(e.as("key-read", "GET", "", ""), "list").Text)
	e.refused(e.as("key-host-read", "PUT", "/maxChats", "userID=2&maxChats=1"), http.StatusForbidden)
}

// Roles and custom attributes of the host are not shown, and stay when a user is edited.
func hostWordsStay(t *testing.T) {
	e := newEnv(t)
	ctx := context.Background()
	shown := e.call("GET", "", "query=ann&extended=true").Text
	account, err := e.host.Account(ctx)
	if err == nil {
		account.CustomAttributes = user.CustomSchemaOf(user.CustomAttribute{Name: "site", Type: user.CustomString})
		_, err = e.host.UpdateAccount(ctx, account)
	}
	if err == nil {
		_, err = e.host.Patch(ctx, 2, user.Patch{
			Granted: user.Set(user.RolesOf("team_lead")), Custom: user.CustomPatch{}.Set("site", user.TextValue("Riga")),
		})
	}
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "the user", e.call("GET", "", "query=ann&extended=true").Text, shown)
	e.done(e.call("PUT", "/2", "firstname=Anna&lastname=Vries&email=anna@acme.example"))
	e.done(e.call("PUT", "/maxChats", "userID=2&maxChats=9"))
	if got := e.user(2); got.Access.Roles != user.RolesOf("team_lead") || got.Custom.String() != `{"site":"Riga"}` || got.Names.First != "Anna" {
		t.Errorf("%s, %s, %s", got.Access.Roles, got.Custom, got.Names.First)
	}
}
