package voximplant_test

import (
	"net/http/httptest"
	"testing"

	"github.com/ca74b63c/roster/examples/vendorhttp/matrix"
)

func authRows() []matrix.Row {
	return []matrix.Row{
		observed.Row("account_id, account_name or account_email with api_key", keyOfAnAccount),
		observed.Row("no, a wrong or another account's key is 100", wrongKeys),
		assumed.Row("account_password and session_id are not taken: 492", noPasswordsNorSessions),
		assumed.Row("two of account_id, account_name, account_email are 458", oneAccount),
		observed.Row("Authorization: Bearer with a service account's RS256 token: header kid, claims iss (a number), iat, exp", tokenOfAServiceAccount),
		assumed.Row("a token whose nbf is in the future is 455; crit, and times that are none, are 447", tokenErrors),
		observed.Row("the client for Java: a form, and a token whose iss is a text", clientForJava),
		observed.Row("the client for .NET: parts, a token whose iss is a text, nbf, and an hour's life", clientForDotNet),
		observed.Row("the client for Go up to 1.14: a form without a content type", clientForGo114),
		documented.Row("To call this method, make sure your service account has one of the following roles", rolesOfAServiceAccount),
		observed.Row("token errors: 447 format, 454 longer than an hour, 455 issued in the future, 456 expired, 100 wrong key or signature", tokenErrors),
		assumed.Row("a token and an api_key together are 458; another account's token is 100", tokenAndKeyTogether),
		assumed.Row("a key acts as a user of the directory with the roles of the user; a disabled or deleted user may do nothing (104)", keyOfADisabledUser),
		documented.Row("one account never sees another's users", accountsAreApart),
	}
}

// bare calls GetUsers with nothing added.
func (e *env) bare(query string) reply {
	e.t.Helper()
	return e.send(httptest.NewRequest("GET", "/platform_api/GetUsers?"+query, nil))
}

func keyOfAnAccount(t *testing.T) {
	e := newEnv(t)
	for _, account := range []string{"account_id=1", "account_name=demo", "account_email=owner@demo.example", "account_id=0&account_name=demo&account_email="} {
		e.ok(e.bare(account + "&api_key=key-owner"))
	}
}

func wrongKeys(t *testing.T) {
	e := newEnv(t)
	for _, query := range []string{
		"", "account_id=1", "api_key=key-owner", "account_id=1&api_key=", "account_id=1&api_key=key", "account_id=1&api_key=key-owner%20",
		"account_id=1&api_key=key-other", "account_id=2&api_key=key-owner", "account_id=9&api_key=key-owner",
		"account_id=1&api_key=key-omnidesk", "account_name=nobody&api_key=key-owner", "account_id=0&api_key=key-owner",
	} {
		e.refused(e.bare(query), 100, "")
	}
	e.refused(e.bare("account_id=x&api_key=key-owner"), 115, "account_id")
}

func noPasswordsNorSessions(t *testing.T) {
	e := newEnv(t)
	e.refused(e.bare("account_id=1&account_password=Demo-Passw0rd!"), 492, "account_password")
	e.refused(e.bare("account_id=1&api_key=key-owner&session_id=x"), 492, "session_id")
}

func oneAccount(t *testing.T) {
	e := newEnv(t)
	for _, two := range []string{"account_id=1&account_name=demo", "account_id=1&account_email=a", "account_name=demo&account_email=a"} {
		e.refused(e.bare(two+"&api_key=key-owner"), 458, "account_id, account_name, account_email")
	}
}

func keyOfADisabledUser(t *testing.T) {
	e := newEnv(t)
	if _, err := e.host.Disable(t.Context(), 100); err != nil {
		t.Fatal(err)
	}
	e.refused(e.call("GetUsers", ""), 104, "")
	e.refused(e.call("AddUser", newUser), 104, "")
}

func accountsAreApart(t *testing.T) {
	e := newEnv(t)
	const theirs = "account_id=2&api_key=key-other"
	if r := e.ok(e.bare(theirs)); names(r.users) != "boss" || r.Total != 1 {
		t.Errorf("%q", names(r.users))
	}
	e.refused(e.send(httptest.NewRequest("GET", "/platform_api/DelUser?user_id=55&"+theirs, nil)), 117, "user_id")
	e.refused(e.send(httptest.NewRequest("GET", "/platform_api/AddUser?"+newUser[len("application_id=1&"):]+"&application_name=myapp&"+theirs, nil)), 107, "application_name")
	e.user(55)
}
