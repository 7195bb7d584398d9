package scim_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ca74b63c/roster/examples/vendorhttp/matrix"
)

const (
	kimBegins  = `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"kim@acme"`
	enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
)

// schemaRows are the sentences of RFC 7643.
func schemaRows() []matrix.Row {
	yes, ours := matrix.Documented.Row, matrix.Assumed.Row
	return []matrix.Row{
		yes("2.1: a resource is JSON and names its schemas", does(step{"POST", "/Users", `{"userName":"kim@acme"}`, 400, `{"scimType":"invalidSyntax"}`}, step{"POST", "/Users", `7`, 400, ""})),
		yes("2.1: attribute names are case insensitive", does(step{"POST", "/Users", `{"SCHEMAS":["urn:ietf:params:scim:schemas:core:2.0:User"],"USERNAME":"kim@acme"}`, 201, `{"userName":"kim@acme"}`})),
		yes("2.1: attribute names keep the rule for names", eachAttribute(func(t *testing.T, path string, a map[string]any) {
			if name := a["name"].(string); name != "$ref" && !regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_-]*$`).MatchString(name) {
				t.Errorf("%s: %q", path, name)
			}
		})),
		yes("2.3.4: an integer has no fraction and no exponent", does(step{"PATCH", "/Users/2", patch(`{"op":"replace","path":"` + rosterURN + `:maxChats","value":2.5}`), 400, `{"scimType":"invalidValue"}`}, step{"PATCH", "/Users/2", patch(`{"op":"replace","path":"` + rosterURN + `:maxChats","value":2e0}`), 400, ""})),
		yes("2.3.5: a dateTime has a date and a time", timesAreWhole),
		yes("2.3.7: a reference is a URI whose GET returns the resource", referencesLead),
		yes("2.3.8: the order of attributes does not matter", does(step{"POST", "/Users", `{"displayName":"Kim","userName":"kim@acme","schemas":["urn:ietf:params:scim:schemas:core:2.0:User"]}`, 201, `{"displayName":"Kim"}`})),
		yes("2.3.8: a complex attribute has no complex sub-attribute", eachAttribute(func(t *testing.T, path string, a map[string]any) {
			if strings.Contains(path, ".") && a["type"] == "complex" {
				t.Error(path)
			}
		})),
		yes("2.4: primary is true for one value at most", does(step{"GET", "/Users/3", "", 200, `{"phoneNumbers":[{"type":"work","primary":true},{"type":"mobile","primary":false}]}`})),
		yes("2.4: values are returned in their canonical form", does(step{"POST", "/Users", kimBegins + `,"emails":[{"value":"kim@mail.example","type":"WORK"}]}`, 201, `{"emails":[{"value":"kim@mail.example","type":"work"}]}`})),
		yes("2.4: a type and value is not returned twice", does(step{"POST", "/Users", kimBegins + `,"roles":[{"value":"agent"},{"value":"agent"}]}`, 201, `{"roles":[{"value":"agent"}]}`})),
		yes("2.5: unassigned, null and empty are the same state", does(step{"PATCH", "/Users/3", patch(`{"op":"replace","path":"displayName","value":null},{"op":"replace","path":"phoneNumbers","value":[]}`), 200, `{"displayName":null,"phoneNumbers":null}`})),
		yes("3: the schemas attribute is required in every representation", does(step{"GET", "/Users/3?attributes=userName", "", 200, `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User","urn:ietf:params:scim:schemas:extension:roster:2.0:User"]}`})),
		yes("3: schemas has no value twice, and their order does not matter", does(step{"POST", "/Users", `{"schemas":["` + rosterURN + `","urn:ietf:params:scim:schemas:core:2.0:User","` + rosterURN + `"],"userName":"kim@acme"}`, 201, `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User","` + rosterURN + `"]}`})),
		yes("3.1: each representation includes a non-empty id, which is unique across all resources", does(step{"GET", "/Users/1", "", 200, `{"id":"1"}`}, step{"GET", "/Groups/g1", "", 200, `{"id":"g1"}`}, step{"GET", "/Groups/1", "", 404, ""})),
		yes("3.1: id is not specified by the client", does(step{"POST", "/Users", userBody, 201, `{"id":"7"}`})),
		yes("3.1: an id is stable and is not given again", does(step{"PATCH", "/Users/6", patch(`{"op":"replace","path":"userName","value":"x@acme"}`), 200, `{"id":"6"}`}, step{"DELETE", "/Users/6", "", 204, ""}, step{"POST", "/Users", kimBegins + `}`, 201, `{"id":"7"}`})),
		yes("3.1: no id has the word bulkId in it", does(step{"POST", "/Users", kimBegins + `,"id":"bulkId:x"}`, 201, `{"id":"7"}`})),
		yes("3.1: externalId is the client's identifier, and a filter finds it", does(step{"POST", "/Users", userBody, 201, ""}, step{"GET", `/Users?filter=externalId+eq+"7"`, "", 200, `{"totalResults":1}`})),
		yes("3.1: the server gives no externalId", does(step{"POST", "/Users", kimBegins + `}`, 201, `{"externalId":null}`})),
		yes("3.1: a created resource has id and meta", does(step{"POST", "/Groups", `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"X"}`, 201, `{"id":"g2","meta":{"resourceType":"Group","location":"https://cc.example/scim/v2/Groups/g2"}}`})),
		yes("3.1: meta is read-only and values of clients are ignored", does(step{"POST", "/Users", kimBegins + `,"meta":{"location":"x"}}`, 201, `{"meta":{"resourceType":"User","location":"https://cc.example/scim/v2/Users/$id"}}`})),
		yes("3.1: lastModified is created where nothing was modified", func(t *testing.T) {
			meta := newEnv(t).send("POST", "/Users", userBody).body["meta"].(map[string]any)
			if meta["created"] == nil || meta["created"] != meta["lastModified"] {
				t.Error(meta)
			}
		}),
		yes("3.1: meta.location is the header Content-Location", func(t *testing.T) {
			e := newEnv(t)
			for _, path := range []string{"/Users/1", "/Groups/g1", "/Me"} {
				got := e.send("GET", path, "")
				if location := got.header.Get("Content-Location"); location == "" || location != got.body["meta"].(map[string]any)["location"] {
					t.Errorf("%s: %q %s", path, location, got.text)
				}
			}
		}),
		yes("3.1: a weak entity tag begins with W/", func(t *testing.T) {
			got := newEnv(t).send("GET", "/Users/1", "")
			if tag := got.header.Get("ETag"); !strings.HasPrefix(tag, `W/"`) || tag != got.body["meta"].(map[string]any)["version"] {
				t.Error(tag, got.text)
			}
		}),
		yes("3.3: schemas has the schema of the resource, and an extension that is used", does(step{"GET", "/Users/4", "", 200, `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User","` + enterprise + `","` + rosterURN + `"]}`})),
		yes("3.3: the URI of an extension contains its attributes", does(step{"POST", "/Users", kimBegins + `,"` + rosterURN + `":{"pid":"p-1"}}`, 201, `{"pid":null,"` + rosterURN + `":{"pid":"p-1"}}`}, step{"POST", "/Users", `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"lee@acme","pid":"p-2"}`, 400, `{"scimType":"invalidSyntax"}`})),
		yes("4.1.1: userName is required and unique", does(step{"POST", "/Users", `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"]}`, 400, `{"scimType":"invalidValue"}`}, step{"POST", "/Users", `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"ADA@acme"}`, 409, `{"scimType":"uniqueness"}`})),
		yes("4.1.1: userName is not empty", does(step{"POST", "/Users", `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":""}`, 400, `{"scimType":"invalidValue"}`})),
		yes("4.1.1: the password is never returned", does(step{"POST", "/Users", userBody, 201, `{"password":null}`}, step{"GET", "/Users/$id?attributes=password", "", 200, `{"password":null}`})),
		yes("4.1.2: an e-mail address is one of RFC 5321", does(step{"POST", "/Users", kimBegins + `,"emails":[{"value":"kim"}]}`, 400, `{"scimType":"invalidValue"}`})),
		yes("4.1.2: groups has the ids of the groups, and says that the user is a direct member", does(step{"GET", "/Users/3", "", 200, `{"groups":[{"value":"g1","$ref":"https://cc.example/scim/v2/Groups/g1","display":"Sales","type":"direct"}]}`})),
		yes("4.1.2: groups is read-only at the user", does(step{"PATCH", "/Users/2", patch(`{"op":"add","path":"groups","value":[{"value":"g1"}]}`), 400, `{"scimType":"mutability"}`})),
		yes("4.1.2: who is in a group is changed at the group", does(step{"PATCH", "/Groups/g1", patch(`{"op":"add","path":"members","value":[{"value":"2"}]}`), 200, ""}, step{"GET", "/Users/2", "", 200, `{"groups":[{"value":"g1"}]}`})),
		yes("4.2: a group has a displayName and members", does(step{"GET", "/Groups/g1", "", 200, `{"displayName":"Sales","members":[{"value":"3","type":"User","$ref":"https://cc.example/scim/v2/Users/3"}]}`})),
		yes("4.2: displayName is required", does(step{"POST", "/Groups", `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"]}`, 400, `{"scimType":"invalidValue"}`})),
		yes("4.3: the enterprise extension", does(step{"GET", "/Users/4", "", 200, `{"` + enterprise + `":{"department":"R&D"}}`})),
		yes("5: the configuration of the service provider", does(step{"GET", "/ServiceProviderConfig", "", 200, `{"patch":{"supported":true},"bulk":{"supported":true,"maxOperations":1000,"maxPayloadSize":1048576},"filter":{"supported":true,"maxResults":1000},"changePassword":{"supported":true},"sort":{"supported":true},"etag":{"supported":true},"authenticationSchemes":[{"type":"oauthbearertoken"}]}`})),
		yes("5: the authentication schemes are shown without credentials", func(t *testing.T) {
			e := newEnv(t)
			if got := e.send("GET", "/ServiceProviderConfig", "", "Authorization", ""); got.status != 200 || got.body["authenticationSchemes"] == nil {
				t.Error(got.text)
			}
			refused(t, e.send("GET", "/ServiceProviderConfig", "", "Authorization", "Bearer x"), 401, "")
			refused(t, e.send("GET", "/Schemas", "", "Authorization", ""), 401, "")
		}),
		yes("6: a resource type has a name, an endpoint, and the id of a schema", typesLead),
		yes("7: a schema says of each attribute all its characteristics", eachAttribute(func(t *testing.T, path string, a map[string]any) {
			for _, name := range []string{"name", "type", "multiValued", "description", "required", "caseExact", "mutability", "returned", "uniqueness"} {
				if a[name] == nil {
					t.Errorf("%s has no %s", path, name)
				}
			}
			if (a["type"] == "complex") != (a["subAttributes"] != nil) {
				t.Errorf("%s: type %s", path, a["type"])
			}
		})),
		yes("7: the case of a case-exact value is kept", does(step{"POST", "/Users", kimBegins + `,"externalId":"AbC"}`, 201, `{"externalId":"AbC"}`}, step{"GET", `/Users?filter=externalId+eq+"abc"`, "", 200, `{"totalResults":0}`})),
		yes("7: a read-only value is not modified, a write-only value not returned", does(step{"PUT", "/Users/3", `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"Bea@acme","groups":[],"password":"Beas-Passw0rd!"}`, 200, `{"groups":[{"value":"g1"}],"password":null}`})),
		yes("7: the id of a schema is its URI", func(t *testing.T) {
			e := newEnv(t)
			for _, s := range e.send("GET", "/Schemas", "").body["Resources"].([]any) {
				if id := s.(map[string]any)["id"].(string); !strings.HasPrefix(id, "urn:ietf:params:scim:schemas:") || e.send("GET", "/Schemas/"+id, "").status != 200 {
					t.Error(id)
				}
			}
		}),
		ours("a standard attribute that nothing keeps is taken and not kept", does(step{"PATCH", "/Users/3", patch(`{"op":"add","path":"title","value":"Chief"}`), 200, `{"title":null}`})),
		ours("primary is the server's: a value of a client is taken and not kept", does(step{"PATCH", "/Users/3", patch(`{"op":"replace","path":"phoneNumbers[type eq \"mobile\"].primary","value":true}`), 200, `{"phoneNumbers":[{"type":"work","primary":true},{"type":"mobile","primary":false}]}`})),
	}
}

