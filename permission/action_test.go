package permission_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/user"
)

// Every action has a name of its own that reads back, in text and in JSON.
func TestActionNamesReadBack(t *testing.T) {
	seen := map[string]bool{}
	for a := range permission.AllActions.All() {
		name := a.String()
		if seen[name] || !strings.Contains(name, ".") {
			t.Errorf("action %d has the name %q", a, name)
		}
		seen[name] = true
		if got, err := permission.ParseAction(name); err != nil || got != a {
			t.Errorf("ParseAction(%q) = %v, %v", name, got, err)
		}
		b, err := json.Marshal(a)
		var back permission.Action
		if err != nil || json.Unmarshal(b, &back) != nil || back != a {
			t.Errorf("JSON of %s: %s, %v, back %v", a, b, err, back)
		}
	}
	if len(seen) != permission.AllActions.Len() || permission.AllActions.Has(0) {
		t.Errorf("%d names for %d actions", len(seen), permission.AllActions.Len())
	}
	for _, s := range []string{"", "none", "user.fly", "User.Read", strings.Repeat("x", 1<<20)} {
		if a, err := permission.ParseAction(s); err == nil || len(err.Error()) > 200 {
			t.Errorf("ParseAction(%.10q) = %v, %v", s, a, err)
		}
	}
	if err := new(permission.Action).UnmarshalText([]byte("no")); err == nil {
		t.Error("an unknown action was read")
	}
	if got := permission.Action(200).String(); got != "action(200)" {
		t.Error(got)
	}
}

// The sets of actions and permissions behave as sets and print in order.
func TestSetsOfActionsAndPermissions(t *testing.T) {
	a := permission.ActionsOf(permission.UserList, permission.UserRead)
	if got := a.String(); got != "user.read,user.list" || a.Len() != 2 {
		t.Error(got)
	}
	if got := a.Without(a).String(); got != "none" {
		t.Error(got)
	}
	p := permission.PermissionsOf(permission.PermUserCUD).With(permission.PermissionsOf(permission.PermUserRead))
	if got := p.String(); got != "USER_READ,USER_CUD" || p.Len() != 2 || !p.HasAny(permission.AllPermissions) {
		t.Error(got)
	}
	if got := p.Without(p).String(); got != "none" {
		t.Error(got)
	}
	for range a.All() {
		break // an iterator stops when it is told to
	}
	for range p.All() {
		break
	}
}

// Every permission's name is the vendor's and reads back.
func TestPermissionNamesReadBack(t *testing.T) {
	for p := range permission.AllPermissions.All() {
		if got, err := permission.ParsePermission(p.String()); err != nil || got != p || !permission.AllPermissions.Has(p) {
			t.Errorf("ParsePermission(%q) = %v, %v", p, got, err)
		}
	}
	if _, err := permission.ParsePermission("USER_FLY"); err == nil {
		t.Error("an unknown permission was read")
	}
	if got := permission.Permission(9).String(); got != "PERMISSION(9)" {
		t.Error(got)
	}
}

// Words for what is shown to people; numbers that are nothing still print.
func TestWords(t *testing.T) {
	for got, want := range map[string]string{
		permission.Assumed.String():                          "assumed",
		permission.Observed.String():                         "observed",
		permission.Documented.String():                       "documented",
		permission.ManagedGroup.String():                     "managed groups",
		permission.Scope(9).String():                         "scope(9)",
		(permission.CanRead | permission.CanUpdate).String(): "GET, PUT",
		permission.Access(0).String():                        "",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// A reason as JSON names what decided, for an audit or a reply.
func TestReasonAsJSON(t *testing.T) {
	e := permission.Genesys().Explain(ctx, permission.Request{
		Action: permission.UserCreate, Actor: actor(1, user.Agent), Granted: roles(user.Agent),
	})
	b, err := json.Marshal(e)
	const want = `{"allowed":false,"action":"user.create","policy":"genesys","rule":"no-permission","need":"role admin",` +
		`"source":"Genesys HTCC 8.5.0, Users API","basis":"assumed"}`
	if err != nil || string(b) != want {
		t.Errorf("got  %s %v\nwant %s", b, err, want)
	}
}
