package scim_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/examples/vendorhttp/matrix"
	"github.com/ca74b63c/roster/user"
)

const (
	listURN   = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
	beaBegins = `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"Bea@acme"`
)

// changes is a PATCH of user 3 that must give the reply.
func changes(operations, want string) func(*testing.T) {
	return does(step{"PATCH", "/Users/3", patch(operations), 200, want})
}

// resourceRows are the sentences of RFC 7644 about one resource.
func resourceRows() []matrix.Row {
	yes, ours := matrix.Documented.Row, matrix.Assumed.Row
	return []matrix.Row{
		yes("3.3: read-only attributes in the body are ignored", does(step{"POST", "/Users", kimBegins + `,"groups":[{"value":"g1"}]}`, 201, `{"groups":null}`})),
		yes("3.3: a created resource is 201 with Location and its representation", func(t *testing.T) {
			got := newEnv(t).send("POST", "/Users", userBody)
			if got.status != 201 || got.header.Get("Location") != "https://cc.example/scim/v2/Users/3" || got.body["userName"] != "kim@acme" {
				t.Error(got.status, got.header, got.text)
			}
		}),
		yes("3.3: a duplicate is 409 with scimType uniqueness", does(step{"POST", "/Users", `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"bea@ACME"}`, 409, `{"scimType":"uniqueness"}`}, step{"POST", "/Groups", `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"Sales"}`, 409, `{"scimType":"uniqueness"}`})),
		yes("3.3.1: meta.resourceType is that of the endpoint", does(step{"POST", "/Users", kimBegins + `,"meta":{"resourceType":"Group"}}`, 201, `{"meta":{"resourceType":"User"}}`}, step{"GET", "/Groups/g1", "", 200, `{"meta":{"resourceType":"Group"}}`})),
		yes("3.4.1: an unknown resource is 404", does(step{"GET", "/Users/99", "", 404, `{"status":"404"}`})),
		yes("3.5.1: a PUT replaces, and read-only values are ignored", does(step{"PUT", "/Users/3", `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"id":"x","userName":"Bea@acme","displayName":"B"}`, 200, `{"id":"3","displayName":"B","emails":null}`})),
		yes("3.5.1: a PUT replaces a write-only value", replacesPassword),
		yes("3.5.1: a required attribute must be in a PUT", does(step{"PUT", "/Users/3", `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"displayName":"B"}`, 400, `{"scimType":"invalidValue"}`}, step{"PUT", "/Groups/g1", `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"]}`, 400, ""}, step{"GET", "/Users/3", "", 200, `{"displayName":"Bea"}`})),
		yes("3.5.1: a PUT creates nothing: an unknown resource is 404", does(step{"PUT", "/Users/99", userBody, 404, ""}, step{"GET", `/Users?filter=userName+eq+"kim@acme"`, "", 200, `{"totalResults":0}`})),
		ours("3.5.1: a PUT without active, roles or an extension leaves them", does(step{"PUT", "/Users/3", beaBegins + `}`, 200, `{"roles":[{"value":"agent"},{"value":"supervisor"}],"` + rosterURN + `":{"maxChats":3}}`})),
		yes("3.6: a deleted resource is 204", does(step{"DELETE", "/Users/3", "", 204, ""}, step{"DELETE", "/Groups/g1", "", 204, ""})),
		yes("3.6: a deleted resource is 404 for all operations, and lists leave it out", does(step{"DELETE", "/Users/3", "", 204, ""}, step{"GET", "/Users/3", "", 404, ""}, step{"DELETE", "/Users/3", "", 404, ""}, step{"PATCH", "/Users/3", patch(`{"op":"remove","path":"emails"}`), 404, ""}, step{"PUT", "/Users/3", beaBegins + `}`, 404, ""}, step{"GET", "/Users", "", 200, `{"totalResults":5}`})),
		yes("3.6: a deleted resource is in no conflict with a new one", does(step{"DELETE", "/Users/3", "", 204, ""}, step{"POST", "/Users", `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"bea@acme"}`, 201, ""})),
		yes("3.11: Me is the user of the token, and Location its own URI", func(t *testing.T) {
			got := newEnv(t).send("GET", "/Me", "")
			if want := "https://cc.example/scim/v2/Users/1"; got.body["id"] != "1" || got.header.Get("Location") != want || got.body["meta"].(map[string]any)["location"] != want {
				t.Error(got.header, got.text)
			}
		}),
		yes("3.14: the version is the header ETag, and If-None-Match with it is 304", func(t *testing.T) {
			e := newEnv(t)
			first := e.send("GET", "/Users/1", "")
			if got := e.send("GET", "/Users/1", "", "If-None-Match", first.header.Get("ETag")); got.status != http.StatusNotModified || got.text != "" {
				t.Error(got.status, got.text)
			}
		}),
		yes("3.14: a version that does not match is 412", TestEntityTags),
	}
}