// eachAttribute returns a test of every attribute and sub-attribute that /Schemas lists.
func eachAttribute(check func(t *testing.T, path string, a map[string]any)) func(*testing.T) {
	return func(t *testing.T) {
		seen := 0
		var walk func(string, []any)
		walk = func(path string, list []any) {
			for _, item := range list {
				a := item.(map[string]any)
				seen++
				check(t, path+a["name"].(string), a)
				sub, _ := a["subAttributes"].([]any)
				walk(path+a["name"].(string)+".", sub)
			}
		}
		for _, s := range newEnv(t).send("GET", "/Schemas", "").body["Resources"].([]any) {
			walk("", s.(map[string]any)["attributes"].([]any))
		}
		if seen < 40 {
			t.Errorf("%d attributes", seen)
		}
	}
}

func timesAreWhole(t *testing.T) {
	e := newEnv(t)
	e.populate()
	meta := e.send("GET", "/Users/3", "").body["meta"].(map[string]any)
	for _, name := range []string{"created", "lastModified"} {
		if _, err := time.Parse(time.RFC3339Nano, meta[name].(string)); err != nil {
			t.Error(err)
		}
	}
	e.steps(step{"GET", `/Users?filter=meta.created+gt+"2020-01-01"`, "", 400, `{"scimType":"invalidFilter"}`})
}

