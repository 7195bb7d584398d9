package omnidesk_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/ca74b63c/roster/examples/omnidesk"
	"github.com/ca74b63c/roster/examples/vendorhttp"
	"github.com/ca74b63c/roster/examples/vendorhttp/vendorhttptest"
	"github.com/ca74b63c/roster/permission"
)

// apiCall is an endpoint with parameters with which it succeeds in a new env, and the key that it
// takes.
type apiCall struct {
	method, path string
	key          string
	fields       []vendorhttptest.Field
	methods      []string // of the path, if there are more
}

func (c apiCall) good() string {
	base := ""
	for _, f := range c.fields {
		if f.Good != "" {
			base = params(base, f.Name, f.Good)
		}
	}
	return base
}

var (
	aUser   = vendorhttptest.Field{Name: "userID", Good: "2", WrongType: "x"}
	anID    = vendorhttptest.Field{Name: "id", Good: "2", WrongType: "x", Required: true}
	aState  = vendorhttptest.Field{Name: "state", Good: "1", WrongType: "maybe", Required: true}
	someKPI = []vendorhttptest.Field{aUser, required("statistic", "text"), optional("statisticOption"),
		optional("statisticSecondaryOption")}
)

func required(name, good string) vendorhttptest.Field {
	return vendorhttptest.Field{Name: name, Good: good, Required: true, JSONText: true}
}

func optional(name string) vendorhttptest.Field {
	return vendorhttptest.Field{Name: name, EmptyIsAbsent: true}
}

func number(name, good string) vendorhttptest.Field {
	return vendorhttptest.Field{Name: name, Good: good, WrongType: "x"}
}

// maybeEmpty is a field of PUT /user/{id}, which empties what it is given empty.
func maybeEmpty(name, good string) vendorhttptest.Field {
	return vendorhttptest.Field{Name: name, Good: good, JSONText: true, EmptyIsAbsent: true}
}

func must(f vendorhttptest.Field) vendorhttptest.Field {
	f.Required = true
	return f
}

// calls is the vendor's list, in its order.
var calls = []apiCall{
	{"GET", "", "key-read", []vendorhttptest.Field{
		optional("query"), number("itemStart", "0"), number("itemLimit", "15"),
		{Name: "activeOnly", Good: "false", WrongType: "maybe"},
		{Name: "extended", Good: "true", WrongType: "maybe"},
	}, []string{"GET", "POST"}},
	{"GET", "/settings", "key-read", []vendorhttptest.Field{aUser}, nil},
	{"GET", "/getUserViews", "key-cud", []vendorhttptest.Field{
		aUser, optional("query"), number("itemStart", "0"), number("itemLimit", "15"),
	}, nil},
	{"POST", "", "key-cud", []vendorhttptest.Field{
		required("firstname", "Jan"), required("lastname", "Jansen"), required("name", "jan"),
		required("email", "jan@acme.example"),
		required("telephone_number", "+31612345678"), {Name: "language", Good: "nl", JSONText: true},
		{Name: "dateFormat", Good: "iso", JSONText: true},
		{Name: "groups", Good: "[1]", WrongType: "x", EmptyIsAbsent: true},
		{Name: "sendActivationMail", Good: "true", WrongType: "maybe"},
	}, []string{"GET", "POST"}},
	{"PUT", "/2", "key-cud", []vendorhttptest.Field{
		maybeEmpty("firstname", "Jan"), maybeEmpty("lastname", "Jansen"), {Name: "name", Good: "jan", JSONText: true},
		maybeEmpty("email", "jan@acme.example"), maybeEmpty("telephone", "+31612345678"), maybeEmpty("language", "nl"),
		maybeEmpty("dateFormat", "iso"), {Name: "groups", Good: "[1]", WrongType: "x", EmptyIsAbsent: true},
	}, nil},
	{"PUT", "/updateUserView", "key-cud", []vendorhttptest.Field{
		aUser, must(number("viewID", "3")), {Name: "newValue", Good: "1", WrongType: "maybe", Required: true},
	}, nil},
	{"PUT", "/maxChats", "key-cud", []vendorhttptest.Field{aUser, must(number("maxChats", "5"))}, nil},
	{"PUT", "/chatSoundNewMessage", "key-cud", []vendorhttptest.Field{aUser, aState}, nil},
	{"PUT", "/notifyOnTicketAssignment", "key-cud", []vendorhttptest.Field{aUser, aState}, nil},
	{"POST", "/userStatistic", "key-cud", someKPI, []string{"POST", "DELETE"}},
	{"DELETE", "/userStatistic", "key-cud", someKPI, []string{"POST", "DELETE"}},
	{"PUT", "/watch", "key-cud", append(someKPI[:4:4], required("watchToggle", "watch")), nil},
	{"POST", "/refreshTab", "key-cud", []vendorhttptest.Field{required("tabID", "text")}, nil},
	{"POST", "/updateStatus", "key-cud", []vendorhttptest.Field{
		aUser, {Name: "userEmailAddress", Good: "ann@acme.example", WrongType: "x"}, must(number("statusID", "2")),
		number("lastInternalCallID", "1"), number("browserRequestTime", "0"),
	}, nil},
	{"PUT", "/ticketIncognitoMode", "key-browsing", []vendorhttptest.Field{aUser, aState}, nil},
	{"PUT", "/callsAutoAnswer", "key-cud", []vendorhttptest.Field{aUser, aState}, nil},
	{"POST", "/userCampaignState", "key-cud", []vendorhttptest.Field{aUser, required("campaign", "text"), aState}, nil},
	{"POST", "/statusLock", "key-cud", []vendorhttptest.Field{aUser, must(number("status", "1"))}, nil},
	{"POST", "/statusLockDelete", "key-cud", []vendorhttptest.Field{aUser}, nil},
	{"PUT", "/usernameUpdate", "key-cud", []vendorhttptest.Field{anID, required("username", "jan")}, nil},
	{"PUT", "/firstnameUpdate", "key-cud", []vendorhttptest.Field{anID, required("firstname", "Jan")}, nil},
	{"PUT", "/lastnameUpdate", "key-cud", []vendorhttptest.Field{anID, required("lastname", "Jansen")}, nil},
	{"POST", "/reserveUserForLiveChannel", "key-reserve", []vendorhttptest.Field{
		aUser, required("channel", "text"), {Name: "state", Good: "1", WrongType: "maybe"},
	}, nil},
}

