package voximplant_test

import (
	"context"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/examples/vendorhttp"
	"github.com/ca74b63c/roster/examples/vendorhttp/matrix"
	"github.com/ca74b63c/roster/examples/vendorhttp/vendorhttptest"
	"github.com/ca74b63c/roster/examples/voximplant"
	"github.com/ca74b63c/roster/memstore"
)

func errorRows() []matrix.Row {
	return []matrix.Row{
		observed.Row("errors have status 200 and error{msg,code,field_name} with errors[] beside it", errorForm),
		observed.Row("the texts are those of the vendor's table", errorTexts),
		observed.Row("102 without a method, 103 for an unknown one", missingAndUnknownCommand),
		observed.Row("104 for a role that may not", rolesOf(writers, "AddUser", newUser)),
		assumed.Row("a caller without the permission is refused before the targets are read", refusedBeforeLookups),
		assumed.Row("no error repeats a value that was sent", noEcho),
		assumed.Row("a flood of passwords is 162 with Retry-After", busyHasher),
		observed.Row("340 for too many requests, 127 for too little money, 162 for try later, 4 for an unknown outcome (faults on purpose)", faults),
	}
}

func errorForm(t *testing.T) {
	e := newEnv(t)
	w := httptest.NewRecorder()
	e.handler.ServeHTTP(w, httptest.NewRequest("GET", "/platform_api/AddUser?"+login+"&"+params(newUser, "user_name", "ann"), nil))
	const want = `{"error":{"msg":"The user name is not unique","code":118,"field_name":"user_name"},"errors":[{"msg":"The user name is not unique","code":118,"field_name":"user_name"}]}`
	if w.Code != 200 || w.Body.String() != want {
		t.Errorf("status %d: %s", w.Code, w.Body)
	}
}

func errorTexts(t *testing.T) {
	e := newEnv(t)
	for query, want := range map[string]string{
		"count=x":     "The 'count' parameter is invalid.",
		"skill_id=x":  "The 'skill_id' parameter is invalid",
		"nonsense=1":  "Invalid arguments: unknown parameter",
		"amount=1":    "The 'amount' parameter is forbidden.",
		"offset=-1":   "The 'offset' parameter is invalid.",
		"acd_status=": "",
	} {
		if got := e.call("GetUsers", query).Error.Msg; got != want {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
	}
	if got := e.call("DelUser", "").Error.Msg; got != "Specify the 'user_id' parameter." {
		t.Error(got)
	}
	if got := e.call("DelUser", "user_id=3&user_name=ann").Error.Msg; got != "Specify only one of the following parameters: user_id, user_name" {
		t.Error(got)
	}
	if got := e.call("AddUser", params(newUser, "user_password", "Aa1!"+strings.Repeat("a", 2000))).Error.Msg; got != "The 'user_password' parameter length should be less than 1025." {
		t.Error(got)
	}
}

func missingAndUnknownCommand(t *testing.T) {
	e := newEnv(t)
	for path, code := range map[string]int{
		"/platform_api?": 102, "/platform_api/?": 102, "/platform_api?cmd=&": 102, "/platform_api/Nothing?": 103,
		"/platform_api?cmd=adduser&": 103, "/platform_api/GetUsers/x?": 103, "/platform_api/GetUsers?cmd=AddUser&": 496,
	} {
		e.refused(e.send(httptest.NewRequest("GET", path+login, nil)), code, "cmd")
	}
}

func refusedBeforeLookups(t *testing.T) {
	e := newEnv(t)
	for method, query := range map[string]string{
		"AddUser": params(newUser, "application_id", "9"), "DelUser": "user_id=99", "SetUserInfo": "user_id=99&user_display_name=x",
		"TransferMoneyToUser": "user_id=99&amount=1&application_id=9",
	} {
		e.refused(e.as(staff[3], method, query), 104, "")
	}
}

func noEcho(t *testing.T) {
	e := newEnv(t)
	for _, query := range []string{
		"AddUser?" + params(newUser, "user_password", "leaked-secret"), "AddUser?" + params(newUser, "user_name", "leaked-SECRET"),
		"GetUsers?order_by=leaked-secret", "GetUsers?acd_status=leaked-secret", "TransferMoneyToUser?user_id=leaked-secret&amount=leaked-secret",
		"TransferMoneyToUser?user_id=1&amount=1&currency=leaked-secret", "DelUser?application_name=leaked-secret&user_name=leaked-secret",
	} {
		w := httptest.NewRecorder()
		e.handler.ServeHTTP(w, httptest.NewRequest("GET", "/platform_api/"+query+"&"+login, nil))
		if body := strings.ToLower(w.Body.String()); !strings.Contains(body, `"error"`) || strings.Contains(body, "leaked") || strings.Contains(body, "key-owner") {
			t.Errorf("%s: %s", query, body)
		}
	}
}

func busyHasher(t *testing.T) {
	store := memstore.New()
	defer store.Close()
	realm, err := vendorhttp.Seed(context.Background(), roster.New(store, roster.WithHasher(vendorhttptest.Hasher{})), seed())
	if err != nil {
		t.Fatal(err)
	}
	handler := voximplant.New(roster.New(store, roster.WithHasher(vendorhttptest.Busy{})), realm, vendorhttp.Options{})
	for _, call := range []string{"AddUser?" + newUser, "SetUserInfo?user_id=1&user_password=Other-Passw0rd!"} {
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, httptest.NewRequest("GET", "/platform_api/"+call+"&"+login, nil))
		got := decode(t, w.Body.String()).Error
		if w.Code != 200 || got.Code != 162 || w.Header().Get("Retry-After") != "1" {
			t.Errorf("%s: %d %v %+v", call, w.Code, w.Header(), got)
		}
	}
}

func faults(t *testing.T) {
	e := newEnv(t)
	before := e.revision()
	for fault, want := range map[string][2]int{
		"rate-limit": {200, 340}, "insufficient": {200, 127}, "stale": {200, 162}, "status=503": {503, 162}, "unknown-outcome": {200, 4},
		"status=429": {429, 340}, "internal": {200, 2}, "latency=1ms, denied": {200, 104}, "latency=1h": {200, 496}, "nonsense": {200, 496},
	} {
		r := httptest.NewRequest("GET", "/platform_api/AddUser?"+login+"&"+newUser, nil)
		r.Header.Set("X-Roster-Fault", fault)
		w := httptest.NewRecorder()
		start := time.Now()
		e.handler.ServeHTTP(w, r)
		if got := decode(t, w.Body.String()); w.Code != want[0] || got.Error.Code != want[1] || time.Since(start) > time.Minute {
			t.Errorf("%s: status %d, %+v", fault, w.Code, got)
		}
	}
	if e.revision() != before {
		t.Error("a fault changed something")
	}
}
