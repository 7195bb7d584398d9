package voximplant_test

import (
	"context"
	"strings"
	"testing"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/user"
)

const newUser = "application_id=1&user_name=kim-1&user_display_name=Kim&user_password=Demo-Passw0rd!"

// writers are the roles of "Available for roles" of every method that changes something.
var writers = user.RolesOf(user.Owner, user.Admin, user.UserManager)

func addsAUser(t *testing.T) {
	e := newEnv(t)
	r := e.ok(e.call("AddUser", newUser))
	u := e.user(r.UserID)
	if string(r.Result) != "1" || u.Identity.Login != "kim-1" || u.Names.Display != "Kim" {
		t.Errorf("%s %+v", r.Result, u)
	}
	if _, err := e.dir.SignIn(context.Background(), "demo", "kim-1", roster.PasswordOf("Demo-Passw0rd!")); err != nil {
		t.Errorf("the new user cannot sign in: %v", err)
	}
}

// rolesOf calls a method as each role and compares with "Available for roles".
func rolesOf(allowed user.Roles, method, query string) func(*testing.T) {
	return func(t *testing.T) {
		for _, role := range staff {
			e := newEnv(t)
			before := e.revision()
			r := e.as(role, method, query)
			if allowed.Has(role) {
				e.ok(r)
				continue
			}
			e.refused(r, 104, "")
			if e.revision() != before {
				t.Errorf("%s changed something as %s", method, role)
			}
		}
	}
}

// field checks one parameter of a method: what is taken, and the code for what is not.
type field struct {
	method, base, name string
	taken              []string
	refused            map[string]int
}

func (f field) run(t *testing.T) {
	for _, value := range f.taken {
		e := newEnv(t)
		e.ok(e.call(f.method, params(f.base, f.name, value)))
	}
	for value, code := range f.refused {
		e := newEnv(t)
		before := e.revision()
		e.refused(e.call(f.method, params(f.base, f.name, value)), code, f.name)
		if e.revision() != before {
			t.Errorf("%q was refused and changed something", value)
		}
	}
}

func check(method, base, name string, taken []string, refused map[string]int) func(*testing.T) {
	return field{method, base, name, taken, refused}.run
}

func addUserApplicationID(t *testing.T) {
	e := newEnv(t)
	id := e.ok(e.call("AddUser", newUser)).UserID
	if got := e.user(id).Access.Applications; !got.Equal(user.IDSetOf[user.ApplicationID](1)) {
		t.Errorf("bound to %v", got)
	}
	e.refused(e.call("AddUser", params(newUser, "application_id", "9")), 116, "application_id")
	e.refused(e.call("AddUser", params(newUser, "application_id", "x")), 116, "application_id")
	e.refused(e.call("AddUser", params(newUser, "application_id", "-1")), 116, "application_id")
}

func addUserApplicationName(t *testing.T) {
	e := newEnv(t)
	id := e.ok(e.call("AddUser", params(newUser, "application_id", "-", "application_name", "other.app"))).UserID
	if got := e.user(id).Access.Applications; !got.Equal(user.IDSetOf[user.ApplicationID](2)) {
		t.Errorf("bound to %v", got)
	}
	e.refused(e.call("AddUser", params(newUser, "application_id", "-", "application_name", "other")), 107, "application_name")
}

func addUserOneApplication(t *testing.T) {
	e := newEnv(t)
	e.refused(e.call("AddUser", params(newUser, "application_name", "myapp")), 458, "application_id, application_name")
	e.refused(e.call("AddUser", params(newUser, "application_id", "-")), 485, "application_id")
	e.refused(e.call("AddUser", params(newUser, "application_id", "0")), 485, "application_id")
	e.ok(e.call("AddUser", params(newUser, "application_name", "")))
}

