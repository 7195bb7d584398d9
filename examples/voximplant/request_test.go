package voximplant_test

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/ca74b63c/roster/examples/vendorhttp/matrix"
)

func requestRows() []matrix.Row {
	return []matrix.Row{
		observed.Row("/platform_api/METHOD and /platform_api/METHOD/ by GET", byGet),
		observed.Row("POST urlencoded to /platform_api/METHOD", byForm),
		observed.Row("POST multipart to /platform_api/METHOD (Go client)", byMultipart),
		observed.Row("POST multipart, chunked, to /platform_api with a part cmd (Node client)", byChunkedMultipart),
		observed.Row("POST urlencoded to /platform_api with cmd (Python client)", byFormWithCmd),
		observed.Row("POST /platform_api/METHOD?query with the body {} as JSON", byQueryAndJSON),
		assumed.Row("parameters as members of a JSON object, numbers and booleans as such or as texts", byJSON),
		observed.Row("a list may come with its semicolons bare or escaped", delUserEscapedList),
		observed.Row("booleans in any case, 1 and 0", addUserParentAccounting),
		assumed.Row("a parameter given twice is 496", twice),
		assumed.Row("an unknown parameter is 101 and never repeated, the likely one is suggested; one of another method is 492", unknownParameter),
		assumed.Row("another path is 404, another method 405 with Allow, another content type 415, a body over 1 MiB 413, each with the vendor's body", noCallAtAll),
	}
}

// post sends a body to the path.
func (e *env) post(path, contentType, body string) reply {
	e.t.Helper()
	r := httptest.NewRequest("POST", path, strings.NewReader(body))
	r.Header.Set("Content-Type", contentType)
	return e.send(r)
}

const formType = "application/x-www-form-urlencoded"

func byGet(t *testing.T) {
	e := newEnv(t)
	for _, path := range []string{"/platform_api/GetUsers?", "/platform_api/GetUsers/?", "/platform_api?cmd=GetUsers&", "/platform_api/?cmd=GetUsers&"} {
		if r := e.ok(e.send(httptest.NewRequest("GET", path+login+"&application_id=2", nil))); names(r.users) != "eve" {
			t.Errorf("%s: %q", path, names(r.users))
		}
	}
}

func byForm(t *testing.T) {
	e := newEnv(t)
	e.ok(e.post("/platform_api/AddUser", formType, login+"&"+newUser))
	e.ok(e.post("/platform_api/DelUser/?"+login, formType+"; charset=utf-8", "user_id=3;55"))
	e.gone(3)
}

func byFormWithCmd(t *testing.T) {
	e := newEnv(t)
	e.ok(e.post("/platform_api", formType, "cmd=AddUser&user_active=True&"+login+"&"+newUser))
}

