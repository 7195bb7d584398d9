package genesys_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/ca74b63c/roster/examples/vendorhttp/matrix"
	"github.com/ca74b63c/roster/user"
)

func attributeRows() []matrix.Row {
	return []matrix.Row{
		documented.Row("userName: String. The user's e-mail address. GET, POST, DELETE", userName),
		observed.Row("userName may be a plain name, and emailAddress another address", plainUserName),
		assumed.Row(`"GET, POST, DELETE" is read as "GET, POST": a DELETE has no body, and PUT refuses userName`, deleteHasNoBody),
		documented.Row("password: String. The user's password (if allowed). POST, PUT", passwordIsWritten),
		documented.Row("password is not shown by GET, for its access level is POST, PUT", passwordIsNotShown),
		assumed.Row("A password is allowed if the directory's policy takes it, else code 2", passwordIfAllowed),
		documented.Row("firstName: String. The user's first name. GET, POST, PUT", text("firstName", func(u user.User) string { return u.Names.First })),
		documented.Row("lastName: String. The user's last name. GET, POST, PUT", text("lastName", func(u user.User) string { return u.Names.Last })),
		assumed.Row("firstName and lastName: no empty text, no control characters, at most 255 characters", nameLimits),
		documented.Row("roles: Array of Strings. User roles. Currently 'ROLE_ADMIN' and/or 'ROLE_AGENT'. GET, POST, PUT", roles),
		documented.Row(`Note that on PUT, the roles specified will be the new role set. It is not a "diff" operation.`, rolesReplace),
		assumed.Row("Roles of which the vendor has no name are not shown, and stay", otherRolesStay),
		assumed.Row("Roles and custom attributes of the host's own are not shown, and stay", hostWordsStay),
		assumed.Row("Losing ROLE_AGENT resets what an agent has, as everywhere in the directory", lostAgent),
		documented.Row("skills: Array of Skill objects. The list of skills that are assigned to a user. GET (subresources=* must be specified)", skills),
		observed.Row(`Skill: {"id","name","description"?,"level":"0"}, the level as a text`, skills),
		assumed.Row(`The level of a skill is "0" unless its reference data has a property level`, skills),
		documented.Row("devices: Array of Device objects. The list of devices that are assigned to a user. GET (subresources=* must be specified)", devices),
		observed.Row("Device: its id is a UUID with dashes; deviceState, phoneNumber, vendor, country, capabilities and the rest", devices),
		documented.Row("doNotDisturb: FlagV2 Enum. Denotes whether Do Not Disturb status is on or off for this user. GET", doNotDisturb),
		assumed.Row("FlagV2 is On or Off; doNotDisturb is On exactly when the status is DND", doNotDisturb),
		documented.Row("changePasswordOnFirstLogin: Boolean. Possible values are True and False. GET, POST, DELETE", changePasswordValues),
		documented.Row("changePasswordOnFirstLogin: Default value is False", changePasswordDefault),
		assumed.Row("changePasswordOnFirstLogin: POST on /users/{id} sets it, PUT does not; userName only POST on /users", changePasswordByPost),
		documented.Row("If set to True, the User will be required to change their password when they log in.", changePasswordRequired),
		observed.Row("statusCode 8: password change demanded", changePasswordRequired),
		assumed.Row("changePasswordOnFirstLogin: the same password is no change of it, code 2", changePasswordToAnother),
		observed.Row("id, emailAddress, enabled, contactCenterId, uri and path are shown (8.5.2)", returnsTheUser),
		assumed.Row("contactCenterId is the id of the account", returnsTheUser),
	}
}

func userName(t *testing.T) {
	e := newEnv(t)
	if got := e.ok(e.as(bob, "GET", at(ann), "")).User["userName"]; got != "ann@demo.example" {
		t.Error(got)
	}
	e.ok(e.as(ann, "POST", "/api/v2/users", newcomer))
	equal(t, "login", e.user(7).Identity.Login, "kim@demo.example")
}

func plainUserName(t *testing.T) {
	e := newEnv(t)
	a := e.ok(e.as(ann, "GET", at(bob), ""))
	if a.User["userName"] != "bob" {
		t.Error(a.Text)
	}
	if got := e.ok(e.as(ann, "GET", at(ann), "")).User["emailAddress"]; got != "ann.zwart@mail.example" {
		t.Error(got)
	}
	e.ok(e.as(ann, "POST", "/api/v2/users", strings.Replace(newcomer, "kim@demo.example", "kim", 1)))
}

