package genesys_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/examples/vendorhttp/matrix"
	"github.com/ca74b63c/roster/user"
)

func createRows() []matrix.Row {
	return []matrix.Row{
		documented.Row("POST Creates a user.", createsAUser),
		documented.Row("POST /users: Permissions: Contact Center Admin", permissions("POST", "/api/v2/users", newcomer, ann)),
		observed.Row(`POST {"firstName":…,"lastName":…,"userName":…,"password":…,"roles":["ROLE_ADMIN"]}: all five are mandatory, or statusCode 1`, allFiveAreMandatory),
		observed.Row(`The reply is {"statusCode":0,"path":"/users/<id>","id":"<id>","uri":"http://…/api/v2/users/<id>"}`, createReply),
		observed.Row(`HTTP 403 {"statusCode":18,"statusMessage":"Failed to create user. User 'test' already exists."}`, duplicateUser),
		assumed.Row("The HTTP status of a creation is 200", createReply),
		assumed.Row("An empty list of roles is none given", emptyRoles),
		assumed.Row("A role of one name needs no list around it", roleWithoutList),
		assumed.Row("What only a read shows is code 3 when it is sent", readOnlyOnCreate),
	}
}

func getRows() []matrix.Row {
	return []matrix.Row{
		documented.Row("GET Returns the user specified by the ID.", returnsTheUser),
		documented.Row("GET /users/{id}: Permissions: Contact Center Admin, Agent", permissions("GET", at(bob), "", ann, bob, cas)),
		documented.Row("GET /users/{id}: subresources=*: Will return all subresources (for example, devices, skills) assigned to the given user.", subresourcesOfTheUser),
		observed.Row(`A single user comes under a key of its own: {"statusCode":0,"user":{…}}`, returnsTheUser),
		observed.Row("GET /me is the caller", me),
		observed.Row(`404 {"statusCode":6,"statusMessage":"User not found"}`, userNotFound),
		observed.Row("An id is 32 hexadecimal digits without dashes", idsAreHex),
		assumed.Row("The digits are the directory's number of the user, in either case", idsAreNumbers),
	}
}

func updateRows() []matrix.Row {
	return []matrix.Row{
		documented.Row("POST Updates the user specified by the ID.", updates("POST")),
		documented.Row("POST /users/{id}: Permissions: Contact Center Admin, Agent", permissions("POST", at(bob), `{"firstName":"Rob"}`, ann, bob, cas)),
		documented.Row("PUT updates as well (the attribute table)", updates("PUT")),
		observed.Row(`PUT {"firstName":"Some first name"} leaves absent fields as they are`, partialUpdate),
		observed.Row(`{"statusCode":3,"statusMessage":"This operation is not allowed: 'userName' is a read-only property"}`, userNameIsReadOnly),
		observed.Row(`{"statusCode":2,"statusMessage":"You cannot remove role 'ROLE_ADMIN' from yourself."}`, ownAdminRole),
		assumed.Row(`The status line "400 FORBIDDEN" of these two is HTTP status 400`, ownAdminRole),
		assumed.Row("No user grants a role that they may not grant, or any role to a user with such a role: code 2", grantsNoRole),
		assumed.Row("No user sets the password of a user with a role that they may not grant: code 2", takesNoAccountOver),
		assumed.Row("An administrator takes the role from another one, and creates others", adminsMakeAdmins),
		assumed.Row("A read-only property may be sent with the value that it has", sendsBackWhatWasRead),
		assumed.Row("An empty body, or none, changes nothing", changesNothing),
		assumed.Row("A refused change changes nothing of the user", refusedWhole),
	}
}

func deleteRows() []matrix.Row {
	return []matrix.Row{
		documented.Row("DELETE Deletes the user specified by the ID.", deletes),
		documented.Row("DELETE /users/{id}: Permissions: Contact Center Admin, Agent", permissions("DELETE", at(fay), "", ann, bob, cas)),
		observed.Row(`DELETE is answered with {"statusCode":0}`, deletes),
		observed.Row(`DELETE of no user is 404 {"statusCode":6,"statusMessage":"User not found"}`, deletesNoUser),
		assumed.Row("The name of a deleted user is free at once", nameIsFree),
		assumed.Row("DELETE of the last administrator is code 2, and so is what takes the role", keepsTheLastAdministrator),
		assumed.Row("What a deleted user has returns to the account", deletionReturnsMoney),
	}
}

