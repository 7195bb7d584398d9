package scim_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"
)

func TestSort(t *testing.T) {
	e := newEnv(t)
	e.populate()
	for query, want := range map[string]string{
		"": "ada alex Bea cy dee émile", "sortOrder=descending": "émile dee cy Bea alex ada",
		"sortBy=userName": "ada alex Bea cy dee émile", "sortBy=userName&sortOrder=descending": "émile dee cy Bea alex ada", "sortBy=id&sortOrder=Descending": "émile dee cy Bea alex ada",
		"sortBy=displayName":                         "cy Bea ada alex dee émile", // without a value: last
		"sortBy=displayName&sortOrder=descending":    "ada alex dee émile Bea cy",
		"sortBy=name.familyName&sortOrder=ascending": "cy Bea ada alex dee émile",
		"sortBy=emails&filter=emails+pr":             "Bea dee cy",
		"sortBy=emails.value&filter=emails+pr":       "Bea dee cy",
		"sortBy=active":                              "cy ada alex Bea dee émile",
		"sortBy=" + rosterURN + ":maxChats":          "ada cy dee émile Bea alex",
		"sortBy=externalId&filter=externalId+pr":     "Bea cy",
		"sortBy=" + rosterURN + ":custom.seniority":  "Bea ada alex cy dee émile",
		"sortBy=title":                               "ada alex Bea cy dee émile",
	} {
		if got := logins(t, e.send("GET", "/Users?"+query, "")); got != want {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
		if got := strings.Join(e.pages("/Users?count=2&"+query), " "); got != want {
			t.Errorf("%s by cursor: %q, want %q", query, got, want)
		}
	}
	for _, by := range []string{"nosuch", "emails.nosuch", "name", "password", "a b", strings.Repeat("a", 5000)} {
		if got := e.send("GET", "/Users?sortBy="+url.QueryEscape(by), ""); got.status != 400 {
			t.Errorf("sortBy %s: %d", by, got.status)
		}
	}
	refused(t, e.send("GET", "/Users?sortBy=userName&sortOrder=up", ""), 400, "invalidValue")
}

// pages follows the cursors of a list to its end.
func (e *env) pages(path string) (all []string) {
	e.Helper()
	for cursor := ""; ; {
		got := e.send("GET", path+"&cursor="+cursor, "")
		all = append(all, strings.Fields(logins(e, got))...)
		next, more := got.body["nextCursor"].(string)
		if !more {
			return all
		}
		if strings.Trim(next, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~") != "" {
			e.Fatalf("the cursor %q has characters that RFC 3986 reserves", next)
		}
		cursor = next
	}
}

func TestPagesByIndex(t *testing.T) {
	e := newEnv(t)
	e.populate()
	for query, want := range map[string]struct {
		logins string
		start  float64
	}{
		"startIndex=1&count=2": {"ada alex", 1}, "startIndex=3&count=2": {"Bea cy", 3}, "startIndex=6&count=2": {"émile", 6}, "startIndex=7": {"", 7},
		"startIndex=0&count=1": {"ada", 1}, "startIndex=-5&count=1": {"ada", 1}, "count=0": {"", 1}, "count=-1": {"", 1}, "count=999999": {"ada alex Bea cy dee émile", 1},
		"startIndex=2&count=2&sortBy=displayName": {"Bea ada", 2}, "startIndex=999999999": {"", 999999999},
	} {
		got := e.send("GET", "/Users?"+query, "")
		have := logins(t, got)
		if have != want.logins || got.body["totalResults"] != 6.0 || got.body["startIndex"] != want.start || got.body["itemsPerPage"] != float64(len(strings.Fields(have))) {
			t.Errorf("%s: %s", query, got.text)
		}
	}
	if got := e.send("GET", `/Users?filter=userName+co+"e"+and+active+eq+true&startIndex=2&count=2`, ""); logins(t, got) != "alex Bea" || got.body["totalResults"] != 5.0 {
		t.Errorf("a filter: %s", got.text)
	}
	for _, query := range []string{"startIndex=x", "count=1.5", "count=", "startIndex=99999999999999999999"} {
		refused(t, e.send("GET", "/Users?"+query, ""), 400, "invalidValue")
	}
}

func TestPagesByCursor(t *testing.T) {
	e := newEnv(t)
	e.populate()
	first := e.send("GET", "/Users?cursor=&count=4", "")
	if logins(t, first) != "ada alex Bea cy" || first.body["totalResults"] != nil || first.body["startIndex"] != nil {
		t.Fatal(first.text)
	}
	cursor := first.body["nextCursor"].(string)
	e.steps(step{"DELETE", "/Users/3", "", 204, ""}, // what went and came before the cursor moves nothing
		step{"POST", "/Users", `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"zoe@acme"}`, 201, ""})
	if got := e.send("GET", "/Users?cursor="+cursor+"&count=4", ""); logins(t, got) != "dee émile zoe" || got.body["nextCursor"] != nil {
		t.Error(got.text)
	}
	if got := e.send("GET", "/Users?cursor=&count=0", ""); logins(t, got) != "" || got.body["totalResults"] != 6.0 || got.body["nextCursor"] == nil {
		t.Error(got.text)
	}
	search := e.send("POST", "/Users/.search", `{"schemas":["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],"cursor":"`+cursor+`","count":1}`)
	if logins(t, search) != "dee" || search.body["nextCursor"] == nil {
		t.Error(search.text)
	}
	for _, query := range []string{"cursor=x", "cursor=!!", "cursor=" + cursor + "&filter=active+eq+true", "cursor=" + cursor + "&sortBy=userName", "cursor=" + cursor + "A", "cursor=bnVsbA"} {
		refused(t, e.send("GET", "/Users?"+query, ""), 400, "invalidCursor")
	}
	if got := e.send("GET", "/Users?cursor="+cursor+"&count=4", "", "Authorization", otherToken); logins(t, got) != "" {
		t.Error("a cursor shows users of another account:", got.text)
	}
	refused(t, e.send("GET", "/Users?startIndex=1&cursor=", ""), 400, "invalidValue")
}

func TestProjection(t *testing.T) {
	e := newEnv(t)
	e.populate()
	for query, want := range map[string]string{
		"attributes=userName": "id schemas userName", "attributes=username,EMAILS.value": "emails id schemas userName", "attributes=id": "id schemas", "attributes=password": "id schemas",
		"attributes=name.givenName": "id name schemas", "attributes=" + rosterURN: "id schemas " + rosterURN, "attributes=" + rosterURN + ":maxChats": "id schemas " + rosterURN,
		"attributes=urn:ietf:params:scim:schemas:core:2.0:User:active": "active id schemas", "attributes=title": "id schemas",
		"excludedAttributes=emails,phoneNumbers,name,meta,groups,roles,id,schemas,externalId,displayName,preferredLanguage," + rosterURN: "active id schemas userName",
	} {
		for path, get := range map[string]func(reply) map[string]any{
			"/Users/3?":                          func(r reply) map[string]any { return r.body },
			`/Users?filter=id+eq+"3"&`:           func(r reply) map[string]any { return r.body["Resources"].([]any)[0].(map[string]any) },
			`/Users?sortBy=displayName&count=2&`: func(r reply) map[string]any { return r.body["Resources"].([]any)[1].(map[string]any) },
		} {
			got := e.send("GET", path+query, "")
			if got.status != 200 {
				t.Fatal(query, got.text)
			}
			var names []string
			for name := range get(got) {
				names = append(names, name)
			}
			if slices.Sort(names); strings.Join(names, " ") != want {
				t.Errorf("%s%s: %v, want %s", path, query, names, want)
			}
		}
	}
	e.steps(
		step{"GET", "/Users/3?attributes=emails.value,name.familyName," + rosterURN + ":maxChats", "", 200, `{"emails":[{"value":"bea@mail.example","type":null,"primary":null}],"name":{"familyName":"Zander","givenName":null},"` + rosterURN + `":{"maxChats":3,"skills":null}}`},
		step{"PATCH", "/Users/3", patch(`{"op":"add","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager","value":"1"}`), 200, ""},
		step{"GET", "/Users/3?attributes=urn:ietf:params:scim:schemas:extension:enterprise:2.0:User", "", 200,
			`{"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"manager":{"value":"1"}},"userName":null}`},
		step{"GET", "/Users/3?excludedAttributes=emails.type,name.givenName", "", 200, `{"emails":[{"value":"bea@mail.example","type":null}],"name":{"givenName":null,"familyName":"Zander"}}`},
		step{"POST", "/Users/.search", `{"schemas":["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],"attributes":["userName"],"filter":"id eq \"3\"","startIndex":1,"count":10}`, 200,
			`{"totalResults":1,"Resources":[{"userName":"Bea@acme","active":null,"meta":null}]}`},
		step{"POST", "/Groups/.search", `{"schemas":["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],"excludedAttributes":["members"]}`, 200, `{"totalResults":1,"Resources":[{"displayName":"Sales","members":null}]}`},
		step{"POST", "/.search", `{"schemas":["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],"startIndex":6,"count":5}`, 200, `{"totalResults":7,"itemsPerPage":2,"Resources":[{"id":"6"},{"id":"g1"}]}`},
		step{"POST", "/.search", `{"schemas":["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],"filter":"displayName sw \"S\" or displayName eq \"bea\""}`, 200, `{"totalResults":2,"Resources":[{"id":"3"},{"id":"g1"}]}`},
		step{"POST", "/.search", `{"schemas":["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],"filter":"userName sw \"b\""}`, 200, `{"totalResults":1,"Resources":[{"id":"3"}]}`},
		step{"POST", "/.search", `{"schemas":["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],"filter":"members pr"}`, 200, `{"totalResults":1,"Resources":[{"id":"g1"}]}`},
	)
	before := e.revision()
	for _, query := range []string{"attributes=nosuch", "excludedAttributes=name.nosuch", "attributes=userName&excludedAttributes=emails", "attributes=a%20b"} {
		for _, s := range []step{
			{"GET", "/Users?" + query, "", 400, ""}, {"GET", "/Users/3?" + query, "", 400, ""}, {"DELETE", "/Users/3?" + query, "", 400, ""},
			{"POST", "/Users?" + query, `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"new@acme"}`, 400, ""},
			{"PATCH", "/Users/3?" + query, patch(`{"op":"replace","path":"active","value":false}`), 400, ""},
		} {
			e.steps(s)
		}
	}
	if e.revision() != before {
		t.Error("a request with a bad projection changed something")
	}
	e.steps(step{"PATCH", "/Users/3?attributes=active", patch(`{"op":"replace","path":"active","value":false}`), 200, `{"active":false,"userName":null}`})
}
