package scim_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/ca74b63c/roster/user"
)

func TestEntityTags(t *testing.T) {
	for path, body := range map[string]string{
		"/Users/2":   `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"alex@acme","displayName":"A"}`,
		"/Groups/g1": `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"A"}`,
	} {
		e := newEnv(t)
		first := e.send("GET", path, "")
		tag := first.header.Get("ETag")
		if !strings.HasPrefix(tag, `W/"`) || first.body["meta"].(map[string]any)["version"] != tag {
			t.Fatalf("%s: ETag %q: %s", path, tag, first.text)
		}
		if got := e.send("GET", path, "", "If-None-Match", tag); got.status != 304 || got.text != "" || got.header.Get("ETag") != tag {
			t.Errorf("%s: %d %s", path, got.status, got.text)
		}
		for header, status := range map[string]int{tag: 200, `"x", ` + tag: 200, "*": 200, strings.TrimPrefix(tag, "W/"): 200, `W/"0"`: 412} {
			if got := e.send("GET", path, "", "If-Match", header); got.status != status {
				t.Errorf("GET %s If-Match %s: %d", path, header, got.status)
			}
		}
		refused(t, e.send("PUT", path, body, "If-Match", `W/"0"`), 412, "")
		refused(t, e.send("PATCH", path, patch(`{"op":"replace","path":"displayName","value":"B"}`), "If-Match", `W/"0"`), 412, "")
		refused(t, e.send("DELETE", path, "", "If-Match", `W/"0"`), 412, "")
		refused(t, e.send("DELETE", path, "", "If-None-Match", tag), 412, "")
		changed := e.send("PUT", path, body, "If-Match", tag)
		if changed.status != 200 || changed.header.Get("ETag") == tag {
			t.Fatalf("%s: %d %s", path, changed.status, changed.text)
		}
		refused(t, e.send("PUT", path, body, "If-Match", tag), 412, "")
		again := e.send("PATCH", path, patch(`{"op":"add","path":"displayName","value":"A"}`))
		if again.status != 200 || again.header.Get("ETag") != changed.header.Get("ETag") {
			t.Errorf("%s: a change of nothing changes the version: %s", path, again.text)
		}
		if got := e.send("DELETE", path, "", "If-Match", again.header.Get("ETag")); got.status != 204 {
			t.Errorf("%s: %d %s", path, got.status, got.text)
		}
	}
	e := newEnv(t)
	tag := e.send("GET", "/Groups/g1", "").header.Get("ETag")
	e.steps(step{"PATCH", "/Groups/g1", patch(`{"op":"add","path":"members","value":[{"value":"2"}]}`), 200, ""})
	if got := e.send("GET", "/Groups/g1", "", "If-None-Match", tag); got.status != 200 {
		t.Error("a new member does not change the version of the group")
	}
}

