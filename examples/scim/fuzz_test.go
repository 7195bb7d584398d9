package scim_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// FuzzPatch: whatever a PATCH holds, the reply has SCIM's form and is no internal error, a refusal
// changes nothing, a success is one write at most, and the reply is the resource as a GET shows it.
func FuzzPatch(f *testing.F) {
	for _, operations := range []string{
		`{"op":"add","path":"displayName","value":"B"}`, `{"op":"replace","value":{"active":false,"name.familyName":"X"}}`, `{"op":"remove","path":"emails[type eq \"work\"]"}`,
		`{"op":"Add","path":"phoneNumbers[type eq \"mobile\"].value","value":"+49170100"},{"op":"remove","path":"phoneNumbers"}`, `{"op":"replace","path":"roles","value":[{"value":"supervisor"}]}`,
		`{"op":"add","path":"urn:ietf:params:scim:schemas:extension:roster:2.0:User:custom.site","value":"Paris"}`, `{"op":"replace","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager","value":"1"}`,
		`{"op":"add","path":"members","value":[]}`, `{"op":"replace","path":"id","value":null}`, `{}`, `7`, `{"op":"add","value":[]}`, `{"op":"remove","path":"name[a pr]"}`, `{"op":"add","path":"emails[","value":{}}`,
		`{"op":"replace","path":"emails[not (value pr)]","value":{"value":null}}`, `{"op":"add","path":"emails[primary eq true].value","value":"x@mail.example"}`,
	} {
		f.Add(operations)
	}
	e := newEnv(f)
	e.populate()
	f.Fuzz(func(t *testing.T, operations string) {
		e := &env{TB: t, host: e.host, handler: e.handler}
		before := e.revision()
		got := e.send("PATCH", "/Users/3", patch(operations))
		switch after := e.revision(); {
		case got.status != 200:
			kind, _ := got.body["scimType"].(string)
			if refused(t, got, got.status, kind); after != before {
				t.Fatalf("refused, and changed: %s", got.text)
			}
		case after > before+1:
			t.Fatalf("%d writes", after-before)
		default:
			if read := e.send("GET", "/Users/3", ""); read.text != got.text {
				t.Fatalf("the reply is %s, the resource %s", got.text, read.text)
			}
		}
	})
}

// FuzzFilter: whatever a filter is, the reply is a list or a refusal of the filter, and the list is
// the same by index, by cursor and in another order.
func FuzzFilter(f *testing.F) {
	for _, filter := range []string{
		`userName eq "cy@acme"`, `not (active eq true) or emails[type eq "work" and value co "bea"]`, `urn:ietf:params:scim:schemas:extension:roster:2.0:User:custom.seniority ge 2.5`, `meta.created gt "2026-01-01T00:00:00Z"`,
		`groups eq "g1" and id eq "3"`, `emails[type eq "work"].value eq "x"`, `userName eq "\u00e9"`, `((`, `a.b.c pr`, `roles eq "agent" and roles eq "supervisor"`, `userName eq ""`, `id eq "-1" or id eq "03"`, `externalId eq null`,
	} {
		f.Add(filter)
	}
	e := newEnv(f)
	e.populate()
	f.Fuzz(func(t *testing.T, filter string) {
		e := &env{TB: t, host: e.host, handler: e.handler}
		path := "/Users?filter=" + url.QueryEscape(filter)
		got := e.send("GET", path, "")
		if got.status != 200 {
			if kind, _ := got.body["scimType"].(string); kind != "invalidFilter" && kind != "invalidSyntax" {
				t.Fatalf("%d %s", got.status, got.text)
			}
			return
		}
		want := logins(t, got)
		if have := logins(t, e.send("GET", path+"&cursor=", "")); have != want {
			t.Fatalf("by cursor %q, by index %q", have, want)
		}
		if have := logins(t, e.send("GET", path+"&sortBy=meta.resourceType", "")); have != want {
			t.Fatalf("sorted %q, by index %q", have, want)
		}
	})
}

// FuzzRequest: whatever a path and a body are, the reply has SCIM's form and is no internal error.
func FuzzRequest(f *testing.F) {
	for _, path := range []string{"Users/2", "Bulk", "Groups/g1", ".search", "Me", "Schemas/x", "Users?count=1&cursor=", "%zz", "Groups/g1?attributes=a"} {
		f.Add("POST", path, bulk(newUser("a", "kim@acme")))
		f.Add("PUT", path, `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"X","members":[{"value":"1"}]}`)
	}
	e := newEnv(f)
	f.Fuzz(func(t *testing.T, method, path, body string) {
		path, query, _ := strings.Cut(path, "?")
		r := &http.Request{Method: method, URL: &url.URL{Path: "/scim/v2/" + path, RawQuery: query}, Header: http.Header{}, Host: "h", Body: http.NoBody}
		if body != "" {
			r.Body, r.ContentLength = httptest.NewRequest("POST", "/", strings.NewReader(body)).Body, int64(len(body))
		}
		r.Header.Set("Authorization", adminToken)
		r.Header.Set("Content-Type", "application/scim+json")
		w := httptest.NewRecorder()
		e.handler.ServeHTTP(w, r)
		if w.Code >= 500 {
			t.Fatalf("%s %s: %d %s", method, path, w.Code, w.Body)
		}
	})
}