func createsAUser(t *testing.T) {
	e := newEnv(t)
	a := e.ok(e.as(ann, "POST", "/api/v2/users", newcomer))
	u := e.user(7)
	equal(t, "id", a.ID, id(7))
	equal(t, "identity", u.Identity, user.Identity{Login: "kim@demo.example"})
	equal(t, "names", u.Names, user.Names{First: "Kim", Last: "Kok"})
	equal(t, "roles", u.Access.Roles, user.RolesOf(user.Agent))
	if !u.Enabled() || !u.Credentials.HasPassword || u.Credentials.ChangeNextLogin {
		t.Errorf("%+v", u)
	}
	if _, err := e.dir.SignIn(context.Background(), "demo", "kim@demo.example", roster.PasswordOf("Kims-Passw0rd!")); err != nil {
		t.Error(err)
	}
}

func allFiveAreMandatory(t *testing.T) {
	e := newEnv(t)
	for field, value := range map[string]string{
		"firstName": `"Kim"`, "lastName": `"Kok"`, "userName": `"kim@demo.example"`, "password": `"Kims-Passw0rd!"`, "roles": `["ROLE_AGENT"]`,
	} {
		for _, missing := range []string{"", `"` + field + `":null,`} {
			body := strings.Replace(newcomer, `"`+field+`":`+value, "", 1)
			body = "{" + missing + strings.Trim(strings.ReplaceAll(body, ",,", ","), "{},") + "}"
			e.unchanged(func() {
				e.refused(e.as(ann, "POST", "/api/v2/users", body), http.StatusBadRequest, 1, "Required parameter '"+field+"' is missing")
			})
		}
	}
	e.refused(e.as(ann, "POST", "/api/v2/users", ""), http.StatusBadRequest, 1, "Required parameter 'firstName' is missing; "+
		"Required parameter 'lastName' is missing; Required parameter 'password' is missing; Required parameter 'roles' is missing; "+
		"Required parameter 'userName' is missing")
	e.ok(e.as(ann, "POST", "/api/v2/users",
		`{"firstName":"A","lastName":"B","userName":"adm","password":"Kims-Passw0rd!","roles":["ROLE_ADMIN"]}`))
}

func createReply(t *testing.T) {
	e := newEnv(t)
	a := e.as(ann, "POST", "/api/v2/users", newcomer)
	equal(t, "reply", a.Text, `{"statusCode":0,"path":"/users/`+id(7)+`","id":"`+id(7)+`","uri":"http://example.com/api/v2/users/`+id(7)+`"}`)
	if a.HTTP != http.StatusOK {
		t.Error(a.HTTP)
	}
	r := request("GET", a.URI, "")
	r.SetBasicAuth(logins[ann], secret)
	if got := e.ok(e.send(r)); got.User["firstName"] != "Kim" {
		t.Error(got.Text)
	}
}

func duplicateUser(t *testing.T) {
	e := newEnv(t)
	body := strings.Replace(newcomer, "kim@demo.example", "test", 1)
	e.ok(e.as(ann, "POST", "/api/v2/users", body))
	e.unchanged(func() {
		e.refused(e.as(ann, "POST", "/api/v2/users", body), http.StatusForbidden, 18, "Failed to create user. User 'test' already exists.")
		e.refused(e.as(ann, "POST", "/api/v2/users", strings.Replace(body, "test", "TEST", 1)), http.StatusForbidden, 18,
			"Failed to create user. User 'TEST' already exists.")
	})
}

func emptyRoles(t *testing.T) {
	e := newEnv(t)
	body := strings.Replace(newcomer, `["ROLE_AGENT"]`, `[]`, 1)
	e.refused(e.as(ann, "POST", "/api/v2/users", body), http.StatusBadRequest, 1, "Required parameter 'roles' is missing")
}

func roleWithoutList(t *testing.T) {
	e := newEnv(t)
	e.ok(e.as(ann, "POST", "/api/v2/users", strings.Replace(newcomer, `["ROLE_AGENT"]`, `"ROLE_AGENT"`, 1)))
	equal(t, "roles", e.user(7).Access.Roles, user.RolesOf(user.Agent))
}