func addUserParentAccounting(t *testing.T) {
	e := newEnv(t)
	for value, want := range map[string]bool{"true": true, "True": true, "1": true, "false": false, "FALSE": false, "0": false} {
		e := newEnv(t)
		id := e.ok(e.call("AddUser", params(newUser, "parent_accounting", value))).UserID
		if e.user(id).Billing.ParentAccounting != want {
			t.Errorf("%s gave %t", value, !want)
		}
	}
	e.refused(e.call("AddUser", params(newUser, "parent_accounting", "yes")), 496, "parent_accounting")
}

func addUserParentAccountingDefault(t *testing.T) {
	e := newEnv(t)
	if e.user(e.ok(e.call("AddUser", newUser)).UserID).Billing.ParentAccounting {
		t.Error("a user without the parameter has no own balance")
	}
}

func addUserActive(t *testing.T) {
	e := newEnv(t)
	if !e.user(e.ok(e.call("AddUser", newUser)).UserID).Enabled() {
		t.Error("the default is true")
	}
	id := e.ok(e.call("AddUser", params(newUser, "user_name", "kim-2", "user_active", "false"))).UserID
	if e.user(id).Enabled() {
		t.Error("user_active=false made an active user")
	}
	if _, err := e.dir.SignIn(context.Background(), "demo", "kim-2", roster.PasswordOf("Demo-Passw0rd!")); err == nil {
		t.Error("an inactive user signed in")
	}
}

func addUserCustomData(t *testing.T) {
	e := newEnv(t)
	data := "{\"a\": \"<b> & ü\"}\nsecond line"
	id := e.ok(e.call("AddUser", params(newUser, "user_custom_data", data))).UserID
	if got := e.user(id).Identity.CustomData; got != data {
		t.Errorf("%q", got)
	}
	if got := e.ok(e.call("GetUsers", params("", "user_id", id.String()))).users[0].Custom; got != data {
		t.Errorf("GetUsers shows %q", got)
	}
}

func userNameNotUnique(t *testing.T) {
	e := newEnv(t)
	before := e.revision()
	e.refused(e.call("AddUser", params(newUser, "user_name", "ann")), 118, "user_name")
	e.refused(e.call("SetUserInfo", "user_id=1&new_user_name=bob"), 118, "new_user_name")
	if e.revision() != before {
		t.Error("something changed")
	}
}

func tooManyUsers(t *testing.T) {
	e := newEnv(t)
	account, err := e.host.Account(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	account.MaxUsers = 17
	if _, err := e.host.UpdateAccount(context.Background(), account); err != nil {
		t.Fatal(err)
	}
	e.refused(e.call("AddUser", newUser), 109, "")
}

func allProblemsAtOnce(t *testing.T) {
	e := newEnv(t)
	r := e.call("AddUser", "application_id=1&user_name=KIM&user_password=short&nonsense=1")
	var codes []int
	for _, err := range r.Errors {
		codes = append(codes, err.Code)
	}
	want := map[int]bool{101: true, 122: true, 485: true}
	for _, code := range codes {
		delete(want, code)
	}
	if len(want) > 0 {
		t.Errorf("got %v, without %v", codes, want)
	}
}

func nothingGiven(t *testing.T) {
	e := newEnv(t)
	for method, want := range map[string]string{
		"AddUser": "application_id user_display_name user_name user_password", "DelUser": "user_id", "SetUserInfo": "user_id",
		"TransferMoneyToUser": "amount user_id",
	} {
		var missing []string
		for _, err := range e.call(method, "").Errors {
			if err.Code != 485 {
				t.Errorf("%s: %+v", method, err)
			}
			missing = append(missing, err.Field)
		}
		if got := strings.Join(missing, " "); got != want {
			t.Errorf("%s: %q, want %q", method, got, want)
		}
	}
	r := e.call("TransferMoneyToUser", "user_name=ann")
	if len(r.Errors) != 2 || r.Errors[0].Field != "amount" || r.Errors[1].Field != "application_id" {
		t.Errorf("%+v", r.Errors)
	}
}

var passwordsRefused = map[string]int{
	"Sh0rt-!": 464, "demo-passw0rd!": 464, "DEMO-PASSW0RD!": 464, "Demo-Password!": 464, "DemoPassw0rd": 464,
	"Demo Passw0rd!": 524,
}
