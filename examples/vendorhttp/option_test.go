package vendorhttp_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ca74b63c/roster/examples/vendorhttp"
)

func serve(h http.Handler, method, target, contentType, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	r.Header.Set("Content-Type", contentType)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func fail(w http.ResponseWriter, _ *http.Request, f vendorhttp.Failure) {
	w.WriteHeader(vendorhttp.StatusOf(f.Code))
	_, _ = w.Write([]byte(vendorhttp.NameOf(f.Code)))
}

// reads is a handler that reads its request whole.
var reads = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	if _, err := (vendorhttp.Form{Media: vendorhttp.AnyForm | vendorhttp.LooseMultipart, Quoted: true}).Read(r); err != nil {
		fail(w, r, vendorhttp.FailureOf(err))
	}
})

// words are the names of an API for tests.
var words = vendorhttp.NamesOf(
	"a", "b", "c", "d", "e", "n", "z", "x", "name", "user", "user_name", "user_password", "api_key", "apiKey", "API_KEY", "session_id",
	"password", "passwordSh", "oldPassword", "tokens", "secret", "groups",
)

func TestLogHidesSecrets(t *testing.T) {
	var entry vendorhttp.Entry
	at := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	h := vendorhttp.Options{Clock: func() time.Time { return at }, Log: func(e vendorhttp.Entry) { entry = e }}.Wrap(reads, words, fail)
	for _, c := range []struct{ target, kind, body, query, shown string }{
		{"/a?user_name=ann&api_key=hunter2&API%5FKEY=hunter2", "", "", "user_name=ann&api_key=***&API%5FKEY=***", ""},
		{"/a?apiKey=hunter2&%zz=hunter2", "", "", "apiKey=***&?=***", ""},
		{"/a", formType, "user_name=ann&user_password=hunter2&session_id=hunter2", "", "user_name=ann&user_password=***&session_id=***"},
		{"/a", formType, `"name='ann'&password='hunter2'"`, "", `"name='ann'&password=***`},
		{"/a", jsonType, `{"user":{"name":"ann","passwordSh":"hunter2"},"tokens":["hunter2",{"x":"hunter2"}],"n":1,"b":true,"z":null,"secret":null}`, "", `{"user":{"name":"ann","passwordSh":"***"},"tokens":["***",{"x":"***"}],"n":1,"b":true,"z":null,"secret":null}`},
		{"/a", "multipart/form-data", `{"oldPassword":"hunter2","a":1}`, "", `{"oldPassword":"***","a":1}`},
		{"/a", "multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"api_key\"\r\n\r\nhunter2\r\n--x--\r\n", "", `{"api_key":"***"}`},
		{"/a?user_name=ann&hunter2=1&user_nam=hunter2&&groups[0]=1&groups[hunter2]=1", "", "", "user_name=ann&?=***&?=***&&groups[0]=1&?=***", ""},
		{"/a", formType, `{"user_id":2,"user_password":"hunter2"}`, "", "?=***"},
		{"/a", formType, `{"user_password":"a=hunter2"}`, "", "?=***"},
		{"/a", formType, "user_password=Aa1!xx&hunter2", "", "user_password=***&?=***"},
		{"/a?name=ann;api_key=hunter2&a=1%3Bpassword%3Dhunter2&a=1;2", "", "", "name=***&a=***&a=1;2", ""},
		{"/a", formType, "name=ann;user_password=hunter2", "", "name=***"},
		{"/a", jsonType, `{"name":"ann;user_password=hunter2"}`, "", `{"name":"***"}`},
		{"/a", jsonType, `{"hunter2":1,"a":{"hunter2":["hunter2"]},"hunter":{"name":"hunter2"}}`, "", `{"?":"***","a":{"?":["***"]},"?":{"name":"***"}}`},
		{"/a", jsonType, `["1",2,"hunter2",{"name":"ann"}]`, "", `["1",2,"***",{"name":"ann"}]`},
		{"/a", jsonType, `"hunter2"`, "", `"***"`},
		{"/a", "multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"hunter2\"\r\n\r\nhunter2\r\n--x--\r\n", "", `{"?":"***"}`},
		{"/a", jsonType, `{"password":"hunter2`, "", "(20 bytes)"},
		{"/a", "multipart/form-data; boundary=x", "hunter2", "", "(7 bytes)"},
		{"/a", "text/csv", "hunter2", "", "(7 bytes)"},
	} {
		serve(h, "POST", c.target, c.kind, c.body)
		if c.kind == "text/csv" { // it is refused before it is read
			c.shown = ""
			if entry.Status != 415 {
				t.Errorf("status %d", entry.Status)
			}
			if entry.Body == "(7 bytes)" {
				entry.Body = ""
			}
		}
		if entry.Query != c.query || entry.Body != c.shown || entry.Method != "POST" || entry.Path != "/a" || !entry.At.Equal(at) {
			t.Errorf("%s %s\ngot  %q %q\nwant %q %q", c.target, c.body, entry.Query, entry.Body, c.query, c.shown)
		}
	}
	r := httptest.NewRequest("GET", "/%0a", nil)
	for _, name := range []string{"Authorization", "apiKey", "X-Api-Key", "Cookie", "Apikye", "X-Hunter2"} {
		r.Header.Set(name, "hunter2")
	}
	r.Header.Set("Accept", "text/html")
	h.ServeHTTP(httptest.NewRecorder(), r)
	if d := cmp.Diff(http.Header{"Accept": {"text/html"}}, entry.Header); d != "" {
		t.Error(d)
	}
	if entry.Path != `/\n` || entry.Status != 200 {
		t.Errorf("%+v", entry)
	}
	if r.Header.Get("Authorization") != "hunter2" {
		t.Error("the request itself was changed")
	}
}