func readOnlyOnCreate(t *testing.T) {
	e := newEnv(t)
	for field, value := range map[string]string{
		"skills": `[{"id":"1"}]`, "devices": `[{"id":"00000000-0000-0000-0000-00000000000a"}]`, "doNotDisturb": `"On"`,
		"enabled": `false`, "emailAddress": `"kim@demo.example"`, "id": `"` + id(9) + `"`, "path": `"/users/9"`,
		"uri": `"http://example.com"`, "contactCenterId": `"demo"`,
	} {
		body := `{"` + field + `":` + value + "," + newcomer[1:]
		e.unchanged(func() {
			e.refused(e.as(ann, "POST", "/api/v2/users", body), http.StatusBadRequest, 3,
				"This operation is not allowed: '"+field+"' is a read-only property")
		})
	}
}

func returnsTheUser(t *testing.T) {
	e := newEnv(t)
	a := e.ok(e.as(bob, "GET", at(ann), ""))
	equal(t, "ann", a.User, annShown())
	if !strings.HasPrefix(a.Text, `{"statusCode":0,"user":{"id":"`) || a.Users != nil {
		t.Error(a.Text)
	}
	w := e.as(bob, "GET", at(ann)+"?fields=*", "")
	equal(t, "fields=*", w.Text, a.Text)
}

func subresourcesOfTheUser(t *testing.T) {
	e := newEnv(t)
	a := e.ok(e.as(ann, "GET", at(bob)+"?subresources=*", ""))
	equal(t, "bob", a.User, withSubresources(bobShown()))
}

func me(t *testing.T) {
	e := newEnv(t)
	equal(t, "me", e.ok(e.as(bob, "GET", "/api/v2/me", "")).User, bobShown())
	equal(t, "me", e.ok(e.as(bob, "GET", "/api/v2/me?subresources=*", "")).User, withSubresources(bobShown()))
	e.refused(e.as(dan, "GET", "/api/v2/me", ""), http.StatusForbidden, 5, "You do not have permission for this operation.")
}

// nobodys are the ids that no user has.
var nobodys = []string{
	id(hank), id(0), "1", "ann", "0", "%2F", "..", strings.Repeat("f", 32), "8" + id(1)[1:], id(1)[1:], id(1) + "0",
	id(1)[:31] + "g", "0000000000000000" + "8000000000000000", "00000000-0000-0000-0000-000000000001", id(1)[:31] + "%00",
}

func userNotFound(t *testing.T) {
	e := newEnv(t)
	for _, n := range nobodys {
		for method, body := range map[string]string{"GET": "", "PUT": `{"firstName":"X"}`, "POST": `{}`, "DELETE": ""} {
			a := e.as(ann, method, "/api/v2/users/"+n, body)
			message := "User not found"
			if strings.Contains(n, "%2F") {
				message = "Resource not found" // no id, but a path of two parts
			}
			e.refused(a, http.StatusNotFound, 6, message)
		}
	}
}

func idsAreHex(t *testing.T) {
	e := newEnv(t)
	for _, u := range e.ok(e.as(ann, "GET", "/api/v2/users?fields=id", "")).Users {
		text, _ := u["id"].(string)
		if len(text) != 32 || strings.Trim(text, "0123456789abcdef") != "" {
			t.Errorf("id %q", text)
		}
	}
}

func idsAreNumbers(t *testing.T) {
	e := newEnv(t)
	for _, n := range []user.ID{10, 0xabcdef, 1<<62 - 1} {
		u := user.User{ID: n, Identity: user.Identity{Login: "user-" + n.String()}}
		if _, err := e.host.Create(context.Background(), roster.CreateParams{User: u}); err != nil {
			t.Fatal(err)
		}
		for _, path := range []string{at(n), "/api/v2/users/" + strings.ToUpper(id(n))} {
			if a := e.ok(e.as(ann, "GET", path, "")); a.User["userName"] != "user-"+n.String() || a.User["id"] != id(n) {
				t.Error(a.Text)
			}
		}
	}
}

func updates(method string) func(*testing.T) {
	return func(t *testing.T) {
		e := newEnv(t)
		a := e.ok(e.as(ann, method, at(bob), `{"firstName":"Robert","lastName":"Paling","roles":["ROLE_ADMIN","ROLE_AGENT"],"password":"Bobs-Passw0rd!"}`))
		equal(t, "reply", a.Text, `{"statusCode":0}`)
		u := e.user(bob)
		equal(t, "names", u.Names, user.Names{First: "Robert", Last: "Paling"})
		equal(t, "roles", u.Access.Roles, user.RolesOf(user.Admin, user.Agent))
		if _, err := e.dir.SignIn(context.Background(), "demo", "bob", roster.PasswordOf("Bobs-Passw0rd!")); err != nil {
			t.Error(err)
		}
	}
}

