package genesys_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/examples/genesys"
	"github.com/ca74b63c/roster/examples/vendorhttp"
	"github.com/ca74b63c/roster/examples/vendorhttp/matrix"
	"github.com/ca74b63c/roster/examples/vendorhttp/vendorhttptest"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/user"
)

func authRows() []matrix.Row {
	return []matrix.Row{
		observed.Row("HTTP Basic, with the userName and the password of a user", basic),
		observed.Row("Who is not authenticated gets statusCode 20, with HTTP status 401 and WWW-Authenticate: Basic", notAuthenticated),
		observed.Row("The headers X-CSRF-Token and X-Support-CSRFP are optional", csrf),
		assumed.Row("A disabled user is answered as one with a wrong password", disabledUser),
		assumed.Row("A login is found in any case", loginInAnyCase),
		assumed.Row("A request that names no contact center is about the one of the options", contactCenterOfOptions),
		assumed.Row("A user of one contact center never reaches another's users", accountsAreApart),
		assumed.Row("A flood of passwords is answered with HTTP status 503 and Retry-After, statusCode 4", busyHasher),
		assumed.Row("Nothing of a password is kept from one request to the next", nothingIsKept),
		assumed.Row("A request whose password is changed before its body came changes nothing", passwordChangesBeforeTheBody),
	}
}

func basic(t *testing.T) {
	e := newEnv(t)
	r := request("GET", "/api/v2/me", "")
	r.Header.Set("Authorization", "Basic Ym9iOkRlbW8tUGFzc3cwcmQh") // bob:Demo-Passw0rd!
	if a := e.ok(e.send(r)); a.User["userName"] != "bob" {
		t.Error(a.Text)
	}
}

// strangers are the requests without the credentials of a user of the account.
var strangers = map[string]func(*http.Request){
	"no credentials":               func(*http.Request) {},
	"unknown login":                func(r *http.Request) { r.SetBasicAuth("zoe", secret) },
	"wrong password":               func(r *http.Request) { r.SetBasicAuth("bob", "wrong") },
	"no password":                  func(r *http.Request) { r.SetBasicAuth("bob", "") },
	"no login":                     func(r *http.Request) { r.SetBasicAuth("", secret) },
	"no text":                      func(r *http.Request) { r.SetBasicAuth("bob\xff", "\xff\x00") },
	"long":                         func(r *http.Request) { r.SetBasicAuth(strings.Repeat("b", 1<<16), strings.Repeat("p", 1<<16)) },
	"not base64":                   func(r *http.Request) { r.Header.Set("Authorization", "Basic ???") },
	"a token":                      func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+secret) },
	"of another account":           func(r *http.Request) { r.SetBasicAuth("boss", "Other-Passw0rd!") },
	"a login of another account":   func(r *http.Request) { r.SetBasicAuth("gus", secret) },
	"a password in another's name": func(r *http.Request) { r.SetBasicAuth("boss", secret) },
}

func notAuthenticated(t *testing.T) {
	e := newEnv(t)
	for name, login := range strangers {
		for _, path := range []string{"/api/v2/users", at(bob), at(hank), "/api/v2/me"} {
			r := request("GET", path, "")
			login(r)
			a := e.send(r)
			e.refused(a, http.StatusUnauthorized, 20, "Access denied")
			if got := a.Header.Get("WWW-Authenticate"); !strings.HasPrefix(got, "Basic realm=") {
				t.Errorf("%s: WWW-Authenticate %q", name, got)
			}
		}
	}
}

func csrf(t *testing.T) {
	e := newEnv(t)
	r := request("PUT", at(bob), `{"firstName":"Rob"}`)
	r.SetBasicAuth("bob", secret)
	r.Header.Set("X-CSRF-Token", "1")
	r.Header.Set("X-Support-CSRFP", "true")
	e.ok(e.send(r))
}

func disabledUser(t *testing.T) {
	e := newEnv(t)
	e.refused(e.as(eve, "GET", "/api/v2/users", ""), http.StatusUnauthorized, 20, "Access denied")
}

func loginInAnyCase(t *testing.T) {
	e := newEnv(t)
	r := request("GET", "/api/v2/me", "")
	r.SetBasicAuth("BOB", secret)
	if a := e.ok(e.send(r)); a.User["userName"] != "bob" {
		t.Error(a.Text)
	}
}

