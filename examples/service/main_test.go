package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/user"
)

const phrase = "a long enough phrase"

// client is a browser of one person.
type client struct {
	t    *testing.T
	url  string
	http *http.Client
}

// reply is a reply and its body.
type answer struct {
	*http.Response
	body string
}

// do sends a request, and fails the test unless the reply has the status and contains every text.
func (c *client) do(method, path, body string, status int, texts ...string) answer {
	c.t.Helper()
	return c.send(method, path, body, nil, status, texts...)
}

func (c *client) send(method, path, body string, header map[string]string, status int, texts ...string) answer {
	c.t.Helper()
	r, err := http.NewRequestWithContext(c.t.Context(), method, c.url+path, strings.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	for name, value := range header {
		r.Header.Set(name, value)
	}
	w, err := c.http.Do(r)
	if err != nil {
		c.t.Fatal(err)
	}
	defer w.Body.Close()
	b, err := io.ReadAll(w.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	a := answer{w, string(bytes.TrimSpace(b))}
	if w.StatusCode != status {
		c.t.Errorf("%s %s: status %d, want %d: %s", method, path, w.StatusCode, status, a.body)
	}
	kind := "application/json"
	if status >= 400 {
		kind = "application/problem+json"
	}
	if got := w.Header.Get("Content-Type"); len(texts) > 0 && got != kind {
		c.t.Errorf("%s %s: content type %q, want %q", method, path, got, kind)
	}
	for _, text := range texts {
		if !strings.Contains(a.body, text) {
			c.t.Errorf("%s %s: no %s in %s", method, path, text, a.body)
		}
	}
	return a
}

// id returns the id of the user in the answer.
func (a answer) id(t *testing.T) user.ID {
	t.Helper()
	var result struct{ User struct{ ID user.ID } }
	if err := json.Unmarshal([]byte(a.body), &result); err != nil || result.User.ID == 0 {
		t.Fatalf("no user in %s", a.body)
	}
	return result.User.ID
}

// each runs a test on a service over each storage that needs no server.
func each(t *testing.T, test func(t *testing.T, newClient func() *client)) {
	for name, store := range map[string]string{"memory": "memory", "sqlite": "sqlite:" + filepath.Join(t.TempDir(), "service.db")} {
		t.Run(name, func(t *testing.T) {
			s, err := open(t.Context(), store)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				if err := s.Close(); err != nil {
					t.Error(err)
				}
			})
			dir := roster.New(s)
			for range 2 { // the second start finds what the first one made
				if err := setUp(t.Context(), dir.As(account, roster.SystemActor()), phrase); err != nil {
					t.Fatal(err)
				}
			}
			server := httptest.NewTLSServer(newService(dir))
			t.Cleanup(server.Close)
			test(t, func() *client {
				jar, err := cookiejar.New(nil)
				if err != nil {
					t.Fatal(err)
				}
				browser := *server.Client()
				browser.Jar = jar
				return &client{t, server.URL, &browser}
			})
		})
	}
}

func credentials(login, password string) string {
	return fmt.Sprintf(`{"login":%q,"password":%q}`, login, password)
}

// Every route, in the order in which an administrator meets them.
func TestService(t *testing.T) {
	each(t, func(t *testing.T, newClient func() *client) {
		admin, ann := newClient(), newClient()
		in := admin.do("POST", "/session", credentials("admin", phrase), 200, `"login":"admin"`)
		c := in.Cookies()[0]
		if c.Name != cookieName || !c.HttpOnly || !c.Secure || c.SameSite != http.SameSiteStrictMode || strings.Contains(in.body, phrase) {
			t.Errorf("cookie %v, body %s", c, in.body)
		}

		created := admin.do("POST", "/agents", `{"user":{"identity":{"login":"ann"},"access":{"granted":["agent"]}},"password":"`+phrase+`"}`, 200,
			`"login":"ann"`, `"roles":["agent"]`)
		path := fmt.Sprintf("/agents/%d", created.id(t))
		admin.do("POST", "/agents", `{"user":{"identity":{"login":"ben"},"access":{"granted":["agent"]}}}`, 200, `"login":"ben"`)
		admin.do("GET", "/agents?q=an", "", 200, `"login":"ann"`, `"total":1`)
		first := admin.do("GET", "/agents?limit=1", "", 200, `"login":"ann"`, `"total":2`)
		var page struct{ Next string }
		if err := json.Unmarshal([]byte(first.body), &page); err != nil || page.Next == "" {
			t.Fatalf("no cursor in %s", first.body)
		}
		admin.do("GET", "/agents?limit=1&cursor="+page.Next, "", 200, `"login":"ben"`)

		admin.do("PATCH", path, `{"capacity":{"maxChats":4},"names":{"first":"Ann"}}`, 200, `"maxChats":4`, `"changed":`)
		admin.send("PATCH", path, `{"capacity":{"maxChats":5}}`, map[string]string{"If-Match": `"1"`}, 412, `"code":"stale"`)
		admin.do("GET", path, "", 200, `"maxChats":4`)
		admin.do("PUT", path+"/roles?preview=true", `["supervisor"]`, 200, `"resets":[`, `"roles":["supervisor"]`)
		admin.do("GET", path, "", 200, `"roles":["agent"]`)

		const amount = `"amount":{"amount":"5.67","currency":"USD"}`
		admin.do("POST", "/top-ups", `{"amount":{"amount":"100.00","currency":"USD"},"key":"card-1"}`, 200, `"account":{"amount":"100.00","currency":"USD"}`)
		move := fmt.Sprintf(`{"users":[%d],%s,"key":"bonus-1"}`, created.id(t), amount)
		admin.do("POST", "/transfers", move, 200, `"account":{"amount":"94.33","currency":"USD"}`, `"toAfter":{"amount":"5.67","currency":"USD"}`, `"replayed":false`)
		admin.do("POST", "/transfers", move, 200, `"account":{"amount":"94.33","currency":"USD"}`, `"replayed":true`)
		admin.do("POST", "/transfers", strings.Replace(move, "5.67", "5.68", 1), 409, `"code":"conflict"`)

		ann.do("POST", "/session", credentials("ann", phrase), 200)
		ann.do("GET", path, "", 200, `"login":"ann"`)
		ann.do("DELETE", path, "", 403, `"code":"denied"`)
		ann.do("POST", "/top-ups", `{`+amount+`}`, 403, `"code":"denied"`)
		ann.do("GET", "/audit", "", 403, `"code":"denied"`)

		admin.do("PUT", path+"/roles", `["supervisor"]`, 200, `"roles":["supervisor"]`)
		ann.do("GET", path, "", 401, `"title":"sign in first"`) // losing a role ended the session
		admin.do("DELETE", path, "", 200, `"deleted":`)
		admin.do("GET", path, "", 404, `"code":"not_found"`)
		admin.do("GET", "/audit", "", 200, `"type":"user.created"`, `"type":"money.transferred"`, `"type":"user.deleted"`)
		admin.do("DELETE", "/session", "", 204)
		admin.do("GET", path, "", 401, `"status":401`)
	})
}

