package genesys_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/examples/genesys"
	"github.com/ca74b63c/roster/examples/vendorhttp"
	"github.com/ca74b63c/roster/examples/vendorhttp/matrix"
	"github.com/ca74b63c/roster/examples/vendorhttp/vendorhttptest"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/user"
)

func listRows() []matrix.Row {
	return []matrix.Row{
		documented.Row("GET Returns URIs for all agents in the contact center.", returnsURIs),
		documented.Row("GET /users: Permissions: Contact Center Admin, Agent", permissions("GET", "/api/v2/users", "", ann, bob, cas)),
		documented.Row("fields=*: Will return all fields for every user instead of URI", fieldsAll),
		documented.Row("subresources=*: Will return all fields and all subresources (for example, devices, skills) for every user.", subresourcesOfEveryUser),
		observed.Row("URIs are absolute: http://…/api/v2/users/<id>", urisAreAbsolute),
		observed.Row("fields=a,b: only these fields", fieldsByName),
		observed.Row("<fieldName>=<value> is a filter, named exactly as the field", filters),
		assumed.Row("All agents are all users: disabled ones, and those without a role, too", allUsers),
		assumed.Row("Deleted users are not listed", deletedAreNotListed),
		assumed.Row("fields=password is code 3, since the table lets no user read it", fieldsPassword),
		assumed.Row("fields of an unknown name, and a filter of a wrong value, are code 2", fieldsUnknown),
		assumed.Row("A long list is sent a page at a time; one that cannot go on breaks the connection off", longList),
		assumed.Row("More long lists at a time than the server sends: HTTP status 503 with Retry-After, statusCode 4", manyLists),
		assumed.Row("fields and subresources together: those fields, and the subresources", fieldsAndSubresources),
	}
}

// permissions checks who may send a request: those, and of the five who can sign in no others.
func permissions(method, path, body string, may ...user.ID) func(*testing.T) {
	return func(t *testing.T) {
		for _, who := range []user.ID{ann, bob, cas, dan} {
			e := newEnv(t)
			allowed := false
			for _, id := range may {
				allowed = allowed || id == who
			}
			if allowed {
				e.ok(e.as(who, method, path, body))
				continue
			}
			e.unchanged(func() {
				e.refused(e.as(who, method, path, body), http.StatusForbidden, 5, "You do not have permission for this operation.")
			})
		}
	}
}

// newLongList returns an account whose list of users is longer than one piece, and a server that
// sends one such list at a time.
func newLongList(t *testing.T) *env {
	e := newEnv(t)
	news := make([]roster.CreateParams, 1000)
	for i := range news {
		news[i].User.Identity.Login = fmt.Sprint("user-", i)
	}
	if _, err := e.host.CreateMany(t.Context(), news); err != nil {
		t.Fatal(err)
	}
	e.handler = genesys.New(e.dir, genesys.Options{Account: "demo", Options: vendorhttp.Options{MaxLists: 1}})
	return e
}

func listRequest() *http.Request {
	r := request("GET", "/api/v2/users", "")
	r.SetBasicAuth(logins[ann], secret)
	return r
}

func longList(t *testing.T) {
	e := newLongList(t)
	for _, whole := range []bool{false, true} {
		client := vendorhttptest.NewSlowClient()
		var done sync.WaitGroup
		done.Go(func() {
			if broken := client.Serve(e.handler, listRequest()); broken == whole {
				t.Errorf("broken off: %t", broken)
			}
		})
		<-client.Stopped
		if whole {
			client.GoOn()
		} else {
			client.Quit()
		}
		done.Wait()
		var a answer
		err := json.Unmarshal(client.Body.Bytes(), &a)
		if whole != (err == nil) || whole && len(a.URIs) != 1006 {
			t.Errorf("%d URIs, %v", len(a.URIs), err)
		}
	}
}

func manyLists(t *testing.T) {
	e := newLongList(t)
	client := vendorhttptest.NewSlowClient()
	var done sync.WaitGroup
	done.Go(func() { client.Serve(e.handler, listRequest()) })
	<-client.Stopped
	a := e.send(listRequest())
	e.refused(a, http.StatusServiceUnavailable, 4, "Try again later.")
	if got := a.Header.Get("Retry-After"); got != "1" {
		t.Errorf("Retry-After %q", got)
	}
	// A list that reads all pages needs a place, however few users its filter passes.
	e.refused(e.as(ann, "GET", "/api/v2/users?lastName=Nosuch", ""), http.StatusServiceUnavailable, 4, "Try again later.")
	e.ok(e.as(ann, "GET", "/api/v2/users?roles=ROLE_ADMIN", "")) // a short one needs no place
	client.GoOn()
	done.Wait()
	if a := e.ok(e.send(listRequest())); len(a.URIs) != 1006 {
		t.Errorf("%d URIs", len(a.URIs))
	}
}

