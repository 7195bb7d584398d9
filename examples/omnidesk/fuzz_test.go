package omnidesk_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/ca74b63c/roster/examples/omnidesk"
)

var media = []string{
	"application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "multipart/form-data",
	"text/csv",
}

// FuzzCall sends each endpoint any query and any body of each sort. Whatever comes, the answer is
// one of the vendor's forms, is no internal error, and a refusal changes nothing.
func FuzzCall(f *testing.F) {
	for i, c := range calls {
		f.Add(uint8(i), uint8(1), "", c.good())
		f.Add(uint8(i), uint8(1), c.good(), "")
	}
	for _, body := range []string{
		`{"userID":"UID","viewID":1,"newValue":true}`, `{"userID":{},"state":[]}`, `{"groups":[1,"2",[3]]}`, `{"a":1}{`,
		`"`, `null`, `[1]`,
	} {
		f.Add(uint8(4), uint8(0), "", body)
		f.Add(uint8(5), uint8(3), "", body)
	}
	for _, body := range []string{
		`"userID='UID'&viewID=1&newValue=1"`, `"`, `'`, `""`, "userID='", "a[]=1&a[]=2", "groups[0]=1&groups=2", "%",
		"%zz=1", "a=%ff", "=&=&", "apiKey=1",
	} {
		f.Add(uint8(5), uint8(1), "", body)
		f.Add(uint8(4), uint8(1), body, body)
	}
	f.Add(uint8(4), uint8(2), "", "--x\r\nContent-Disposition: form-data; name=\"firstname\"\r\n\r\nJan\r\n--x--\r\n")
	f.Fuzz(func(t *testing.T, endpoint, kind uint8, query, body string) {
		e := newEnv(t)
		c := calls[int(endpoint)%len(calls)]
		r := httptest.NewRequest(c.method, omnidesk.Base+c.path, strings.NewReader(body))
		r.URL.RawQuery = query
		r.Header.Set("apiKey", "YOUR_API_KEY")
		r.Header.Set("Content-Type", media[int(kind)%len(media)])
		before := e.revision()
		w := httptest.NewRecorder()
		e.handler.ServeHTTP(w, r)
		var a answer
		if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil {
			t.Fatalf("%v: %s", err, w.Body)
		}
		switch {
		case w.Code == http.StatusOK && (a.Type == "list" || a.Type == "item" || a.Type == "result") && a.Status == "":
		case w.Code >= 400 && w.Code < 500 && a.Status == "error" && a.Message != "" && a.Errors != nil && a.Type == "":
			if e.revision() != before {
				t.Errorf("refused, and changed something: %s", w.Body)
			}
		default:
			t.Errorf("%d %s", w.Code, w.Body)
		}
	})
}

// FuzzPath finds no path that is not answered in the vendor's form.
func FuzzPath(f *testing.F) {
	for _, path := range []string{"", "/", "/2", "/UID", "/{id}", "/00", "/99999999999999999999", "/-1", "/settings/",
		"//", "/é", "/2/3", "/\x00"} {
		f.Add("PUT", path)
		f.Add("GET", path)
	}
	f.Fuzz(func(t *testing.T, method, path string) {
		e := newEnv(t)
		r := httptest.NewRequest("GET", "/", nil)
		r.Method, r.URL.Path = method, omnidesk.Base+path
		r.Header.Set("apiKey", "YOUR_API_KEY")
		w := httptest.NewRecorder()
		e.handler.ServeHTTP(w, r)
		if !json.Valid(w.Body.Bytes()) || w.Code >= http.StatusInternalServerError {
			t.Errorf("%d %s", w.Code, w.Body)
		}
	})
}