func partialUpdate(t *testing.T) {
	e := newEnv(t)
	before := e.user(bob)
	e.ok(e.as(ann, "PUT", at(bob), `{"firstName":"Some first name"}`))
	after := e.user(bob)
	equal(t, "changed", user.ChangedAttributes(before, after), user.AttributesOf(user.AttrFirstName))
	equal(t, "first name", after.Names.First, "Some first name")
}

func userNameIsReadOnly(t *testing.T) {
	e := newEnv(t)
	for _, method := range []string{"POST", "PUT"} {
		e.unchanged(func() {
			e.refused(e.as(ann, method, at(bob), `{"userName":"rob"}`), http.StatusBadRequest, 3,
				"This operation is not allowed: 'userName' is a read-only property")
		})
	}
}

func ownAdminRole(t *testing.T) {
	e := newEnv(t)
	for _, roles := range []string{`["ROLE_AGENT"]`, `[]`} {
		e.unchanged(func() {
			e.refused(e.as(ann, "PUT", at(ann), `{"roles":`+roles+`}`), http.StatusBadRequest, 2,
				"You cannot remove role 'ROLE_ADMIN' from yourself.")
		})
	}
	e.ok(e.as(ann, "PUT", at(ann), `{"roles":["ROLE_ADMIN","ROLE_AGENT"]}`))
}

func grantsNoRole(t *testing.T) {
	e := newEnv(t)
	for _, target := range []user.ID{bob, cas, dan} {
		e.unchanged(func() {
			e.refused(e.as(bob, "PUT", at(target), `{"roles":["ROLE_ADMIN","ROLE_AGENT"]}`), http.StatusBadRequest, 2,
				"You cannot grant role 'ROLE_ADMIN', which you do not have.")
		})
	}
	e.unchanged(func() {
		e.refused(e.as(bob, "PUT", at(dan), `{"roles":["ROLE_AGENT"]}`), http.StatusBadRequest, 2,
			"You cannot do this to a user with role 'supervisor', which you cannot grant.")
	})
	e.ok(e.as(ann, "PUT", at(dan), `{"roles":["ROLE_AGENT"]}`))
}

func takesNoAccountOver(t *testing.T) {
	e := newEnv(t)
	for target, role := range map[user.ID]string{ann: "ROLE_ADMIN", cas: "supervisor", dan: "supervisor", eve: "ROLE_ADMIN"} {
		for _, method := range []string{"POST", "PUT"} {
			e.unchanged(func() {
				for _, body := range []string{`{"password":"Taken-0ver!"}`, `{"firstName":"X","password":"Taken-0ver!","roles":["ROLE_AGENT"]}`} {
					a := e.as(bob, method, at(target), body)
					e.refused(a, http.StatusBadRequest, 2, "You cannot do this to a user with role '"+role+"', which you cannot grant.")
				}
			})
		}
	}
	if _, err := e.dir.SignIn(t.Context(), "demo", "ann@demo.example", roster.PasswordOf(secret)); err != nil {
		t.Error(err)
	}
	e.ok(e.as(bob, "PUT", at(ann), `{"firstName":"An"}`)) // the vendor's table stays
	e.ok(e.as(bob, "PUT", at(fay), `{"password":"Renewed-0ne!"}`))
	e.ok(e.as(ann, "PUT", at(cas), `{"password":"Renewed-0ne!"}`))
}

func adminsMakeAdmins(t *testing.T) {
	e := newEnv(t)
	e.ok(e.as(ann, "PUT", at(bob), `{"roles":["ROLE_ADMIN"]}`))
	e.ok(e.as(bob, "PUT", at(ann), `{"roles":["ROLE_AGENT"]}`))
	equal(t, "ann", e.user(ann).Access.Roles, user.RolesOf(user.Agent))
	e.refused(e.as(ann, "POST", "/api/v2/users", newcomer), http.StatusForbidden, 5, "You do not have permission for this operation.")
}