func returnsURIs(t *testing.T) {
	e := newEnv(t)
	a := e.ok(e.as(bob, "GET", "/api/v2/users", ""))
	var want []string
	for n := ann; n <= fay; n++ {
		want = append(want, "http://example.com"+at(n))
	}
	equal(t, "uris", a.URIs, want)
	if a.Users != nil || !strings.HasPrefix(a.Text, `{"statusCode":0,"uris":["`) {
		t.Error(a.Text)
	}
}

func urisAreAbsolute(t *testing.T) {
	e := newEnv(t)
	r := request("GET", "https://cc.example:8443/api/v2/users", "") // httptest makes it a TLS request
	r.SetBasicAuth("bob", secret)
	if a := e.ok(e.send(r)); a.URIs[0] != "https://cc.example:8443"+at(ann) {
		t.Error(a.URIs[0])
	}
	r = request("GET", "/api/v2/users", "")
	r.Host = `a"<b>`
	r.SetBasicAuth("bob", secret)
	if a := e.ok(e.send(r)); a.URIs[0] != `http://a"<b>`+at(ann) || strings.Contains(a.Text, "<") {
		t.Error(a.Text)
	}
}

// annShown and bobShown are users as all fields show them.
func annShown() person {
	return person{
		"id": id(ann), "userName": "ann@demo.example", "firstName": "Ann", "lastName": "Zwart", "emailAddress": "ann.zwart@mail.example",
		"roles": []any{"ROLE_ADMIN"}, "enabled": true, "doNotDisturb": "Off", "changePasswordOnFirstLogin": false,
		"contactCenterId": "demo", "uri": "http://example.com" + at(ann), "path": "/users/" + id(ann),
	}
}

func bobShown() person {
	return person{
		"id": id(bob), "userName": "bob", "firstName": "Bob", "lastName": "Aal", "emailAddress": "", "roles": []any{"ROLE_AGENT"},
		"enabled": true, "doNotDisturb": "Off", "changePasswordOnFirstLogin": false, "contactCenterId": "demo",
		"uri": "http://example.com" + at(bob), "path": "/users/" + id(bob),
	}
}

func withSubresources(p person) person {
	p["skills"] = []any{
		person{"id": "1", "name": "support", "description": "First line", "level": "0"},
		person{"id": "2", "name": "sales", "level": "3"},
		person{"id": "9", "name": "", "level": "0"},
	}
	p["devices"] = []any{person{
		"id": "00000000-0000-0000-0000-00000000000a", "deviceState": "Active", "phoneNumber": "5001", "vendor": "Polycom",
		"country": person{"name": "Netherlands", "code": "NL"}, "doNotDisturb": "Off",
		"capabilities": []any{"DoNotDisturbOn", "ForwardCallsOn"},
	}}
	return p
}

func fieldsAll(t *testing.T) {
	e := newEnv(t)
	a := e.ok(e.as(ann, "GET", "/api/v2/users?fields=*", ""))
	if len(a.Users) != 6 || a.URIs != nil {
		t.Fatal(a.Text)
	}
	equal(t, "ann", a.Users[0], annShown())
	equal(t, "bob", a.Users[1], bobShown())
	for _, row := range permission.Genesys().Spec().Attributes {
		_, shown := a.Users[0][row.Name]
		readable := row.Access&permission.CanRead != 0 && row.Name != "skills" && row.Name != "devices"
		if shown != readable {
			t.Errorf("%s: shown %t, and its access level is %s", row.Name, shown, row.Access)
		}
	}
}

func subresourcesOfEveryUser(t *testing.T) {
	e := newEnv(t)
	a := e.ok(e.as(bob, "GET", "/api/v2/users?subresources=*", ""))
	if len(a.Users) != 6 {
		t.Fatal(a.Text)
	}
	want := annShown()
	want["skills"], want["devices"] = []any{}, []any{}
	equal(t, "ann", a.Users[0], want)
	equal(t, "bob", a.Users[1], withSubresources(bobShown()))
}

func fieldsByName(t *testing.T) {
	e := newEnv(t)
	a := e.ok(e.as(ann, "GET", "/api/v2/users?fields=userName,roles", ""))
	equal(t, "ann", a.Users[0], person{"userName": "ann@demo.example", "roles": []any{"ROLE_ADMIN"}})
	a = e.ok(e.as(ann, "GET", at(ann)+"?fields=doNotDisturb", ""))
	equal(t, "ann", a.User, person{"doNotDisturb": "Off"})
}