func deleteHasNoBody(t *testing.T) {
	e := newEnv(t)
	e.unchanged(func() {
		e.refused(e.as(ann, "DELETE", at(bob), `{"userName":"bob"}`), http.StatusBadRequest, 2, "Parameter 'userName' is not valid: unknown parameter")
		e.refused(e.as(ann, "DELETE", at(bob)+"?fields=*", ""), http.StatusBadRequest, 2, "Parameter 'fields' is not valid: unknown parameter")
		userNameIsReadOnly(t)
	})
	e.ok(e.as(ann, "DELETE", at(bob), `{}`))
}

// signsIn reports whether the password is good.
func (e *env) signsIn(login, password string) bool {
	r := request("GET", "/api/v2/me", "")
	r.SetBasicAuth(login, password)
	return e.send(r).HTTP != http.StatusUnauthorized
}

func passwordIsWritten(t *testing.T) {
	e := newEnv(t)
	e.ok(e.as(ann, "POST", "/api/v2/users", newcomer))
	if !e.signsIn("kim@demo.example", "Kims-Passw0rd!") {
		t.Error("POST set no password")
	}
	e.ok(e.as(ann, "PUT", at(bob), `{"password":"Bobs-Passw0rd!"}`)) // another's
	e.ok(e.as(ann, "PUT", at(ann), `{"password":"Anns-Passw0rd!"}`)) // the own password, proved by the call itself
	for login, password := range map[string]string{"bob": "Bobs-Passw0rd!", "ann@demo.example": "Anns-Passw0rd!"} {
		if !e.signsIn(login, password) || e.signsIn(login, secret) {
			t.Errorf("%s: PUT set no password", login)
		}
	}
}

func passwordIsNotShown(t *testing.T) {
	e := newEnv(t)
	for _, path := range []string{"/api/v2/users?fields=*", "/api/v2/users?subresources=*", at(bob), at(bob) + "?subresources=*", "/api/v2/me"} {
		if a := e.ok(e.as(bob, "GET", path, "")); strings.Contains(a.Text, `"password"`) {
			t.Errorf("%s: %s", path, a.Text)
		}
	}
}

func passwordIfAllowed(t *testing.T) {
	e := newEnv(t)
	for password, why := range map[string]string{"short": "too short", "Password123": "blocklisted"} {
		e.unchanged(func() {
			message := "Parameter 'password' is not valid: " + why
			e.refused(e.as(ann, "PUT", at(bob), `{"password":"`+password+`"}`), http.StatusBadRequest, 2, message)
			e.refused(e.as(ann, "POST", "/api/v2/users", strings.Replace(newcomer, "Kims-Passw0rd!", password, 1)), http.StatusBadRequest, 2, message)
		})
	}
	e.unchanged(func() {
		e.refused(e.as(ann, "PUT", at(bob), `{"password":""}`), http.StatusBadRequest, 1, "Required parameter 'password' is missing")
	})
}

// text checks a text that each verb shows or sets.
func text(name string, of func(user.User) string) func(*testing.T) {
	return func(t *testing.T) {
		e := newEnv(t)
		if got := e.ok(e.as(bob, "GET", at(ann), "")).User[name]; got != of(e.user(ann)) || got == "" {
			t.Errorf("GET: %v", got)
		}
		e.ok(e.as(ann, "POST", "/api/v2/users", newcomer))
		if got := of(e.user(7)); got != "Kim" && got != "Kok" {
			t.Errorf("POST: %q", got)
		}
		for _, method := range []string{"POST", "PUT"} {
			e.ok(e.as(ann, method, at(bob), `{"`+name+`":"Łukasz `+method+`"}`))
			equal(t, method, of(e.user(bob)), "Łukasz "+method)
		}
	}
}

func nameLimits(t *testing.T) {
	e := newEnv(t)
	for _, name := range []string{"firstName", "lastName"} {
		for value, why := range map[string]string{
			`a\u0007b`: "control character", strings.Repeat("é", 256): "too long", `\ud800`: "pattern",
		} {
			e.unchanged(func() {
				e.refused(e.as(ann, "PUT", at(bob), `{"`+name+`":"`+value+`"}`), http.StatusBadRequest, 2,
					"Parameter '"+name+"' is not valid: "+why)
			})
		}
		e.refused(e.as(ann, "PUT", at(bob), `{"`+name+`":""}`), http.StatusBadRequest, 1, "Required parameter '"+name+"' is missing")
		e.ok(e.as(ann, "PUT", at(bob), `{"`+name+`":"`+strings.Repeat("é", 255)+`"}`))
	}
}