// TestPatch checks what a PATCH makes of a resource, sentence by sentence of RFC 7644 section
// 3.5.2.
func TestPatch(t *testing.T) {
	const at = `"urn:ietf:params:scim:schemas:extension:roster:2.0:User`
	cases := map[string][]step{
		"add to one value replaces it":             {{"PATCH", "/Users/3", patch(`{"op":"add","path":"displayName","value":"B"}`), 200, `{"displayName":"B"}`}},
		"add to several values appends":            {{"PATCH", "/Users/3", patch(`{"op":"add","path":` + at + `:queues","value":[]},{"op":"add","path":` + at + `:skills","value":[1]}`), 200, `{` + at + `":{"skills":[1,2]}}`}},
		"add without a path takes an object":       {{"PATCH", "/Users/3", patch(`{"op":"add","value":{"displayName":"B","name":{"givenName":"C"},"emails":[{"value":"bea@mail.example"}]}}`), 200, `{"displayName":"B","name":{"givenName":"C","familyName":"Zander"}}`}},
		"add to a complex attribute merges":        {{"PATCH", "/Users/3", patch(`{"op":"add","path":"name","value":{"givenName":"C"}}`), 200, `{"name":{"givenName":"C","familyName":"Zander"}}`}},
		"replace of a complex attribute merges":    {{"PATCH", "/Users/3", patch(`{"op":"replace","path":"name","value":{"givenName":"C"}}`), 200, `{"name":{"givenName":"C","familyName":"Zander"}}`}},
		"replace of several values replaces all":   {{"PATCH", "/Users/3", patch(`{"op":"replace","path":"phoneNumbers","value":[{"value":"+4930111","type":"work"}]}`), 200, `{"phoneNumbers":[{"value":"+4930111","type":"work"}]}`}},
		"replace of what is not there adds":        {{"PATCH", "/Users/2", patch(`{"op":"replace","path":"displayName","value":"B"}`), 200, `{"displayName":"B"}`}},
		"replace of selected values":               {{"PATCH", "/Users/3", patch(`{"op":"replace","path":"phoneNumbers[type eq \"mobile\"]","value":{"type":"mobile","value":"+4930222"}}`), 200, `{"phoneNumbers":[{"value":"+4930100"},{"value":"+4930222","type":"mobile"}]}`}},
		"replace of a sub-attribute of all values": {{"PATCH", "/Users/3", patch(`{"op":"replace","path":"emails.value","value":"b@mail.example"}`), 200, `{"emails":[{"value":"b@mail.example"}]}`}},
		"replace of what no value is fails":        {{"PATCH", "/Users/2", patch(`{"op":"replace","path":"phoneNumbers[type eq \"work\"].value","value":"+2"}`), 400, `{"scimType":"noTarget"}`}},
		"remove without a path fails":              {{"PATCH", "/Users/3", patch(`{"op":"remove"}`), 400, `{"scimType":"noTarget"}`}},
		"remove of one value":                      {{"PATCH", "/Users/3", patch(`{"op":"remove","path":"displayName"},{"op":"remove","path":"name.givenName"}`), 200, `{"displayName":null,"name":{"givenName":null,"familyName":"Zander"}}`}},
		"remove of all values":                     {{"PATCH", "/Users/3", patch(`{"op":"remove","path":"phoneNumbers"}`), 200, `{"phoneNumbers":null}`}},
		"remove of selected values":                {{"PATCH", "/Users/3", patch(`{"op":"remove","path":"phoneNumbers[type eq \"work\"]"}`), 200, `{"phoneNumbers":[{"type":"mobile"}]}`}},
		"remove of the last selected value":        {{"PATCH", "/Users/3", patch(`{"op":"remove","path":"emails[value ew \"example\"]"}`), 200, `{"emails":null}`}},
		"remove of an extension":                   {{"PATCH", "/Users/3", patch(`{"op":"remove","path":` + at + `"}`), 200, `{` + at + `":{"skills":null,"maxChats":0,"custom":null}}`}},
		"an object for an extension":               {{"PATCH", "/Users/3", patch(`{"op":"replace","value":{` + at + `":{"maxChats":7,"memberOf":"g1"}}}`), 200, `{` + at + `":{"maxChats":7,"skills":[1,2],"memberOf":"g1"}}`}},
		"custom attributes":                        {{"PATCH", "/Users/3", patch(`{"op":"replace","path":` + at + `:custom.seniority","value":3.25},{"op":"remove","path":` + at + `:custom.site"}`), 200, `{` + at + `":{"custom":{"seniority":3.25,"site":null}}}`}},
		"a custom attribute that is not an option": {{"PATCH", "/Users/3", patch(`{"op":"replace","path":` + at + `:custom.site","value":"Rome"}`), 400, `{"scimType":"invalidValue"}`}},
		"a required attribute cannot go":           {{"PATCH", "/Users/3", patch(`{"op":"remove","path":"userName"}`), 400, `{"scimType":"mutability"}`}, {"PATCH", "/Groups/g1", patch(`{"op":"remove","path":"displayName"}`), 400, `{"scimType":"mutability"}`}},
		"a read-only attribute cannot change":      {{"PATCH", "/Users/3", patch(`{"op":"replace","path":"id","value":"4"}`), 400, `{"scimType":"mutability"}`}, {"PATCH", "/Users/3", patch(`{"op":"remove","path":"groups"}`), 400, `{"scimType":"mutability"}`}},
		"all or nothing":                           {{"PATCH", "/Users/3", patch(`{"op":"replace","path":"displayName","value":"X"},{"op":"replace","path":"active","value":"perhaps"}`), 400, `{"scimType":"invalidValue"}`}, {"GET", "/Users/3", "", 200, `{"displayName":"Bea"}`}},
		"an attribute that is not in the schema":   {{"PATCH", "/Users/3", patch(`{"op":"add","path":"nosuch","value":"X"}`), 400, `{"scimType":"invalidPath"}`}},
		"a filter on an attribute with one value":  {{"PATCH", "/Users/3", patch(`{"op":"add","path":"name[givenName eq \"x\"]","value":{}}`), 400, `{"scimType":"invalidPath"}`}},
		"a path with a filter that cannot be read": {{"PATCH", "/Users/3", patch(`{"op":"add","path":"emails[type","value":{}}`), 400, `{"scimType":"invalidPath"}`}},
		"an unknown op":                            {{"PATCH", "/Users/3", patch(`{"op":"move","path":"emails","value":{}}`), 400, `{"scimType":"invalidSyntax"}`}},
		"no operations":                            {{"PATCH", "/Users/3", patch(``), 400, `{"scimType":"invalidSyntax"}`}},
		"members who are no users":                 {{"PATCH", "/Groups/g1", patch(`{"op":"add","path":"members","value":[{"value":"2"},{"value":"99"}]}`), 400, `{"scimType":"invalidValue"}`}, {"GET", "/Groups/g1", "", 200, `{"members":[{"value":"3"}]}`}},
	}
	for name, list := range cases {
		t.Run(name, func(t *testing.T) {
			e := newEnv(t)
			e.populate()
			e.steps(list...)
		})
	}
}