func filters(t *testing.T) {
	e := newEnv(t)
	for query, want := range map[string][]user.ID{
		"userName=bob":                                   {bob},
		"userName=ann%40demo.example":                    {ann},
		"userName=BOB":                                   nil, // the filter's value is the field's
		"userName=nobody":                                nil,
		"userName=%C2%BD%20no%20login":                   nil,
		"firstName=Cas":                                  {cas},
		"lastName=Eik":                                   {eve},
		"emailAddress=ann.zwart%40mail.example":          {ann},
		"roles=ROLE_ADMIN":                               {ann, eve},
		"roles=ROLE_AGENT":                               {bob, cas, eve, fay},
		"enabled=false":                                  {eve},
		"doNotDisturb=On":                                {cas},
		"changePasswordOnFirstLogin=True":                {fay},
		"id=" + id(dan):                                  {dan},
		"id=" + id(hank):                                 nil,
		"path=%2Fusers%2F" + id(dan):                     {dan},
		"contactCenterId=other":                          nil,
		"uri=http%3A%2F%2Fexample.com" + at(eve):         {eve},
		"roles=ROLE_AGENT&enabled=true&doNotDisturb=Off": {bob, fay},
	} {
		a := e.ok(e.as(ann, "GET", "/api/v2/users?"+query, ""))
		var uris []string
		for _, n := range want {
			uris = append(uris, "http://example.com"+at(n))
		}
		if len(uris) != len(a.URIs) || strings.Join(uris, " ") != strings.Join(a.URIs, " ") {
			t.Errorf("%s: %v, want %v", query, a.URIs, want)
		}
	}
	a := e.ok(e.as(ann, "GET", "/api/v2/users?roles=ROLE_ADMIN&fields=firstName", ""))
	equal(t, "with fields", a.Users, []person{{"firstName": "Ann"}, {"firstName": "Eve"}})
}

func allUsers(t *testing.T) {
	e := newEnv(t)
	a := e.ok(e.as(ann, "GET", "/api/v2/users", ""))
	for _, n := range []user.ID{dan, eve} {
		if !strings.Contains(a.Text, id(n)) {
			t.Errorf("%d is not listed", n)
		}
	}
}

func deletedAreNotListed(t *testing.T) {
	e := newEnv(t)
	e.ok(e.as(ann, "DELETE", at(bob), ""))
	if a := e.ok(e.as(ann, "GET", "/api/v2/users", "")); len(a.URIs) != 5 || strings.Contains(a.Text, id(bob)) {
		t.Error(a.Text)
	}
}

func fieldsPassword(t *testing.T) {
	e := newEnv(t)
	for _, path := range []string{"/api/v2/users", at(bob), "/api/v2/me"} {
		e.refused(e.as(ann, "GET", path+"?fields=userName,password", ""), http.StatusBadRequest, 3,
			"This operation is not allowed: 'password' is a write-only property")
	}
	e.refused(e.as(dan, "GET", "/api/v2/users?fields=password", ""), http.StatusForbidden, 5, "You do not have permission for this operation.")
}

func fieldsUnknown(t *testing.T) {
	e := newEnv(t)
	for query, want := range map[string]string{
		"fields=nosuch":        "Parameter 'fields' is not valid: unknown",
		"fields=Id":            "Parameter 'fields' is not valid: unknown; did you mean 'id'?",
		"fields=skills":        "Parameter 'fields' is not valid: unknown", // "subresources=* must be specified"
		"fields=id,":           "Parameter 'fields' is not valid: pattern",
		"subresources=skills":  "Parameter 'subresources' is not valid: it must be *",
		"roles=ROLE_OWNER":     "Parameter 'roles' is not valid: it must be ROLE_ADMIN or ROLE_AGENT",
		"doNotDisturb=on":      "Parameter 'doNotDisturb' is not valid: it must be On or Off",
		"enabled=maybe":        "Parameter 'enabled' is not valid: invalid",
		"username=bob":         "The request is not valid: unknown parameter; did you mean 'userName'?",
		"password=" + secret:   "Parameter 'password' is not valid: unknown parameter",
		"enabled=1&enabled=0":  "Parameter 'enabled' is not valid: duplicate",
		"firstName=" + "%00":   "Parameter 'firstName' is not valid: control character",
		"fields=":              "Required parameter 'fields' is missing",
		"id=7&doNotDisturb=on": "Parameter 'doNotDisturb' is not valid: it must be On or Off; Parameter 'id' is not valid: too short",
	} {
		code := 2
		if strings.HasPrefix(want, "Required") {
			code = 1
		}
		e.refused(e.as(ann, "GET", "/api/v2/users?"+query, ""), http.StatusBadRequest, code, want)
	}
}

func fieldsAndSubresources(t *testing.T) {
	e := newEnv(t)
	all := withSubresources(bobShown())
	for _, query := range []string{"fields=id", "fields=id,skills"} {
		a := e.ok(e.as(ann, "GET", at(bob)+"?subresources=*&"+query, ""))
		equal(t, query, a.User, person{"id": all["id"], "skills": all["skills"], "devices": all["devices"]})
	}
}