// replacesPassword signs the user in with the password of a PUT.
func replacesPassword(t *testing.T) {
	e := newEnv(t)
	e.populate()
	e.steps(step{"PUT", "/Users/3", beaBegins + `,"password":"Beas-Passw0rd!"}`, 200, `{"password":null}`})
	if _, err := e.dir.SignIn(t.Context(), "acme", "bea@acme", roster.PasswordOf("Beas-Passw0rd!")); err != nil {
		t.Error(err)
	}
}

// patchRows are the sentences of RFC 7644 section 3.5.2.
func patchRows() []matrix.Row {
	yes := matrix.Documented.Row
	const (
		begin = `{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],`
		roles = `"path":"roles","value":[{"value":"supervisor"}]`
	)
	refuses := func(body, kind string) func(*testing.T) {
		return does(step{"PATCH", "/Users/3", body, 400, `{"scimType":"` + kind + `"}`}, step{"GET", "/Users/3", "", 200, `{"displayName":"Bea"}`})
	}
	return []matrix.Row{
		yes("3.5.2: add, remove and replace", TestPatch),
		yes("3.5.2: the body has the schema PatchOp", refuses(`{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"Operations":[{"op":"remove","path":"displayName"}]}`, "invalidSyntax")),
		yes("3.5.2: Operations has one operation or more", refuses(begin+`"Operations":[]}`, "invalidSyntax")),
		yes("3.5.2: an operation has one op, and it is add, remove or replace", does(
			step{"PATCH", "/Users/3", patch(`{"path":"displayName","value":"X"}`), 400, `{"scimType":"invalidSyntax"}`}, step{"PATCH", "/Users/3", patch(`{"op":"move","path":"displayName","value":"X"}`), 400, `{"scimType":"invalidSyntax"}`})),
		yes("3.5.2: an operation fits the mutability of the attribute", does(
			step{"PATCH", "/Users/3", patch(`{"op":"replace","path":"id","value":"4"}`), 400, `{"scimType":"mutability"}`}, step{"PATCH", "/Users/3", patch(`{"op":"add","path":"meta.created","value":"2020-01-01T00:00:00Z"}`), 400, `{"scimType":"mutability"}`})),
		yes("3.5.2: an operation fits the schema of the attribute", refuses(patch(`{"op":"replace","path":"active","value":7}`), "invalidValue")),
		yes("3.5.2: a PATCH is atomic, and an error leaves the resource as it was", refuses(patch(`{"op":"remove","path":"displayName"},{"op":"remove","path":"userName"}`), "mutability")),
		yes("3.5.2: a PATCH that succeeds is 200 with the resource", changes(`{"op":"replace","path":"displayName","value":"B"}`, `{"id":"3","userName":"Bea@acme","displayName":"B"}`)),
		yes("3.5.2.1: an add has a value", refuses(patch(`{"op":"add","path":"displayName"}`), "invalidValue")),
		yes("3.5.2.1: without a path the value has the attributes to add", changes(`{"op":"add","value":{"displayName":"B","preferredLanguage":"nl"}}`, `{"displayName":"B","preferredLanguage":"nl"}`)),
		yes("3.5.2.1: an attribute without a value is added", does(step{"PATCH", "/Users/2", patch(`{"op":"add","path":"displayName","value":"A"}`), 200, `{"displayName":"A"}`})),
		yes("3.5.2.1: to a complex attribute, sub-attributes are added", changes(`{"op":"add","path":"name","value":{"givenName":"C"}}`, `{"name":{"givenName":"C","familyName":"Zander"}}`)),
		yes("3.5.2.1: to a multi-valued attribute, a value is added", does(step{"PATCH", "/Users/2", patch(`{"op":"add",` + roles + `}`), 200, `{"roles":[{"value":"agent"},{"value":"supervisor"}]}`})),
		yes("3.5.2.1: the value of a single-valued attribute is replaced", changes(`{"op":"add","path":"displayName","value":"B"}`, `{"displayName":"B"}`)),
		yes("3.5.2.1: adding what is there changes neither the resource nor lastModified", addsNothing),
		yes("3.5.2.2: a remove without a path is noTarget", refuses(patch(`{"op":"remove"}`), "noTarget")),
		yes("3.5.2.2: a removed attribute is unassigned", changes(`{"op":"remove","path":"displayName"}`, `{"displayName":null}`)),
		yes("3.5.2.2: a multi-valued attribute without a filter loses all values", changes(`{"op":"remove","path":"phoneNumbers"}`, `{"phoneNumbers":null}`)),
		yes("3.5.2.2: with a filter it loses the values that pass", changes(`{"op":"remove","path":"phoneNumbers[type eq \"work\"]"}`, `{"phoneNumbers":[{"type":"mobile"}]}`)),
		yes("3.5.2.2: if no value is left, the attribute is unassigned", changes(`{"op":"remove","path":"emails[type eq \"work\"]"}`, `{"emails":null}`)),
		yes("3.5.2.2: a required or read-only attribute that would be gone is mutability", does(step{"PATCH", "/Users/3", patch(`{"op":"remove","path":"userName"}`), 400, `{"scimType":"mutability"}`}, step{"PATCH", "/Users/3", patch(`{"op":"remove","path":"groups"}`), 400, `{"scimType":"mutability"}`})),
		yes("3.5.2.3: without a path the value has the attributes to replace", changes(`{"op":"replace","value":{"displayName":"B"}}`, `{"displayName":"B"}`)),
		yes("3.5.2.3: the value of a single-valued attribute is replaced", changes(`{"op":"replace","path":"displayName","value":"B"}`, `{"displayName":"B"}`)),
		yes("3.5.2.3: all values of a multi-valued attribute are replaced", changes(`{"op":"replace",`+roles+`}`, `{"roles":[{"value":"supervisor"}]}`)),
		yes("3.5.2.3: an attribute that is not there is added", does(step{"PATCH", "/Users/2", patch(`{"op":"replace","path":"displayName","value":"A"}`), 200, `{"displayName":"A"}`})),
		yes("3.5.2.3: sub-attributes that are not named stay", changes(`{"op":"replace","path":"name","value":{"givenName":"C"}}`, `{"name":{"givenName":"C","familyName":"Zander"}}`)),
		yes("3.5.2.3: with a filter the values that pass are replaced", changes(`{"op":"replace","path":"phoneNumbers[type eq \"mobile\"]","value":{"type":"mobile","value":"+4930222"}}`, `{"phoneNumbers":[{"value":"+4930100"},{"value":"+4930222"}]}`)),
		yes("3.5.2.3: with a filter and a sub-attribute, that of the values that pass", changes(`{"op":"replace","path":"phoneNumbers[type eq \"work\"].value","value":"+4930333"}`, `{"phoneNumbers":[{"value":"+4930333","type":"work"},{"type":"mobile"}]}`)),
		yes("3.5.2.3: a filter that no value passes is noTarget", does(step{"PATCH", "/Users/2", patch(`{"op":"replace","path":"emails[type eq \"work\"].value","value":"x@mail.example"}`), 400, `{"scimType":"noTarget"}`})),
		yes("3.12: a path that is none is invalidPath", refuses(patch(`{"op":"add","path":"emails[type","value":{}}`), "invalidPath")),
	}
}

