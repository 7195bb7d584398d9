package omnidesk_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/examples/omnidesk"
	"github.com/ca74b63c/roster/examples/vendorhttp"
	"github.com/ca74b63c/roster/examples/vendorhttp/vendorhttptest"
	"github.com/ca74b63c/roster/user"
)

// Faults are answered in the vendor's form.
func TestFaults(t *testing.T) {
	e := newEnvWith(t, omnidesk.Options{Options: vendorhttp.Options{Faults: vendorhttp.HeaderFaults}})
	for fault, status := range map[string]int{
		"status=503": 503, "rate-limit": 429, "stale": 412, "locked": 409, "unknown-outcome": 500, "internal": 500,
		"insufficient": 409,
	} {
		r := request("GET", "", "")
		r.Header.Set(vendorhttp.FaultHeader, fault)
		a := e.send(r)
		e.refused(a, status)
		if status == http.StatusTooManyRequests && a.Header.Get("Retry-After") != "1" {
			t.Errorf("Retry-After %q", a.Header.Get("Retry-After"))
		}
	}
}

// TestEveryCodeHasASentence: two codes never get the same one.
func TestEveryCodeHasASentence(t *testing.T) {
	var code roster.Code
	e := newEnvWith(t, omnidesk.Options{Options: vendorhttp.Options{Faults: func(*http.Request) vendorhttp.Fault {
		return vendorhttp.Fault{Failure: &vendorhttp.Failure{Code: code}}
	}}})
	seen := map[string]bool{}
	for code = roster.CodeInternal; code <= vendorhttp.CodeRateLimited; code++ {
		if code == roster.CodeCanceled+1 {
			code = vendorhttp.CodeMalformed
		}
		a := e.send(httptest.NewRequest("GET", omnidesk.Base, nil))
		if a.Message == "" || seen[a.Message] || a.Code < 400 {
			t.Errorf("code %s: %s", vendorhttp.NameOf(code), a.Text)
		}
		seen[a.Message] = true
	}
}

// TestNothingSecretInAnswersAndLogs: passwords, hashes and keys are in none, whatever is called.
func TestNothingSecretInAnswersAndLogs(t *testing.T) {
	var log []vendorhttp.Entry
	e := newEnvWith(t, omnidesk.Options{Options: vendorhttp.Options{Log: func(entry vendorhttp.Entry) { log = append(log, entry) }}})
	const secret = "Demo-Passw0rd!"
	if _, err := e.host.ResetPassword(context.Background(), 2, roster.PasswordChange{New: roster.PasswordOf(secret)}); err != nil {
		t.Fatal(err)
	}
	hash, _ := vendorhttptest.Hasher{}.Hash(context.Background(), secret)
	check := func(where, text string) {
		for _, s := range []string{"YOUR_API_KEY", "key-read", secret, hash, "$test$"} {
			if strings.Contains(text, s) {
				t.Errorf("%s shows %q: %s", where, s, text)
			}
		}
	}
	for _, c := range calls {
		check("the answer", e.call(c.method, c.path, c.good()).Text)
		check("the refusal", e.as("key-read", c.method, c.path, c.good()).Text)
		r := httptest.NewRequest(c.method, omnidesk.Base+c.path+"?apiKey=YOUR_API_KEY&password="+secret, nil)
		check("the problem", e.send(r).Text)
	}
	if len(log) != 3*len(calls) {
		t.Errorf("%d entries", len(log))
	}
	for _, entry := range log {
		check("the log", entry.Query+" "+entry.Body+" "+strings.Join(entry.Header.Values("apiKey"), " "))
	}
}

// TestCrossVendor: what another system set, this one shows and locks.
func TestCrossVendor(t *testing.T) {
	e := newEnv(t)
	u := user.User{Identity: user.Identity{Login: "unique@gmail.com"}, Capacity: user.Capacity{MaxChats: 4},
		Names: user.Names{Display: "agent1"}}
	r, err := e.host.Create(context.Background(), roster.CreateParams{User: u})
	if err != nil {
		t.Fatal(err)
	}
	if a := e.call("GET", "", "query=agent1"); len(a.Items) != 1 || a.Items[0]["name"] != "unique@gmail.com" {
		t.Error(a.Text)
	}
	e.done(e.call("POST", "/statusLock", "status=8&userID="+r.User.ID.String()))
	if got := e.user(r.User.ID).Presence; !got.Status.DoNotDisturb() {
		t.Errorf("%+v", got)
	}
}