func TestDiscovery(t *testing.T) {
	e := newEnv(t)
	e.steps(
		step{"GET", "/ServiceProviderConfig", "", 200, `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],"patch":{"supported":true},"bulk":{"supported":true,"maxOperations":1000,"maxPayloadSize":1048576},
			"filter":{"supported":true,"maxResults":1000},"sort":{"supported":true},"etag":{"supported":true},"changePassword":{"supported":true},
			"pagination":{"cursor":true,"index":true,"defaultPaginationMethod":"index","defaultPageSize":100,"maxPageSize":1000},"authenticationSchemes":[{"type":"oauthbearertoken"}]}`},
		step{"GET", "/ResourceTypes", "", 200, `{"totalResults":2,"Resources":[{"id":"User","endpoint":"/Users","schema":"urn:ietf:params:scim:schemas:core:2.0:User",
			"schemaExtensions":[{"schema":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User","required":false},{"schema":"urn:ietf:params:scim:schemas:extension:roster:2.0:User","required":false}]},
			{"id":"Group","endpoint":"/Groups","schemaExtensions":null}]}`},
		step{"GET", "/ResourceTypes/Group", "", 200, `{"schema":"urn:ietf:params:scim:schemas:core:2.0:Group"}`},
		step{"GET", "/Schemas", "", 200, `{"totalResults":4}`},
		step{"GET", "/Schemas/urn:ietf:params:scim:schemas:extension:enterprise:2.0:User", "", 200, `{"attributes":[{"name":"department","type":"string"},{"name":"manager","type":"complex","subAttributes":[{"name":"value"}]}]}`},
		step{"GET", "/Schemas/nosuch", "", 404, ""}, step{"GET", "/ResourceTypes/nosuch", "", 404, ""}, step{"GET", "/ServiceProviderConfig/x", "", 404, ""},
		step{"GET", "/Schemas?filter=id+pr", "", 403, ""}, step{"POST", "/Schemas", "{}", 405, ""},
		step{"GET", "/nosuch", "", 404, ""}, step{"GET", "/Users/", "", 404, ""}, step{"GET", "/Users/1/2", "", 404, ""}, step{"GET", "/Users/99", "", 404, ""}, step{"GET", "/Users/g1", "", 404, ""}, step{"GET", "/Groups/1", "", 404, ""},
		step{"GET", "/Me", "", 200, `{"id":"1","meta":{"location":"https://cc.example/scim/v2/Users/1"}}`}, step{"POST", "/Me", "{}", 405, ""},
	)
	if got := e.send("GET", "/Schemas/"+rosterURN, ""); !strings.Contains(got.text, `"canonicalValues":["Berlin","Paris"]`) || strings.Contains(got.text, "department") {
		t.Error(got.text)
	}
	if got := e.send("GET", "/Schemas/urn:ietf:params:scim:schemas:core:2.0:User", ""); strings.Contains(got.text, `"title"`) || !strings.Contains(got.text, `"mutability":"writeOnly"`) {
		t.Error(got.text)
	}
	if _, err := e.host.UpdateAccount(t.Context(), func() user.Account {
		a, _ := e.host.Account(t.Context())
		a.CustomAttributes = user.CustomSchema{}
		return a
	}()); err != nil {
		t.Fatal(err)
	}
	e.steps(step{"GET", "/Schemas", "", 200, `{"totalResults":3}`})
	if got := e.send(http.MethodHead, "/Users/1", ""); got.status != 200 || got.header.Get("ETag") == "" {
		t.Error(got.status)
	}
}
