package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
)

// ask sends a request with a host name and headers, and returns status and body.
func (s *running) ask(method, path, host string, headers ...string) (int, string) {
	s.Helper()
	r, err := http.NewRequestWithContext(s.Context(), method, s.url+path, nil)
	if err != nil {
		s.Fatal(err)
	}
	if host != "" {
		r.Host = host
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	resp, err := s.client.Do(r)
	if err != nil {
		s.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		s.Fatal(err)
	}
	return resp.StatusCode, string(text)
}

const readsUsers = "/platform_api/GetUsers?account_id=1&api_key=" + keyVoximplant

// TestOnlyItsHostNames: a name that an attacker can lead to this machine is refused on every path.
func TestOnlyItsHostNames(t *testing.T) {
	s := start(t, "-demo", "-host", "Roster.Test", "-host", "other.test")
	for _, host := range []string{
		"", "localhost", "LOCALHOST:1", "localhost.:8080", "127.0.0.1", "127.0.0.1:9999", "[::1]:8080", "[::1]", "roster.test", "roster.test:80", "other.test",
	} {
		if status, body := s.ask("GET", readsUsers, host); status != http.StatusOK || !strings.Contains(body, `"total_count":2`) {
			t.Errorf("%q: %d %s", host, status, body)
		}
	}
	for _, host := range []string{
		"evil.example", "evil.example:8080", "localhost.evil.example", "xlocalhost", "roster.test.evil.example", "192.0.2.7", "127.0.0.1.nip.io", "0.0.0.0",
	} {
		for _, path := range []string{readsUsers, "/", "/live/users", "/live/changes", "/api/v2/user", "/nosuch"} {
			status, body := s.ask("GET", path, host)
			if status != http.StatusMisdirectedRequest || !strings.Contains(body, "-host NAME") || strings.Contains(body, host) {
				t.Errorf("%q %s: %d %s", host, path, status, body)
			}
		}
	}
	for _, name := range []string{"", "a:80", "http://a"} {
		var stderr bytes.Buffer
		if err := run(context.Background(), []string{"-host", name}, io.Discard, &stderr); !errors.Is(err, errUsage) {
			t.Errorf("%q: %v", name, err)
		}
	}
}

// TestNoWritesFromAnotherSite: a page of another site can make a browser send a form, or load a URL
// with a key in it.
func TestNoWritesFromAnotherSite(t *testing.T) {
	s := start(t, "-demo")
	const deletes = "/platform_api/DelUser?user_id=2&account_id=1&api_key=" + keyVoximplant
	evil := map[string][]string{
		"a form":             {"Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site"},
		"an old browser":     {"Origin", "https://evil.example"},
		"a sandboxed frame":  {"Origin", "null"},
		"another port":       {"Sec-Fetch-Site", "same-site"},
		"an image":           {"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Dest", "image"},
		"a link to a method": {"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate"},
	}
	for what, headers := range evil {
		for _, method := range []string{"GET", "POST"} {
			if status, body := s.ask(method, deletes, "", headers...); status != http.StatusForbidden || !strings.Contains(body, "another site") {
				t.Errorf("%s, %s: %d %s", what, method, status, body)
			}
		}
		for _, path := range []string{
			"/api/v2/user/statusLock?userID=2&status=4&apiKey=" + keyOmnidesk, "/api/v2/users", "/api/account/demo/login?v=1.3", "/scim/v2/Bulk", "/live/changes",
		} {
			if status, _ := s.ask("POST", path, "", headers...); status != http.StatusForbidden {
				t.Errorf("%s, %s: %d", what, path, status)
			}
		}
	}
	if status, _ := s.ask("GET", "/live/changes", "", "Sec-Fetch-Site", "cross-site"); status != http.StatusForbidden {
		t.Errorf("a feed for another site: %d", status)
	}
	if _, body := s.ask("GET", readsUsers, ""); !strings.Contains(body, `"total_count":2`) {
		t.Fatalf("a user was deleted: %s", body)
	}
	for what, headers := range map[string][]string{
		"a program": nil, "the own page": {"Sec-Fetch-Site", "same-origin"}, "the address bar": {"Sec-Fetch-Site", "none"},
		"the own page, long ago": {"Origin", s.url}, "Node.js": {"Sec-Fetch-Mode", "cors"},
	} {
		for _, method := range []string{"GET", "POST"} {
			if status, body := s.ask(method, readsUsers, "", headers...); status != http.StatusOK {
				t.Errorf("%s, %s: %d %s", what, method, status, body)
			}
		}
	}
	if status, _ := s.ask("GET", "/", "", "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate"); status != http.StatusOK {
		t.Errorf("a link to the front page: %d", status)
	}
}

// TestEveryReplyHasTheSecurityHeaders: each vendor's, good or bad, and the page's.
func TestEveryReplyHasTheSecurityHeaders(t *testing.T) {
	s := start(t, "-demo")
	for _, path := range []string{
		readsUsers, "/platform_api/Nosuch", "/platform_api", "/api/v2/user", "/api/v2/user?apiKey=" + keyOmnidesk, "/api/v2/users", "/api/v2/me", "/scim/v2/Users", "/scim/v2/nosuch",
		"/api/account/demo/configuration/le-users/users?v=6.0", "/api/account/demo/service/baseURI.json?version=1.0", "/", "/page/page.css", "/live/users",
	} {
		for _, method := range []string{"GET", "PATCH"} {
			r, err := http.NewRequest(method, s.url+path, nil)
			if err != nil {
				t.Fatal(err)
			}
			resp, err := s.client.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			_ = resp.Body.Close()
			if method == "PATCH" && (!isAPI(path) || strings.HasPrefix(path, "/live/")) {
				continue // the mux answers
			}
			if resp.Header.Get("X-Content-Type-Options") != "nosniff" || resp.Header.Get("Cache-Control") != "no-store" {
				t.Errorf("%s %s: %v", method, path, resp.Header)
			}
		}
	}
}
