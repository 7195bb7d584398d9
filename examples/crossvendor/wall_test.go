package crossvendor_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/ca74b63c/roster/examples/vendorhttp"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/user"
)

// stranger is a user of the account south.
const stranger user.ID = 102

// wall is a call of an endpoint by a user of the account north about the stranger.
type wall struct {
	operation string // as the policy names it
	call      call
	code      string // the vendor's for a user that does not exist; "" for a call that names no user
}

// walls has every endpoint of the four vendors, and those twice that name users in two ways.
func walls() []wall {
	const users = "/api/account/{accountId}/configuration/le-users/users"
	const newcomer = "firstname=Jan&lastname=Jansen&name=agent-south&email=jan@south.example&telephone_number=%2B31612345678"
	const kpi = "userID=102&statistic=text"
	another := `{"firstName":"Jan","lastName":"Jansen","userName":"admin@south.example","password":"` + secret + `","roles":["ROLE_AGENT"]}`
	change := `{"newPassword":"n","confirmPassword":"n","oldPassword":"` + secret + `"}`
	strange := entity("id", "102", "loginName", `"agent-south"`, "passwordSh", "null", "pid", `"pid-south"`)
	return []wall{
		{"GET /api/v2/user", desk("GET ", "query=agent@south.example"), ""},
		{"GET /api/v2/user", desk("GET ", "itemLimit=999"), ""},
		{"GET /api/v2/user/settings", desk("GET /settings", "userID=102"), "404"},
		{"GET /api/v2/user/getUserViews", desk("GET /getUserViews", "userID=102"), "404"},
		{"POST /api/v2/user", desk("POST ", newcomer), ""},
		{"PUT /api/v2/user/{id}", desk("PUT /102", "firstname=Jan"), "404"},
		{"PUT /api/v2/user/updateUserView", desk("PUT /updateUserView", "userID=102&viewID=1&newValue=1"), "404"},
		{"PUT /api/v2/user/maxChats", desk("PUT /maxChats", "userID=102&maxChats=1"), "404"},
		{"PUT /api/v2/user/chatSoundNewMessage", desk("PUT /chatSoundNewMessage", "userID=102&state=1"), "404"},
		{"PUT /api/v2/user/notifyOnTicketAssignment", desk("PUT /notifyOnTicketAssignment", "userID=102&state=1"), "404"},
		{"POST /api/v2/user/userStatistic", desk("POST /userStatistic", kpi), "404"},
		{"DELETE /api/v2/user/userStatistic", desk("DELETE /userStatistic", kpi), "404"},
		{"PUT /api/v2/user/watch", desk("PUT /watch", kpi+"&watchToggle=watch"), "404"},
		{"POST /api/v2/user/refreshTab", desk("POST /refreshTab", "tabID=text"), ""},
		{"POST /api/v2/user/updateStatus", desk("POST /updateStatus", "userID=102&statusID=2"), "404"},
		{"POST /api/v2/user/updateStatus", desk("POST /updateStatus", "userEmailAddress=agent@south.example&statusID=2"), "404"},
		{"PUT /api/v2/user/ticketIncognitoMode", desk("PUT /ticketIncognitoMode", "userID=102&state=1"), "404"},
		{"PUT /api/v2/user/callsAutoAnswer", desk("PUT /callsAutoAnswer", "userID=102&state=1"), "404"},
		{"POST /api/v2/user/userCampaignState", desk("POST /userCampaignState", "userID=102&campaign=text&state=1"), "404"},
		{"POST /api/v2/user/statusLock", desk("POST /statusLock", "userID=102&status=1"), "404"},
		{"POST /api/v2/user/statusLockDelete", desk("POST /statusLockDelete", "userID=102"), "404"},
		{"PUT /api/v2/user/usernameUpdate", desk("PUT /usernameUpdate", "id=102&username=jan"), "404"},
		{"PUT /api/v2/user/firstnameUpdate", desk("PUT /firstnameUpdate", "id=102&firstname=Jan"), "404"},
		{"PUT /api/v2/user/lastnameUpdate", desk("PUT /lastnameUpdate", "id=102&lastname=Jansen"), "404"},
		{"POST /api/v2/user/reserveUserForLiveChannel", desk("POST /reserveUserForLiveChannel", "userID=102&channel=text"), "404"},
		{"POST /api/v2/user/reserveUserForLiveChannel", desk("POST /reserveUserForLiveChannel", "userID=102&channel=text&state=0"), "404"},

		{"GET /api/v2/users", call{vendor: vendorhttp.Genesys, method: "GET", query: "fields=*"}, ""},
		{"GET /api/v2/users", call{vendor: vendorhttp.Genesys, method: "GET", query: "fields=*&userName=admin@south.example"}, ""},
		{"POST /api/v2/users", cloud("POST", 0, another), ""},
		{"GET /api/v2/users/{id}", cloud("GET", stranger, ""), "6"},
		{"POST /api/v2/users/{id}", cloud("POST", stranger, `{"firstName":"Jan"}`), "6"},
		{"PUT /api/v2/users/{id}", cloud("PUT", stranger, `{"firstName":"Jan"}`), "6"},
		{"DELETE /api/v2/users/{id}", cloud("DELETE", stranger, ""), "6"},

		{"GET " + users, person("GET", "", ""), ""},
		{"GET " + users + "/{userId}", person("GET", "/102", ""), "404"},
		{"GET " + users + "/{userId}", person("GET", "/pid/pid-south", ""), "404"},
		{"POST " + users, person("POST", "", entity("email", `"b@south.example"`)), ""},
		{"PUT " + users, person("PUT", "", "["+strange+"]"), "404"},
		{"PUT " + users + "/{userId}", person("PUT", "/102", strange), "404"},
		{"DELETE " + users, person("DELETE", "", `["102"]`), "404"},
		{"DELETE " + users + "/{userId}", person("DELETE", "/102", ""), "404"},
		{"PUT " + users + "/{userId}/changePassword", person("PUT", "/102/changePassword", change), "404"},
		{"PUT " + users + "/{userId}/resetPassword", person("PUT", "/102/resetPassword", `{"newPassword":"n"}`), "404"},

		{"AddUser", platform("AddUser", strings.Replace(newKim, "user_name=kim", "user_name=agent-south2", 1)), ""},
		{"DelUser", platform("DelUser", "user_id=102"), "117"},
		{"DelUser", platform("DelUser", "application_id=1&user_name=agent-south"), "496"},
		{"GetUsers", platform("GetUsers", "user_id=102"), ""},
		{"GetUsers", platform("GetUsers", "count=1000"), ""},
		{"SetUserInfo", platform("SetUserInfo", "user_id=102&user_display_name=Jan"), "117"},
		{"SetUserInfo", platform("SetUserInfo", "application_id=1&user_name=agent-south&user_display_name=Jan"), "496"},
		{"TransferMoneyToUser", platform("TransferMoneyToUser", "user_id=102&amount=1"), "117"},
		{"TransferMoneyToUser", platform("TransferMoneyToUser", "user_id=2;102&amount=1"), "117"},
		{"TransferMoneyToUser", platform("TransferMoneyToUser", "application_id=1&user_name=agent-south&amount=1"), "496"},
		{"TransferMoneyToUser", platform("TransferMoneyToUser", "user_id=all&amount=1"), ""},
		{"DelUser", platform("DelUser", "user_id=all&application_id=1"), ""}, // last: it leaves the administrator alone
	}
}