func contactCenterOfOptions(t *testing.T) {
	e := newEnv(t)
	byHost := genesys.New(e.dir, genesys.Options{AccountOf: func(r *http.Request) user.AccountID {
		return user.AccountID(strings.TrimSuffix(r.Host, ".example"))
	}})
	for host, want := range map[string]int{
		"demo.example": http.StatusOK, "other.example": http.StatusUnauthorized, "none.example": http.StatusUnauthorized,
		".example": http.StatusUnauthorized, "not an account": http.StatusUnauthorized,
	} {
		r := request("GET", "/api/v2/me", "")
		r.Host = host
		r.SetBasicAuth("bob", secret)
		w := httptest.NewRecorder()
		byHost.ServeHTTP(w, r)
		if a := decode(t, w); a.HTTP != want {
			t.Errorf("%s: %d %s", host, a.HTTP, a.Text)
		}
	}
}

// gus is user 7 of the other account; in demo no user has that number.
func accountsAreApart(t *testing.T) {
	e := newEnv(t)
	const gus = user.ID(7)
	e.unchanged(func() {
		e.refused(e.as(ann, "GET", at(gus), ""), http.StatusNotFound, 6, "User not found")
		e.refused(e.as(ann, "PUT", at(gus), `{"firstName":"X"}`), http.StatusNotFound, 6, "User not found")
		e.refused(e.as(ann, "DELETE", at(gus), ""), http.StatusNotFound, 6, "User not found")
	})
	if a := e.ok(e.as(ann, "GET", "/api/v2/users", "")); strings.Contains(a.Text, id(gus)) || len(a.URIs) != 6 {
		t.Error(a.Text)
	}
	if u, err := e.dir.As("other", roster.SystemActor()).Get(context.Background(), gus); err != nil || u.Names.First != "Gus" {
		t.Errorf("%v %v", u.Names, err)
	}
}

func busyHasher(t *testing.T) {
	store := memstore.New()
	defer store.Close()
	if _, err := vendorhttp.Seed(context.Background(), roster.New(store, roster.WithHasher(vendorhttptest.Hasher{})), seed()); err != nil {
		t.Fatal(err)
	}
	e := &env{TB: t}
	e.handler = genesys.New(roster.New(store, roster.WithHasher(vendorhttptest.Busy{})), genesys.Options{Account: "demo"})
	for _, login := range []string{"bob", "unknown"} {
		r := request("GET", "/api/v2/me", "")
		r.SetBasicAuth(login, secret)
		a := e.send(r)
		e.refused(a, http.StatusServiceUnavailable, 4, "Try again later.")
		if got := a.Header.Get("Retry-After"); got != "1" || a.Header.Get("WWW-Authenticate") != "" {
			t.Errorf("Retry-After %q, %v", got, a.Header)
		}
	}
}

func nothingIsKept(t *testing.T) {
	e := newEnv(t)
	e.ok(e.as(bob, "GET", "/api/v2/me", ""))
	e.ok(e.as(ann, "PUT", at(bob), `{"password":"Bobs-Passw0rd!"}`))
	e.refused(e.as(bob, "GET", "/api/v2/me", ""), http.StatusUnauthorized, 20, "Access denied")
	if _, err := e.host.Disable(context.Background(), bob); err != nil {
		t.Fatal(err)
	}
	r := request("GET", "/api/v2/me", "")
	r.SetBasicAuth("bob", "Bobs-Passw0rd!")
	e.refused(e.send(r), http.StatusUnauthorized, 20, "Access denied")
}

// lateBody is a body before which something happens.
type lateBody struct {
	*strings.Reader
	before func()
}

func (b lateBody) Read(p []byte) (int, error) {
	b.before()
	return b.Reader.Read(p)
}

func (lateBody) Close() error { return nil }

func passwordChangesBeforeTheBody(t *testing.T) {
	e := newEnv(t)
	r := request("PUT", at(bob), `{"firstName":"Rob"}`)
	r.SetBasicAuth("bob", secret)
	r.Body = lateBody{strings.NewReader(`{"firstName":"Rob"}`), sync.OnceFunc(func() {
		if _, err := e.host.ResetPassword(t.Context(), bob, roster.PasswordChange{New: roster.PasswordOf("Another-Passw0rd!")}); err != nil {
			t.Error(err)
		}
	})}
	if a := e.send(r); a.HTTP == http.StatusOK {
		t.Errorf("answered %s", a.Text)
	}
	if u, err := e.host.Get(t.Context(), bob); err != nil || u.Names.First == "Rob" {
		t.Errorf("%s, %v", u.Names.First, err)
	}
}