func roles(t *testing.T) {
	e := newEnv(t)
	for text, want := range map[string]user.Roles{
		`["ROLE_ADMIN"]`: user.RolesOf(user.Admin), `["ROLE_AGENT"]`: user.RolesOf(user.Agent),
		`["ROLE_AGENT","ROLE_ADMIN","ROLE_AGENT"]`: user.RolesOf(user.Admin, user.Agent), `[]`: user.Roles{},
	} {
		e.ok(e.as(ann, "PUT", at(bob), `{"roles":`+text+`}`))
		equal(t, text, e.user(bob).Access.Roles, want)
	}
	e.ok(e.as(ann, "PUT", at(bob), `{"roles":["ROLE_ADMIN","ROLE_AGENT"]}`))
	equal(t, "GET", e.ok(e.as(ann, "GET", at(bob)+"?fields=roles", "")).User, person{"roles": []any{"ROLE_ADMIN", "ROLE_AGENT"}})
	e.unchanged(func() {
		for _, text := range []string{`["ROLE_OWNER"]`, `["role_admin"]`, `["ROLE_ADMIN",""]`, `["ROLE_AGENT "]`, `"ADMIN"`} {
			a := e.as(ann, "PUT", at(bob), `{"roles":`+text+`}`)
			if a.HTTP != http.StatusBadRequest || !strings.Contains(a.Message, "'roles") || *a.Code > 2 {
				t.Errorf("%s: %d %s", text, a.HTTP, a.Text)
			}
		}
		for _, text := range []string{`[{}]`, `{}`, `true`, `[["ROLE_ADMIN"]]`} {
			a := e.as(ann, "PUT", at(bob), `{"roles":`+text+`}`)
			if a.HTTP != http.StatusBadRequest || *a.Code != 2 {
				t.Errorf("%s: %d %s", text, a.HTTP, a.Text)
			}
		}
	})
}

func rolesReplace(t *testing.T) {
	e := newEnv(t)
	e.ok(e.as(ann, "PUT", at(bob), `{"roles":["ROLE_ADMIN"]}`))
	equal(t, "bob", e.user(bob).Access.Roles, user.RolesOf(user.Admin))
	e.ok(e.as(ann, "PUT", at(cas), `{"roles":[]}`)) // whose role comes from a profile
	if u := e.user(cas); u.Access.Roles.Has(user.Agent) || u.Access.Profiles.Len() != 0 {
		t.Errorf("%+v", u.Access)
	}
}

func otherRolesStay(t *testing.T) {
	e := newEnv(t)
	equal(t, "shown", e.ok(e.as(ann, "GET", at(cas), "")).User["roles"], any([]any{"ROLE_AGENT"}))
	equal(t, "shown", e.ok(e.as(ann, "GET", at(dan), "")).User["roles"], any([]any{}))
	e.ok(e.as(ann, "PUT", at(cas), `{"roles":["ROLE_ADMIN"]}`))
	equal(t, "cas", e.user(cas).Access.Roles, user.RolesOf(user.Admin, user.Supervisor))
	e.ok(e.as(ann, "PUT", at(cas), `{"roles":[]}`))
	equal(t, "cas", e.user(cas).Access.Roles, user.RolesOf(user.Supervisor))
}

func lostAgent(t *testing.T) {
	e := newEnv(t)
	if _, err := e.host.Patch(context.Background(), bob, user.Patch{MaxChats: user.Set(4)}); err != nil {
		t.Fatal(err)
	}
	e.ok(e.as(ann, "PUT", at(bob), `{"roles":["ROLE_ADMIN"]}`))
	if u := e.user(bob); u.Capacity.MaxChats != 0 || u.Capacity.Skills.Len() != 0 {
		t.Errorf("%+v", u.Capacity)
	}
}

func skills(t *testing.T) {
	e := newEnv(t)
	if a := e.ok(e.as(ann, "GET", at(bob), "")); strings.Contains(a.Text, "skills") {
		t.Error("shown without subresources=*: " + a.Text)
	}
	a := e.ok(e.as(ann, "GET", at(bob)+"?subresources=*", ""))
	equal(t, "skills", a.User["skills"], withSubresources(person{})["skills"])
}

func devices(t *testing.T) {
	e := newEnv(t)
	if a := e.ok(e.as(ann, "GET", at(bob), "")); strings.Contains(a.Text, "devices") {
		t.Error("shown without subresources=*: " + a.Text)
	}
	a := e.ok(e.as(ann, "GET", at(bob)+"?subresources=*", ""))
	equal(t, "devices", a.User["devices"], withSubresources(person{})["devices"])
}