// TestWallsAreComplete: a vendor's endpoint that this file forgot fails here.
func TestWallsAreComplete(t *testing.T) {
	have := map[string]bool{}
	for _, w := range walls() {
		have[w.operation] = true
	}
	count := 0
	for _, p := range []*permission.Policy{
		permission.Omnidesk(), permission.Genesys(), permission.LivePerson(), permission.Voximplant(),
	} {
		for o := range p.Operations() {
			count++
			if !have[o.Name] {
				t.Errorf("%s has no wall", o.Name)
			}
		}
	}
	if count != len(have) {
		t.Errorf("%d operations, %d of them have walls", count, len(have))
	}
}

// TestNoCallReachesAnotherAccount: the key, the token and the password of the administrator of
// north, at each endpoint, about the users of south.
func TestNoCallReachesAnotherAccount(t *testing.T) {
	e := newEnv(t)
	before := e.state(south)
	for _, w := range walls() {
		revision := e.state(north)
		r := e.do(w.call)
		if strings.Contains(r.text, "Agent of south") || strings.Contains(r.text, `:102,`) {
			t.Errorf("%s shows the stranger: %s", w.call, r)
		}
		switch {
		case w.code == "" && r.refused():
			t.Errorf("%s: %s", w.call, r)
		case w.code != "" && (!r.refused() || r.code() != w.code):
			t.Errorf("%s, want %s: %s", w.call, w.code, r)
		case w.code != "" && e.state(north) != revision:
			t.Errorf("%s was refused and changed something", w.call)
		}
		if e.state(south) != before {
			t.Fatalf("%s reached the other account", w.call)
		}
	}
}