// allowed checks that the endpoints whose key it is take that key alone, and that the others
// refuse it.
func allowed(key string) func(*testing.T) {
	return func(t *testing.T) {
		for _, c := range calls {
			e := newEnv(t)
			before := e.revision()
			a := e.as(key, c.method, c.path, c.good())
			if c.key == key {
				if a.Code != http.StatusOK {
					t.Errorf("%s %s: %d %s", c.method, c.path, a.Code, a.Text)
				}
				continue
			}
			e.refused(a, http.StatusForbidden)
			if e.revision() != before {
				t.Errorf("%s %s was refused and changed something", c.method, c.path)
			}
		}
	}
}

// The bodies come in each of the three ways.
func TestBadInput(t *testing.T) {
	var log vendorhttptest.Log
	e := newEnvWith(t, omnidesk.Options{Options: vendorhttp.Options{Log: log.Take}})
	var endpoints []vendorhttptest.Endpoint
	for _, c := range calls {
		base := vendorhttptest.Endpoint{Method: c.method, Path: omnidesk.Base + c.path, Fields: c.fields, Methods: c.methods}
		if base.Methods == nil {
			base.Methods = []string{c.method}
		}
		for name, media := range map[string]vendorhttp.Media{"query": 0, "form": vendorhttp.URLEncoded, "multipart": vendorhttp.Multipart,
			"JSON": vendorhttp.JSON} {
			endpoint := base
			endpoint.Name, endpoint.Media = c.method+" "+c.path+" "+name, media
			endpoints = append(endpoints, endpoint)
		}
	}
	key := func(secret string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set("apiKey", secret) }
	}
	statuses := map[vendorhttptest.Kind]int{
		vendorhttptest.WrongMethod: 405, vendorhttptest.WrongMedia: 415, vendorhttptest.BodyTooLarge: 413, vendorhttptest.BadCredentials: 401,
	}
	vendorhttptest.BadInput(t, vendorhttptest.Vendor{
		Handler: e.handler, Log: &log,
		Login: key("YOUR_API_KEY"),
		Wrong: []func(*http.Request){
			func(*http.Request) {}, key("wrong"), key("key-voximplant"), key("YOUR_API_KEY\x00"),
			func(r *http.Request) { r.SetBasicAuth("YOUR_API_KEY", "") },
		},
		Revision: e.revision,
		Policy:   permission.Omnidesk(),
		Refused: func(t *testing.T, w *httptest.ResponseRecorder, k vendorhttptest.Kind) {
			t.Helper()
			want, ok := statuses[k]
			if !ok {
				want = http.StatusBadRequest
			}
			var a answer
			if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil || w.Code != want || a.Status != "error" ||
				a.Message == "" || a.Errors == nil {
				t.Errorf("status %d, want %d and an error: %s", w.Code, want, w.Body)
			}
			if k == vendorhttptest.WrongMethod && w.Header().Get("Allow") == "" {
				t.Error("no header Allow")
			}
			named := k == vendorhttptest.Missing || k == vendorhttptest.Empty || k == vendorhttptest.WrongType || k == vendorhttptest.TooLong
			if named && (len(a.Errors) == 0 || a.Errors[0].Field == "") {
				t.Errorf("the field is not named: %s", w.Body)
			}
		},
	}, endpoints)
}
