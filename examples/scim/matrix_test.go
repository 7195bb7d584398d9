package scim_test

import (
	"testing"

	"github.com/ca74b63c/roster/examples/vendorhttp/matrix"
)

const (
	userBody   = `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"kim@acme","externalId":"7","displayName":"Kim","id":"99","password":"Kims-Passw0rd!"}`
	searchBody = `{"schemas":["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],`
)

// does returns the test of a row: requests to an account with six users.
func does(list ...step) func(*testing.T) {
	return func(t *testing.T) {
		e := newEnv(t)
		e.populate()
		e.steps(list...)
	}
}

// TestMatrix has a row for the normative sentences of the RFCs that apply to this server.
func TestMatrix(t *testing.T) {
	yes := matrix.Documented.Row
	ours := matrix.Assumed.Row
	matrix.Run(t, matrix.Table{
		Vendor: "SCIM", Document: "RFC 7643, RFC 7644 and RFC 9865",
		Sections: []matrix.Section{
			{Name: "RFC 7643, resources", Rows: []matrix.Row{
				yes("2.1: attribute names are case insensitive", does(step{"POST", "/Users", `{"SCHEMAS":["urn:ietf:params:scim:schemas:core:2.0:User"],"USERNAME":"kim@acme"}`, 201, `{"userName":"kim@acme"}`})),
				yes("2.5: unassigned, null and empty are the same state", does(step{"PATCH", "/Users/3", patch(`{"op":"replace","path":"displayName","value":null},{"op":"replace","path":"phoneNumbers","value":[]}`), 200, `{"displayName":null,"phoneNumbers":null}`})),
				yes("3: the schemas attribute is required in every representation", does(step{"GET", "/Users/3?attributes=userName", "", 200, `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User","urn:ietf:params:scim:schemas:extension:roster:2.0:User"]}`}, step{"POST", "/Users", `{"userName":"kim@acme"}`, 400, `{"scimType":"invalidSyntax"}`})),
				yes("3.1: each representation includes a non-empty id, which is unique across all resources", does(step{"GET", "/Users/1", "", 200, `{"id":"1"}`}, step{"GET", "/Groups/g1", "", 200, `{"id":"g1"}`}, step{"GET", "/Groups/1", "", 404, ""})),
				yes("3.1: id is not specified by the client", does(step{"POST", "/Users", userBody, 201, `{"id":"7"}`})),
				yes("3.1: externalId is the client's identifier, and a filter finds it", does(step{"POST", "/Users", userBody, 201, ""}, step{"GET", `/Users?filter=externalId+eq+"7"`, "", 200, `{"totalResults":1}`})),
				yes("3.1: meta is read-only and values of clients are ignored", does(step{"POST", "/Users", `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"kim@acme","meta":{"location":"x"}}`, 201, `{"meta":{"resourceType":"User","location":"https://cc.example/scim/v2/Users/$id"}}`})),
				yes("4.1.1: userName is required and unique", does(step{"POST", "/Users", `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"]}`, 400, `{"scimType":"invalidValue"}`}, step{"POST", "/Users", `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"ADA@acme"}`, 409, `{"scimType":"uniqueness"}`})),
				yes("4.1.1: the password is never returned", does(step{"POST", "/Users", userBody, 201, `{"password":null}`}, step{"GET", "/Users/$id?attributes=password", "", 200, `{"password":null}`})),
				yes("4.1.2: groups is read-only at the user", does(step{"PATCH", "/Users/2", patch(`{"op":"add","path":"groups","value":[{"value":"g1"}]}`), 400, `{"scimType":"mutability"}`})),
				yes("4.2: a group has a displayName and members", does(step{"GET", "/Groups/g1", "", 200, `{"displayName":"Sales","members":[{"value":"3","type":"User","$ref":"https://cc.example/scim/v2/Users/3"}]}`})),
				yes("4.3: the enterprise extension", does(step{"GET", "/Users/4", "", 200, `{"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"R&D"}}`})),
				yes("5: the configuration of the service provider", does(step{"GET", "/ServiceProviderConfig", "", 200, `{"patch":{"supported":true},"filter":{"maxResults":1000}}`})),
				ours("a standard attribute that nothing keeps is taken and not kept", does(step{"PATCH", "/Users/3", patch(`{"op":"add","path":"title","value":"Chief"}`), 200, `{"title":null}`})),
			}},
			{Name: "RFC 7644, create, read, replace, delete", Rows: []matrix.Row{
				yes("3.3: read-only attributes in the body are ignored", does(step{"POST", "/Users", `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"kim@acme","groups":[{"value":"g1"}]}`, 201, `{"groups":null}`})),
				yes("3.3: a created resource is 201 with Location and its representation", func(t *testing.T) {
					got := newEnv(t).send("POST", "/Users", userBody)
					if got.status != 201 || got.header.Get("Location") != "https://cc.example/scim/v2/Users/3" || got.body["userName"] != "kim@acme" {
						t.Error(got.status, got.header, got.text)
					}
				}),
				yes("3.4.1: an unknown resource is 404", does(step{"GET", "/Users/99", "", 404, `{"status":"404"}`})),
				yes("3.5.1: a PUT replaces, and read-only values are ignored", does(step{"PUT", "/Users/3", `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"id":"x","userName":"Bea@acme","displayName":"B"}`, 200, `{"id":"3","displayName":"B","emails":null}`})),
				ours("3.5.1: a PUT without active, roles or an extension leaves them", does(step{"PUT", "/Users/3", `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"Bea@acme"}`, 200, `{"roles":[{"value":"agent"},{"value":"supervisor"}],"` + rosterURN + `":{"maxChats":3}}`})),
				yes("3.5.1: a PUT of an unknown resource is 404", does(step{"PUT", "/Users/99", userBody, 404, ""})),
				yes("3.6: a deleted resource is 404 for all operations, and lists leave it out", does(step{"DELETE", "/Users/3", "", 204, ""}, step{"GET", "/Users/3", "", 404, ""}, step{"DELETE", "/Users/3", "", 404, ""}, step{"PATCH", "/Users/3", patch(`{"op":"remove","path":"emails"}`), 404, ""}, step{"GET", "/Users", "", 200, `{"totalResults":5}`})),
				yes("3.6: a deleted resource is in no conflict with a new one", does(step{"DELETE", "/Users/3", "", 204, ""}, step{"POST", "/Users", `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"bea@acme"}`, 201, ""})),
				yes("3.11: Me is the user of the token", does(step{"GET", "/Me", "", 200, `{"id":"1","meta":{"location":"https://cc.example/scim/v2/Users/1"}}`})),
				yes("3.14: a version that does not match is 412", TestEntityTags),
			}},
			{Name: "RFC 7644, lists", Rows: []matrix.Row{
				yes("3.4.2: a query without results is 200 with totalResults 0", does(step{"GET", `/Users?filter=userName+eq+"x"`, "", 200, `{"totalResults":0}`})),
				yes("3.4.2.2: the operators, and their order", TestFilters),
				yes("3.4.2.2: booleans have no order: invalidFilter", does(step{"GET", "/Users?filter=active+gt+true", "", 400, `{"scimType":"invalidFilter"}`})),
				yes("3.4.2.3: sortBy and sortOrder, by default ascending", TestSort),
				yes("3.4.2.3: a resource without a value is last in ascending order", does(step{"GET", "/Users?sortBy=displayName&startIndex=3", "", 200, `{"Resources":[{"displayName":null},{},{},{}]}`})),
				yes("3.4.2.4: a startIndex below 1 is 1, a negative count is 0", does(step{"GET", "/Users?startIndex=-1&count=-1", "", 200, `{"totalResults":6,"startIndex":1,"itemsPerPage":0}`})),
				yes("3.4.2.5: attributes and excludedAttributes", TestProjection),
				yes("3.4.3: a search by POST", does(step{"POST", "/Users/.search", searchBody + `"filter":"userName sw \"a\""}`, 200, `{"totalResults":2}`})),
				yes("3.10: an attribute of an extension is named with its schema", does(step{"GET", "/Users?filter=maxChats+gt+1", "", 400, `{"scimType":"invalidFilter"}`}, step{"GET", "/Users?filter=" + rosterURN + ":maxChats+gt+1", "", 200, `{"totalResults":2}`})),
				yes("RFC 9865, 2: a page but the last has nextCursor", TestPagesByCursor),
				yes("RFC 9865, 2.1: a cursor that is none is invalidCursor", does(step{"GET", "/Users?cursor=x", "", 400, `{"scimType":"invalidCursor"}`})),
				yes("RFC 9865, 4: the configuration says how pages are made", does(step{"GET", "/ServiceProviderConfig", "", 200, `{"pagination":{"cursor":true,"index":true,"defaultPaginationMethod":"index"}}`})),
			}},
			{Name: "RFC 7644, PATCH and bulk", Rows: []matrix.Row{
				yes("3.5.2: add, remove and replace", TestPatch),
				yes("3.5.2: a PATCH is atomic", does(step{"PATCH", "/Users/3", patch(`{"op":"remove","path":"displayName"},{"op":"remove","path":"userName"}`), 400, ""}, step{"GET", "/Users/3", "", 200, `{"displayName":"Bea"}`})),
				yes("3.5.2.1: adding a value that is there changes nothing", does(step{"PATCH", "/Groups/g1", patch(`{"op":"add","path":"members","value":[{"value":"3"}]}`), 200, `{"members":[{"value":"3"}]}`})),
				yes("3.5.2.2: a remove without a path is noTarget", does(step{"PATCH", "/Users/3", patch(`{"op":"remove"}`), 400, `{"scimType":"noTarget"}`})),
				yes("3.5.2.2: a required attribute that would be gone is mutability", does(step{"PATCH", "/Users/3", patch(`{"op":"remove","path":"userName"}`), 400, `{"scimType":"mutability"}`})),
				yes("3.5.2.3: a filter that no value passes is noTarget", does(step{"PATCH", "/Users/2", patch(`{"op":"replace","path":"emails[type eq \"work\"].value","value":"x@mail.example"}`), 400, `{"scimType":"noTarget"}`})),
				yes("3.7: bulk operations, bulkId, circles and failOnErrors", TestBulk),
				yes("3.7.4: too many operations are 413", TestBadBulk),
			}},
			{Name: "RFC 7644, errors and the rest", Rows: []matrix.Row{
				yes("2: a request without a token is 401 with WWW-Authenticate", TestAuthorization),
				yes("3.12: an error has the schema, the status as a string, scimType and detail", does(step{"GET", "/Users?filter=x", "", 400, `{"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"status":"400","scimType":"invalidFilter"}`})),
				yes("4: /Schemas, /ResourceTypes and /ServiceProviderConfig take no filter: 403", does(step{"GET", "/Schemas?filter=id+pr", "", 403, ""})),
				yes("6: a token of one tenant does not reach another", TestTenants),
				ours("Entra's PATCH, filters and soft deletes", TestEntra),
				ours("Okta's PATCH, PUT and groups", TestOkta),
			}},
		},
	})
}