func TestLogOfALargeBody(t *testing.T) {
	var entry vendorhttp.Entry
	reader := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		var b bytes.Buffer
		_, _ = b.ReadFrom(r.Body)
	})
	h := vendorhttp.Options{Log: func(e vendorhttp.Entry) { entry = e }}.Wrap(reader, words, fail)
	serve(h, "POST", "/", formType, strings.Repeat("password=hunter2&", vendorhttp.MaxBody/16))
	if !strings.HasSuffix(entry.Body, " bytes)") {
		t.Errorf("%.60q", entry.Body)
	}
}

func TestLogTo(t *testing.T) {
	var out bytes.Buffer
	h := vendorhttp.Options{Log: vendorhttp.LogTo(slog.New(slog.NewTextHandler(&out, nil)))}.Wrap(
		http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) }), words, fail)
	serve(h, "POST", "/a?token=hunter2", "", "")
	if text := out.String(); !strings.Contains(text, "level=ERROR") || !strings.Contains(text, "status=503") || strings.Contains(text, "hunter2") {
		t.Error(text)
	}
}

func TestPanicsEnd(t *testing.T) {
	h := vendorhttp.Options{}.Wrap(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/late" {
			_, _ = w.Write([]byte("begun"))
		}
		panic("hunter2")
	}), nil, fail)
	if w := serve(h, "GET", "/", "", ""); w.Code != 500 || w.Body.String() != "internal" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := serve(h, "GET", "/late", "", ""); w.Code != 200 || w.Body.String() != "begun" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	abort := vendorhttp.Options{}.Wrap(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }), nil, fail)
	defer func() {
		if recover() != http.ErrAbortHandler {
			t.Error("net/http's own panic must reach it")
		}
	}()
	serve(abort, "GET", "/", "", "")
}

func TestFlushThroughTheWrapper(t *testing.T) {
	h := vendorhttp.Options{Log: func(vendorhttp.Entry) {}}.Wrap(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if err := http.NewResponseController(w).Flush(); err != nil {
			t.Error(err)
		}
	}), nil, fail)
	if w := serve(h, "GET", "/", "", ""); !w.Flushed {
		t.Error("not flushed")
	}
}

func TestLatencyObeysTheContext(t *testing.T) {
	h := vendorhttp.Options{Faults: func(*http.Request) vendorhttp.Fault { return vendorhttp.Fault{Latency: time.Hour} }}.Wrap(reads, words, fail)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", "/", nil).WithContext(ctx))
	if w.Body.String() != "canceled" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestClock(t *testing.T) {
	if d := time.Since(vendorhttp.Options{}.Now()); d < 0 || d > time.Minute {
		t.Errorf("the system's clock is %v off", d)
	}
}