// What is refused, and how.
func TestRefusals(t *testing.T) {
	each(t, func(t *testing.T, newClient func() *client) {
		stranger, admin := newClient(), newClient()
		stranger.do("POST", "/session", credentials("admin", "S3cret"), 401, `"code":"unauthenticated"`)
		stranger.do("POST", "/session", credentials("admin\x00", "S3cret"), 400, `"code":"invalid"`)
		for _, path := range []string{"/agents", "/agents/1", "/audit"} {
			stranger.do("GET", path, "", 401, `"title":"sign in first"`)
		}
		stranger.do("POST", "/agents", `{"user":{"identity":{"login":"eve"}}}`, 401, `"status":401`)
		stranger.send("GET", "/agents", "", map[string]string{"Cookie": cookieName + "=guessed"}, 401, `"status":401`)

		admin.do("POST", "/session", credentials("admin", phrase), 200)
		for _, tt := range []struct {
			method, path, body string
			status             int
			text               string
		}{
			{"POST", "/agents", `{"user":{"access":{"granted":["The Boss"]}}}`, 400, `"pointer":"#/user/access/granted/0"`},
			{"POST", "/agents", `{"user":{"identity":{"login":"a b"}}}`, 400, `"detail":"is not a valid login`},
			{"POST", "/agents", `{"user":{"identity":{"login":"admin"}}}`, 409, `"detail":"storage: the login is taken by user 1"`},
			{"POST", "/agents", `{"user":{"identity":{"login":"cat"}},"password":"S3cret"}`, 400, `"code":"too_short"`},
			{"POST", "/agents", `{`, 400, `"pointer":"#","code":"invalid"`},
			{"POST", "/agents", `{"user":"` + strings.Repeat("x", 70_000) + `"}`, 400, `"code":"invalid"`},
			{"PATCH", "/agents/1", `{"id":7}`, 400, `"pointer":"#/id","code":"read_only"`},
			{"PATCH", "/agents/1", `{"contact":{"email":"ann.example"}}`, 400, `"detail":"is not a valid e-mail address"`},
			{"PUT", "/agents/1/roles", `["The Boss"]`, 400, `"pointer":"#/0"`},
			{"DELETE", "/agents/1", ``, 409, `"code":"last_administrator"`},
			{"DELETE", "/agents/99", ``, 404, `"code":"not_found"`},
			{"GET", "/agents/x", ``, 404, `"code":"not_found"`},
			{"GET", "/agents?limit=x", ``, 400, `"pointer":"#/limit"`},
			{"GET", "/agents?cursor=x", ``, 400, `"pointer":"#/cursor"`},
			{"GET", "/audit?limit=x", ``, 400, `"code":"invalid"`},
			{"GET", "/audit?user=x", ``, 400, `"code":"invalid"`},
			{"GET", "/audit?before=x", ``, 400, `"code":"invalid"`},
			{"POST", "/top-ups", `{"key":"k"}`, 400, `"pointer":"#/amount","code":"required"`},
			{"POST", "/transfers", `{"users":[1],"amount":{"amount":"1","currency":"USD"}}`, 409, `"code":"insufficient_funds"`},
		} {
			a := admin.do(tt.method, tt.path, tt.body, tt.status, tt.text)
			if strings.Contains(a.body, "S3cret") {
				t.Errorf("%s %s repeats a password: %s", tt.method, tt.path, a.body)
			}
		}
		foreign := map[string]string{"Sec-Fetch-Site": "cross-site"}
		if a := admin.send("DELETE", "/session", "", foreign, 403); !strings.Contains(a.body, "cross-origin") {
			t.Errorf("a request of another site: %s", a.body)
		}
	})
}

// The promise of the README: the whole service has at most 250 lines.
func TestServiceIsShort(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	lines := 0
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		lines += bytes.Count(b, []byte("\n"))
	}
	if lines == 0 || lines > 250 {
		t.Errorf("the service has %d lines", lines)
	}
}

func TestOpenRefusesWhatIsNoStorage(t *testing.T) {
	if _, err := open(t.Context(), "redis:x"); err == nil {
		t.Error("it opens a storage that does not exist")
	}
}