func doNotDisturb(t *testing.T) {
	e := newEnv(t)
	for status := user.Offline; status <= user.DND; status++ {
		if _, err := e.host.SetStatus(context.Background(), bob, status, 0); err != nil {
			t.Fatal(err)
		}
		want := "Off"
		if status == user.DND {
			want = "On"
		}
		a := e.ok(e.as(ann, "GET", at(bob)+"?subresources=*&fields=doNotDisturb", ""))
		device := a.User["devices"].([]any)[0].(person)
		if a.User["doNotDisturb"] != want || device["doNotDisturb"] != want {
			t.Errorf("%s: %s", status, a.Text)
		}
	}
}

func changePasswordValues(t *testing.T) {
	for value, want := range map[string]bool{`true`: true, `"True"`: true, `"true"`: true, `1`: true, `false`: false, `"False"`: false, `"0"`: false} {
		e := newEnv(t)
		e.ok(e.as(ann, "POST", "/api/v2/users", `{"changePasswordOnFirstLogin":`+value+","+newcomer[1:]))
		if got := e.user(7).Credentials.ChangeNextLogin; got != want {
			t.Errorf("%s: %t", value, got)
		}
		if a := e.ok(e.as(ann, "GET", at(7), "")); a.User["changePasswordOnFirstLogin"] != want {
			t.Error(a.Text)
		}
	}
	e := newEnv(t)
	e.unchanged(func() {
		e.refused(e.as(ann, "POST", "/api/v2/users", `{"changePasswordOnFirstLogin":"yes",`+newcomer[1:]), http.StatusBadRequest, 2,
			"Parameter 'changePasswordOnFirstLogin' is not valid: invalid")
		e.refused(e.as(ann, "PUT", at(bob), `{"changePasswordOnFirstLogin":true}`), http.StatusBadRequest, 3,
			"This operation is not allowed: 'changePasswordOnFirstLogin' is a read-only property")
	})
}

func changePasswordByPost(t *testing.T) {
	e := newEnv(t)
	for _, value := range []bool{true, false} {
		e.ok(e.as(ann, "POST", at(bob), fmt.Sprintf(`{"changePasswordOnFirstLogin":%t}`, value)))
		if got := e.user(bob).Credentials.ChangeNextLogin; got != value {
			t.Errorf("%t, want %t", got, value)
		}
	}
	e.unchanged(func() {
		e.refused(e.as(ann, "POST", at(bob), `{"userName":"rob"}`), http.StatusBadRequest, 3,
			"This operation is not allowed: 'userName' is a read-only property")
	})
}

func changePasswordDefault(t *testing.T) {
	e := newEnv(t)
	e.ok(e.as(ann, "POST", "/api/v2/users", newcomer))
	if a := e.ok(e.as(ann, "GET", at(7), "")); a.User["changePasswordOnFirstLogin"] != false {
		t.Error(a.Text)
	}
}

func changePasswordRequired(t *testing.T) {
	const message = "The password must be changed first."
	e := newEnv(t)
	e.unchanged(func() {
		for _, call := range [][3]string{
			{"GET", "/api/v2/users"}, {"GET", at(fay)}, {"GET", "/api/v2/me"}, {"PUT", at(fay), `{"firstName":"F"}`}, {"PUT", at(bob), `{"password":"Bobs-Passw0rd!"}`},
			{"DELETE", at(bob)}, {"POST", "/api/v2/users", newcomer}, {"POST", at(fay), `{"changePasswordOnFirstLogin":false}`},
		} {
			e.refused(e.as(fay, call[0], call[1], call[2]), http.StatusForbidden, 8, message)
		}
	})
	e.ok(e.as(fay, "PUT", at(fay), `{"password":"Fays-Passw0rd!"}`))
	r := request("GET", "/api/v2/me", "")
	r.SetBasicAuth("fay", "Fays-Passw0rd!")
	if a := e.ok(e.send(r)); a.User["changePasswordOnFirstLogin"] != false {
		t.Error(a.Text)
	}
}

// The message is that of a password which the policy refuses: another actor's reset may set the
// same one.
func changePasswordToAnother(t *testing.T) {
	e := newEnv(t)
	e.unchanged(func() {
		a := e.as(fay, "PUT", at(fay), `{"password":"`+secret+`"}`)
		e.refused(a, http.StatusBadRequest, 2, "Parameter 'password' is not valid: used before")
		for _, method := range []string{"PUT", "POST"} {
			a = e.as(fay, method, at(fay), `{"password":"`+secret+`","changePasswordOnFirstLogin":false}`)
			if a.HTTP == http.StatusOK {
				t.Errorf("%s: the requirement was lifted by the user", method)
			}
		}
	})
	e.ok(e.as(ann, "PUT", at(fay), `{"password":"`+secret+`"}`))
	if !e.user(fay).Credentials.ChangeNextLogin {
		t.Error("a reset ended the requirement")
	}
}