func sendsBackWhatWasRead(t *testing.T) {
	for _, who := range []user.ID{ann, bob, cas} {
		e := newEnv(t)
		a := e.ok(e.as(ann, "GET", at(who)+"?subresources=*", ""))
		body := strings.TrimSuffix(strings.TrimPrefix(a.Text, `{"statusCode":0,"user":`), "}")
		e.unchanged(func() { e.ok(e.as(ann, "PUT", at(who), body)) })
		e.ok(e.as(ann, "PUT", at(who), strings.Replace(body, `"lastName":"`, `"lastName":"van `, 1)))
		if got := e.user(who).Names.Last; !strings.HasPrefix(got, "van ") {
			t.Error(got)
		}
		for field, value := range map[string]string{
			"skills": `[{"id":"7"}]`, "devices": `[{"id":"00000000-0000-0000-0000-00000000000b"}]`, "doNotDisturb": `"` + other(e.user(who)) + `"`,
			"enabled": `false`, "emailAddress": `"x@demo.example"`, "id": `"` + id(9) + `"`, "path": `"/users/9"`, "uri": `"http://example.com"`,
			"contactCenterId": `"other"`, "changePasswordOnFirstLogin": `true`,
		} {
			e.unchanged(func() {
				e.refused(e.as(ann, "PUT", at(who), `{"`+field+`":`+value+`}`), http.StatusBadRequest, 3,
					"This operation is not allowed: '"+field+"' is a read-only property")
			})
		}
		e.unchanged(func() { // an id is the same in any case, the name of an account is not
			e.ok(e.as(ann, "PUT", at(who), `{"id":"`+strings.ToUpper(id(who))+`"}`))
			e.refused(e.as(ann, "PUT", at(who), `{"contactCenterId":"DEMO"}`), http.StatusBadRequest, 3,
				"This operation is not allowed: 'contactCenterId' is a read-only property")
		})
	}
}

// other is the value of doNotDisturb that the user has not.
func other(u user.User) string {
	if u.Presence.Status == user.DND {
		return "Off"
	}
	return "On"
}

func changesNothing(t *testing.T) {
	e := newEnv(t)
	e.unchanged(func() {
		for _, body := range []string{"", "{}", `{"firstName":null,"roles":null,"password":null,"doNotDisturb":null,"skills":null}`} {
			e.ok(e.as(bob, "PUT", at(bob), body))
		}
	})
}

func refusedWhole(t *testing.T) {
	e := newEnv(t)
	e.unchanged(func() {
		e.refused(e.as(ann, "PUT", at(bob), `{"firstName":"Rob","userName":"rob"}`), http.StatusBadRequest, 3,
			"This operation is not allowed: 'userName' is a read-only property")
		e.refused(e.as(ann, "PUT", at(bob), `{"firstName":"Rob","password":"x"}`), http.StatusBadRequest, 2,
			"Parameter 'password' is not valid: too short")
		e.refused(e.as(bob, "PUT", at(bob), `{"lastName":"Paling","roles":["ROLE_ADMIN"]}`), http.StatusBadRequest, 2,
			"You cannot grant role 'ROLE_ADMIN', which you do not have.")
	})
}

func deletes(t *testing.T) {
	e := newEnv(t)
	equal(t, "reply", e.ok(e.as(bob, "DELETE", at(fay), "")).Text, `{"statusCode":0}`)
	if u, err := e.host.GetDeleted(context.Background(), fay); err != nil || u.Live() {
		t.Errorf("%v %v", u.Lifecycle, err)
	}
	e.refused(e.as(bob, "GET", at(fay), ""), http.StatusNotFound, 6, "User not found")
}

func deletesNoUser(t *testing.T) {
	e := newEnv(t)
	e.ok(e.as(ann, "DELETE", at(fay), ""))
	e.unchanged(func() {
		e.refused(e.as(ann, "DELETE", at(fay), ""), http.StatusNotFound, 6, "User not found")
		e.refused(e.as(ann, "DELETE", at(hank), ""), http.StatusNotFound, 6, "User not found")
	})
}

func nameIsFree(t *testing.T) {
	e := newEnv(t)
	a := e.ok(e.as(ann, "POST", "/api/v2/users", newcomer))
	e.ok(e.as(ann, "DELETE", "/api/v2"+a.Path, ""))
	if b := e.ok(e.as(ann, "POST", "/api/v2/users", newcomer)); b.ID == a.ID {
		t.Errorf("%s was given twice", b.ID)
	}
}