// TestNoKeyOpensAnotherAccount: the same credentials, at each endpoint, with the other account's
// name in the path, the query or the header, as far as the vendor has a name for it.
func TestNoKeyOpensAnotherAccount(t *testing.T) {
	e := newEnv(t)
	before := e.state(south)
	closed := map[vendorhttp.Vendor]string{vendorhttp.Genesys: "20", vendorhttp.LivePerson: "401", vendorhttp.Voximplant: "100"}
	intruder := e.north
	intruder.at = south
	calls := 0
	for _, w := range walls() {
		code, ok := closed[w.call.vendor]
		if !ok {
			continue // Omnidesk's key names the account
		}
		calls++
		r, err := intruder.send(w.call)
		e.ok(err)
		if !r.refused() || r.code() != code {
			t.Errorf("%s at south, want %s: %s", w.call, code, r)
		}
		if w.call.vendor != vendorhttp.Voximplant && r.status != http.StatusUnauthorized {
			t.Errorf("%s at south: %s", w.call, r)
		}
	}
	if calls < 20 || e.state(south) != before {
		t.Errorf("%d calls; the other account is %v, was %v", calls, e.state(south), before)
	}
}

// TestNoKeyOpensAnotherAPI: a vendor's key is good at that vendor alone.
func TestNoKeyOpensAnotherAPI(t *testing.T) {
	e := newEnv(t)
	for vendor, what := range map[vendorhttp.Vendor]call{
		vendorhttp.Omnidesk: desk("GET ", ""), vendorhttp.LivePerson: person("GET", "", ""), vendorhttp.Voximplant: platform("GetUsers", ""),
		vendorhttp.Genesys: cloud("GET", 0, ""),
	} {
		for _, other := range []vendorhttp.Vendor{vendorhttp.Omnidesk, vendorhttp.LivePerson, vendorhttp.Voximplant, vendorhttp.Genesys} {
			r, err := e.north.request(what)
			e.ok(err)
			key := north.key(other)
			switch vendor {
			case vendorhttp.Omnidesk:
				r.Header.Set("apiKey", key)
			case vendorhttp.LivePerson:
				r.Header.Set("Authorization", "Bearer "+key)
			case vendorhttp.Voximplant:
				r.URL.RawQuery = "account_id=1&api_key=" + key
			case vendorhttp.Genesys:
				r.SetBasicAuth(north.admin(), key) // no key is a password
			}
			answer, err := e.north.do(r, vendor)
			e.ok(err)
			if opens := vendor == other && vendor != vendorhttp.Genesys; answer.refused() == opens {
				t.Errorf("%s's key at %s: %s", other, vendor, answer)
			}
		}
	}
}

// state is what an account has come to: its revision and its money.
func (e *env) state(a tenant) string {
	e.t.Helper()
	revision, err := e.host(a).Revision(e.ctx)
	e.ok(err)
	m, err := e.host(a).Balance(e.ctx)
	e.ok(err)
	return fmt.Sprint(revision, " ", m)
}
