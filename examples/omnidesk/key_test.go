package omnidesk_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/ca74b63c/roster/examples/omnidesk"
)

func keyInHeader(t *testing.T) {
	e := newEnv(t)
	for _, name := range []string{"apiKey", "apikey", "APIKEY"} {
		r := httptest.NewRequest("GET", omnidesk.Base, nil)
		r.Header.Set(name, "YOUR_API_KEY")
		e.ok(e.send(r), "list")
	}
}

func keyInQuery(t *testing.T) {
	e := newEnv(t)
	e.ok(e.send(httptest.NewRequest("GET", omnidesk.Base+"?apiKey=YOUR_API_KEY&itemLimit=1", nil)), "list")
	r := httptest.NewRequest("PUT", omnidesk.Base+"/maxChats?apiKey=YOUR_API_KEY",
		strings.NewReader("userID=2&maxChats=9"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	e.done(e.send(r))
	e.refused(e.send(httptest.NewRequest("GET", omnidesk.Base+"?apiKey=wrong", nil)), http.StatusUnauthorized)
	e.refused(e.send(httptest.NewRequest("GET", omnidesk.Base+"?apiKey=", nil)), http.StatusUnauthorized)
}

func keyInAuthorization(t *testing.T) {
	e := newEnv(t)
	r := httptest.NewRequest("GET", omnidesk.Base, nil)
	r.Header.Set("Authorization", "apikey YOUR_API_KEY")
	e.ok(e.send(r), "list")
	r.Header.Set("Authorization", "Bearer YOUR_API_KEY")
	e.refused(e.send(r), http.StatusUnauthorized)
}

func keyTwice(t *testing.T) {
	e := newEnv(t)
	r := httptest.NewRequest("GET", omnidesk.Base+"?apiKey=YOUR_API_KEY", nil)
	r.Header.Set("apiKey", "YOUR_API_KEY")
	e.ok(e.send(r), "list")
	r.Header.Set("apiKey", "key-read")
	e.refused(e.send(r), http.StatusUnauthorized)
	r = httptest.NewRequest("GET", omnidesk.Base, nil)
	r.Header["Apikey"] = []string{"YOUR_API_KEY", "key-read"}
	e.refused(e.send(r), http.StatusUnauthorized)
	r.Header.Set("apiKey", "YOUR_API_KEY")
	r.Header.Set("Authorization", "apikey key-read")
	e.refused(e.send(r), http.StatusUnauthorized)
	twice := httptest.NewRequest("GET", omnidesk.Base+"?apiKey=YOUR_API_KEY&apiKey=YOUR_API_KEY", nil)
	e.refused(e.send(twice), 400, "apiKey:duplicate")
	inBody := request("PUT", "/maxChats", "userID=2&maxChats=9&apiKey=YOUR_API_KEY")
	e.refused(e.send(inBody), 400, "apiKey:unknown_parameter")
}

func badKeyIs401(t *testing.T) {
	e := newEnv(t)
	for _, key := range []string{"", "wrong", "key-voximplant"} {
		a := e.as(key, "GET", "", "")
		e.refused(a, http.StatusUnauthorized)
		if a.Header.Get("WWW-Authenticate") == "" {
			t.Error("no header WWW-Authenticate")
		}
	}
}

func missingPermissionIs403(t *testing.T) {
	e := newEnv(t)
	a := e.as("key-read", "PUT", "/maxChats", "userID=2&maxChats=1")
	e.refused(a, http.StatusForbidden)
	if !strings.Contains(a.Message, "USER_CUD") {
		t.Errorf("it does not say what it takes: %s", a.Text)
	}
	equal(t, "the whole answer", a.Text, `{"status":"error","message":"The API key lacks the permission: it takes permission USER_CUD.","errors":[]}`)
	for _, id := range []string{"2", "99"} {
		e.refused(e.as("key-none", "GET", "/settings", "userID="+id), http.StatusForbidden)
	}
	e.refused(e.as("key-cas", "GET", "", ""), http.StatusForbidden) // its user is disabled
}

// A key may act as no user: then a call must name its user.
func keyOfNoUser(t *testing.T) {
	e := newEnv(t)
	e.ok(e.as("key-nobody", "GET", "", ""), "list")
	e.ok(e.as("key-nobody", "GET", "/settings", "userID=2"), "item")
	e.refused(e.as("key-nobody", "GET", "/settings", ""), 400, "userID:required")
	e.refused(e.as("key-nobody", "PUT", "/maxChats", "userID=UID&maxChats=1"), 400, "userID:required")
	e.refused(e.as("key-nobody", "PUT", "/UID", "firstname=Jan"), 400, "id:required")
}

// accountsAreApart makes every call with the key of another account, about users of acme.
func accountsAreApart(t *testing.T) {
	for _, c := range calls {
		e := newEnv(t)
		before := e.revision()
		a := e.as("key-other", c.method, c.path, c.good())
		for _, secret := range []string{"ann", "de Vries", "boss", "dirk", "tickets", "acme"} {
			if strings.Contains(a.Text, secret) && !strings.Contains(c.good(), secret) {
				t.Errorf("%s %s shows %q: %s", c.method, c.path, secret, a.Text)
			}
		}
		if e.revision() != before {
			t.Errorf("%s %s changed the other account", c.method, c.path)
		}
		for _, f := range c.fields {
			if (f.Name == "userID" || f.Name == "id") && a.Code != http.StatusNotFound {
				t.Errorf("%s %s: %d %s", c.method, c.path, a.Code, a.Text)
			}
		}
	}
}