// addsNothing adds what a user and a group have.
func addsNothing(t *testing.T) {
	e := newEnv(t)
	e.populate()
	for path, operation := range map[string]string{
		"/Users/3": `{"op":"add","path":"displayName","value":"Bea"}`, "/Groups/g1": `{"op":"add","path":"members","value":[{"value":"3"}]}`,
	} {
		before := e.send("GET", path, "")
		after := e.send("PATCH", path, patch(operation))
		if after.status != 200 || after.text != before.text {
			t.Errorf("%s: %s\nwas %s", path, after.text, before.text)
		}
	}
}

// bulkRows are the sentences of RFC 7644 section 3.7.
func bulkRows() []matrix.Row {
	yes := matrix.Documented.Row
	replies := func(body, want string) func(*testing.T) {
		return does(step{"POST", "/Bulk", body, 200, `{"schemas":["urn:ietf:params:scim:api:messages:2.0:BulkResponse"],"Operations":[` + want + `]}`})
	}
	return []matrix.Row{
		yes("3.7: bulk operations, bulkId, circles and failOnErrors", TestBulk),
		yes("3.7: without failOnErrors all operations run, whatever fails", replies(bulk(newUser("a", "ada@acme")+","+newUser("b", "b@acme")), `{"status":"409"},{"status":"201"}`)),
		yes("3.7: with failOnErrors the run ends at that many errors", replies(bulk(newUser("a", "ada@acme")+","+newUser("b", "b@acme"), `"failOnErrors":1,`), `{"status":"409"}`)),
		yes("3.7: the reply has the bulkId of what was created", replies(bulk(newUser("abc", "b@acme")), `{"bulkId":"abc","status":"201","location":"https://cc.example/scim/v2/Users/7"}`)),
		yes("3.7: a POST has a bulkId", does(step{"POST", "/Bulk", bulk(`{"method":"POST","path":"/Users","data":{}}`), 400, `{"scimType":"invalidValue"}`})),
		yes("3.7.1: what refers to each other is tried, and a circle is 409", replies(bulk(newGroup("a", "A", "bulkId:b")+","+newGroup("b", "B", "bulkId:a")), `{"status":"409"},{"status":"409"}`)),
		yes("3.7.2: a bulkId stands for the id in paths and in data", replies(bulk(newGroup("g", "Team", "bulkId:u")+","+newUser("u", "u@acme")+`,{"method":"DELETE","path":"/Users/bulkId:u"}`), `{"status":"201"},{"status":"201"},{"method":"DELETE","status":"204"}`)),
		yes("3.7.3: the reply has the results of all operations that ran", replies(bulk(`{"method":"DELETE","path":"/Users/3"},{"method":"DELETE","path":"/Users/99"}`), `{"status":"204"},{"status":"404"}`)),
		yes("3.7.3: each has its HTTP status, a failed one its error", replies(bulk(`{"method":"DELETE","path":"/Users/99"}`), `{"status":"404","response":{"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"status":"404"}}`)),
		yes("3.7.3: each has its location, but for a POST that failed", replies(bulk(newUser("a", "ada@acme")+`,{"method":"DELETE","path":"/Users/99"}`), `{"status":"409","location":null},{"location":"https://cc.example/scim/v2/Users/99"}`)),
		yes("3.7.4: the configuration has the greatest number of operations and the greatest size", does(step{"GET", "/ServiceProviderConfig", "", 200, `{"bulk":{"maxOperations":1000,"maxPayloadSize":1048576}}`})),
		yes("3.7.4: too many operations and too large a request are 413", TestBadBulk),
	}
}