// referencesLead follows every $ref of a user and of a group.
func referencesLead(t *testing.T) {
	e := newEnv(t)
	e.populate()
	for path, list := range map[string]string{"/Users/3": "groups", "/Groups/g1": "members"} {
		for _, item := range e.send("GET", path, "").body[list].([]any) {
			value := item.(map[string]any)
			at, ok := strings.CutPrefix(value["$ref"].(string), "https://cc.example/scim/v2")
			if got := e.send("GET", at, ""); !ok || got.status != 200 || got.body["id"] != value["value"] {
				t.Errorf("%s: %v: %s", path, value, got.text)
			}
		}
	}
}

// typesLead follows the endpoints and schemas of the resource types.
func typesLead(t *testing.T) {
	e := newEnv(t)
	var names []string
	for _, item := range e.send("GET", "/ResourceTypes", "").body["Resources"].([]any) {
		o := item.(map[string]any)
		names = append(names, o["name"].(string))
		ids := []string{o["schema"].(string)}
		extensions, _ := o["schemaExtensions"].([]any)
		for _, x := range extensions {
			ids = append(ids, x.(map[string]any)["schema"].(string))
		}
		for _, id := range ids {
			if got := e.send("GET", "/Schemas/"+id, ""); got.status != 200 || got.body["id"] != id {
				t.Errorf("%s: %s", id, got.text)
			}
		}
		if got := e.send("GET", o["endpoint"].(string), ""); got.status != 200 {
			t.Error(got.text)
		}
	}
	if !slices.Equal(names, []string{"User", "Group"}) {
		t.Error(names)
	}
}