// multipartBody writes the parameters of a query as parts.
func multipartBody(t *testing.T, query string) (contentType, body string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for pair := range strings.SplitSeq(query, "&") {
		name, value, _ := strings.Cut(pair, "=")
		if err := w.WriteField(name, value); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return w.FormDataContentType(), b.String()
}

func byMultipart(t *testing.T) {
	e := newEnv(t)
	kind, body := multipartBody(t, login+"&user_id=&application_id=1&user_name=ann&user_display_name=Anna")
	e.ok(e.post("/platform_api/SetUserInfo", kind, body))
	if got := e.user(1).Names.Display; got != "Anna" {
		t.Error(got)
	}
}

func byChunkedMultipart(t *testing.T) {
	e := newEnv(t)
	server := httptest.NewServer(e.handler)
	defer server.Close()
	kind, body := multipartBody(t, "cmd=AddUser&"+login+"&"+newUser)
	// A reader of no known length makes net/http send chunks.
	req, err := http.NewRequest("POST", server.URL+"/platform_api", io.MultiReader(strings.NewReader(body[:40]), strings.NewReader(body[40:])))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", kind)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	e.user(e.ok(decode(t, string(answer))).UserID)
}

func byQueryAndJSON(t *testing.T) {
	e := newEnv(t)
	e.ok(e.post("/platform_api/AddUser?"+login+"&"+newUser, "application/json", "{}"))
}

func byJSON(t *testing.T) {
	e := newEnv(t)
	id := e.ok(e.post("/platform_api/AddUser?"+login, "application/json",
		`{"application_id":1,"user_name":"kim-1","user_display_name":"Kim","user_password":"Demo-Passw0rd!","user_active":false,"parent_accounting":"true","user_custom_data":null}`)).UserID
	if u := e.user(id); u.Enabled() || !u.Billing.ParentAccounting {
		t.Errorf("%+v", u)
	}
	e.ok(e.post("/platform_api/TransferMoneyToUser?"+login, "application/json", `{"user_id":"1;2","amount":5.67}`))
	if got := e.funds(1, 2); got != "88.66 5.67 5.67" {
		t.Error(got)
	}
	e.refused(e.post("/platform_api/AddUser?"+login, "application/json", `[]`), 101, "")
}

func twice(t *testing.T) {
	e := newEnv(t)
	before := e.revision()
	e.refused(e.call("DelUser", "user_id=3&user_id=55"), 496, "user_id")
	e.refused(e.post("/platform_api/DelUser?"+login+"&user_id=3", formType, "user_id=3"), 496, "user_id")
	e.refused(e.post("/platform_api/DelUser?"+login, "application/json", `{"user_id":"3","user_id":"55"}`), 496, "user_id")
	if e.revision() != before {
		t.Error("something changed")
	}
}

func unknownParameter(t *testing.T) {
	e := newEnv(t)
	before := e.revision()
	for _, method := range []string{"AddUser", "DelUser", "GetUsers", "SetUserInfo", "TransferMoneyToUser"} {
		base := map[string]string{"AddUser": newUser, "DelUser": "user_id=3", "SetUserInfo": "user_id=3&user_display_name=x", "TransferMoneyToUser": "user_id=3&amount=1"}[method]
		e.refused(e.call(method, base+"&nonsense=1"), 101, "")
		e.refused(e.call(method, base+"&session_ids=1"), 101, "")
	}
	for query, want := range map[string]string{
		"S3cret": "Invalid arguments: unknown parameter", `{"user_id":2,"user_password":"S3cret-Of-Ann!"}`: "Invalid arguments: unknown parameter",
		"user_display_nmae=x": "Invalid arguments: unknown parameter; did you mean 'user_display_name'?",
	} {
		if msg := e.call("SetUserInfo", "user_id=3&"+query).Error.Msg; msg != want {
			t.Errorf("%s: %q", query, msg)
		}
	}
	e.refused(e.call("SetUserInfo", "user_id=3&user_display_name=x&amount=1"), 492, "amount")
	if e.revision() != before {
		t.Error("something changed")
	}
}

func noCallAtAll(t *testing.T) {
	e := newEnv(t)
	for _, c := range []struct {
		method, path, kind, body string
		status, code             int
	}{
		{"GET", "/elsewhere", "", "", 404, 103},
		{"GET", "/platform_apis/GetUsers", "", "", 404, 103},
		{"PUT", "/platform_api/GetUsers?" + login, "", "", 405, 101},
		{"HEAD", "/platform_api/GetUsers?" + login, "", "", 405, 101},
		{"POST", "/platform_api/GetUsers?" + login, "text/csv", "a", 415, 101},
		{"POST", "/platform_api/GetUsers?" + login, "application/json; charset=utf-16", "{}", 415, 101},
		{"POST", "/platform_api/GetUsers?" + login, "application/json", strings.Repeat(" ", 1<<20) + "{}", 413, 101},
	} {
		r := httptest.NewRequest(c.method, c.path, strings.NewReader(c.body))
		r.Header.Set("Content-Type", c.kind)
		w := httptest.NewRecorder()
		e.handler.ServeHTTP(w, r)
		if got := decode(t, w.Body.String()); w.Code != c.status || got.Error.Code != c.code {
			t.Errorf("%s %s: status %d, want %d; %+v", c.method, c.path, w.Code, c.status, got)
		}
		if allow := w.Header().Get("Allow"); (w.Code == 405) != (allow == "GET, POST") {
			t.Errorf("Allow: %q", allow)
		}
	}
}