// restRows are the other sentences of RFC 7644.
func restRows() []matrix.Row {
	yes, ours := matrix.Documented.Row, matrix.Assumed.Row
	return []matrix.Row{
		yes("2: a request without a token is 401 with WWW-Authenticate", TestAuthorization),
		yes("2: what a client may do is what its user may do", TestPolicy),
		yes("3.1: the schemas of messages are not at /Schemas", does(step{"GET", "/Schemas/" + listURN, "", 404, ""}, step{"GET", "/Schemas/urn:ietf:params:scim:api:messages:2.0:PatchOp", "", 404, ""})),
		yes("3.8: requests and replies are JSON in UTF-8", does(step{"POST", "/Users", kimBegins + `,"displayName":"Zoë 李"}`, 201, `{"displayName":"Zoë 李"}`}, step{"POST", "/Users", kimBegins + ",\"displayName\":\"\xff\"}", 400, `{"scimType":"invalidValue"}`})),
		yes("3.8: application/scim+json is taken and sent, application/json is taken", func(t *testing.T) {
			e := newEnv(t)
			for i, kind := range []string{"application/scim+json", "application/json", "application/scim+json; charset=utf-8"} {
				if got := e.send("POST", "/Users", strings.Replace(userBody, "kim@", "kim"+user.ID(i).String()+"@", 1), "Content-Type", kind, "Accept", "application/scim+json"); got.status != 201 {
					t.Errorf("%s: %s", kind, got.text)
				}
			}
		}),
		yes("3.12: an error has the schema, the status as a string, scimType and detail", does(step{"GET", "/Users?filter=x", "", 400, `{"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"status":"400","scimType":"invalidFilter"}`})),
		yes("3.13: a version in the URI that is not served is refused", func(t *testing.T) {
			w := httptest.NewRecorder()
			newEnv(t).handler.ServeHTTP(w, httptest.NewRequest("GET", "/scim/v1/Users", nil))
			if w.Code != http.StatusNotFound {
				t.Error(w.Code)
			}
		}),
		yes("4: ServiceProviderConfig has its schema", does(step{"GET", "/ServiceProviderConfig", "", 200, `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"]}`})),
		yes("4: Schemas and ResourceTypes are lists, and each is at its id", does(
			step{"GET", "/Schemas", "", 200, `{"schemas":["` + listURN + `"],"totalResults":4}`}, step{"GET", "/ResourceTypes", "", 200, `{"schemas":["` + listURN + `"],"totalResults":2}`},
			step{"GET", "/ResourceTypes/User", "", 200, `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:ResourceType"],"name":"User"}`}, step{"GET", "/Schemas/" + rosterURN, "", 200, `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Schema"],"name":"Roster User"}`})),
		yes("4: sorting and pages are ignored there", does(step{"GET", "/Schemas?startIndex=3&count=1&sortBy=id", "", 200, `{"totalResults":4,"startIndex":1,"itemsPerPage":4}`})),
		yes("4: /Schemas, /ResourceTypes and /ServiceProviderConfig take no filter: 403", does(step{"GET", "/Schemas?filter=id+pr", "", 403, ""}, step{"GET", "/ResourceTypes?filter=id+pr", "", 403, ""}, step{"GET", "/ServiceProviderConfig?filter=id+pr", "", 403, ""})),
		yes("5: user names are compared as PRECIS says: case, width and form do not matter", does(step{"GET", "/Users?filter=userName+eq+%22E%CC%81MILE@acme%22", "", 200, `{"totalResults":1,"Resources":[{"id":"6"}]}`}, step{"GET", "/Users?filter=userName+eq+%22%EF%BC%A2ea@acme%22", "", 200, `{"totalResults":1,"Resources":[{"id":"3"}]}`})),
		yes("6: a token of one tenant does not reach another", TestTenants),
		yes("7.5.2: no filter compares a password", does(step{"GET", `/Users?filter=password+eq+"x"`, "", 400, `{"scimType":"invalidFilter"}`})),
		ours("Entra's PATCH, filters and soft deletes", TestEntra),
		ours("Okta's PATCH, PUT and groups", TestOkta),
	}
}
