package scim_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/ca74b63c/roster/examples/scim"
	"github.com/ca74b63c/roster/examples/vendorhttp"
	"github.com/ca74b63c/roster/examples/vendorhttp/vendorhttptest"
)

// TestBadInput sends each endpoint each kind of bad input.
func TestBadInput(t *testing.T) {
	var log vendorhttptest.Log
	e := newEnv(t, func(o *scim.Options) { o.Log = log.Take })
	text := func(name, good string) vendorhttptest.Field {
		return vendorhttptest.Field{Name: name, Good: good, JSONText: true, WrongType: "", EmptyIsAbsent: true}
	}
	userFields := []vendorhttptest.Field{
		{Name: "userName", Good: "kim@acme", JSONText: true, Required: true}, text("externalId", "7"), text("displayName", "Kim"), text("password", "Kims-Passw0rd!"),
		text("preferredLanguage", "en-US"), {Name: "active", Good: "true", WrongType: "maybe"}, {Name: "emails", WrongType: "7"}, {Name: "phoneNumbers", WrongType: "7"},
		{Name: "roles", WrongType: "7"}, {Name: rosterURN, WrongType: "7"}, {Name: "name", WrongType: "7"},
	}
	groupFields := []vendorhttptest.Field{{Name: "displayName", Good: "Crew", JSONText: true, Required: true}, text("externalId", "7"), {Name: "members", WrongType: "7"}}
	paging := []vendorhttptest.Field{
		{Name: "filter", Good: "id pr", EmptyIsAbsent: true, WrongType: "7"}, {Name: "sortBy", Good: "id", EmptyIsAbsent: true, WrongType: "7"},
		{Name: "sortOrder", Good: "ascending", EmptyIsAbsent: true, WrongType: "7"}, {Name: "startIndex", Good: "1", WrongType: "x"}, {Name: "count", Good: "2", WrongType: "x"},
		{Name: "attributes", Good: "id", EmptyIsAbsent: true, WrongType: "7"},
	}
	shape := []vendorhttptest.Field{{Name: "attributes", Good: "id", EmptyIsAbsent: true, WrongType: "7", Query: true}}
	operations := []vendorhttptest.Field{{Name: "Operations", Good: `[{"op":"add","path":"displayName","value":"X"}]`, Required: true, WrongType: "7", Unlimited: true}}
	bulkOperations := []vendorhttptest.Field{
		{Name: "Operations", Good: `[{"method":"DELETE","path":"/Users/99"}]`, Required: true, WrongType: "7", Unlimited: true}, {Name: "failOnErrors", Good: "1", WrongType: "x"},
	}
	of := func(schema string) func(map[string]any) any {
		return func(fields map[string]any) any {
			fields["schemas"] = []string{schema}
			return fields
		}
	}
	const message = "urn:ietf:params:scim:api:messages:2.0:"
	one := []string{"GET", "PUT", "PATCH", "DELETE"}
	vendorhttptest.BadInput(t, vendorhttptest.Vendor{
		Handler: e.handler, Log: &log, Revision: e.revision,
		Login: func(r *http.Request) { r.Header.Set("Authorization", adminToken) },
		Wrong: []func(*http.Request){
			func(*http.Request) {},
			func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+vendorhttptest.Secret) },
			func(r *http.Request) { r.SetBasicAuth("ada@acme", "admin-token") },
		},
		Refused: func(t *testing.T, w *httptest.ResponseRecorder, k vendorhttptest.Kind) {
			t.Helper()
			want := map[vendorhttptest.Kind]int{
				vendorhttptest.WrongMethod: 405, vendorhttptest.WrongMedia: 415, vendorhttptest.BodyTooLarge: 413, vendorhttptest.BadCredentials: 401,
			}[k]
			if want == 0 {
				want = 400
			}
			got := reply{status: w.Code, text: w.Body.String()}
			if err := json.Unmarshal(w.Body.Bytes(), &got.body); err != nil {
				t.Fatal(err, got.text)
			}
			kind, _ := got.body["scimType"].(string)
			if refused(t, got, want, kind); (want == 400) != (kind != "") {
				t.Errorf("%d with scimType %q: %s", want, kind, got.text)
			}
		},
	}, []vendorhttptest.Endpoint{
		{Name: "list users", Method: "GET", Path: "/scim/v2/Users", Fields: paging, Methods: []string{"GET", "POST"}},
		{Name: "create user", Method: "POST", Path: "/scim/v2/Users", Fields: userFields, Methods: []string{"GET", "POST"}, Media: vendorhttp.JSON, JSON: of(scim.UserSchema)},
		{Name: "get user", Method: "GET", Path: "/scim/v2/Users/2", Fields: shape, Methods: one},
		{Name: "get me", Method: "GET", Path: "/scim/v2/Me", Fields: shape, Methods: one},
		{Name: "replace user", Method: "PUT", Path: "/scim/v2/Users/2", Fields: userFields, Methods: one, Media: vendorhttp.JSON, JSON: of(scim.UserSchema)},
		{Name: "patch user", Method: "PATCH", Path: "/scim/v2/Users/2", Fields: operations, Methods: one, Media: vendorhttp.JSON, JSON: of(message + "PatchOp")},
		{Name: "delete user", Method: "DELETE", Path: "/scim/v2/Users/2", Fields: shape, Methods: one},
		{Name: "search users", Method: "POST", Path: "/scim/v2/Users/.search", Fields: paging[:5], Methods: []string{"POST"}, Media: vendorhttp.JSON, JSON: of(message + "SearchRequest")},
		{Name: "list groups", Method: "GET", Path: "/scim/v2/Groups", Fields: paging, Methods: []string{"GET", "POST"}},
		{Name: "create group", Method: "POST", Path: "/scim/v2/Groups", Fields: groupFields, Methods: []string{"GET", "POST"}, Media: vendorhttp.JSON, JSON: of(scim.GroupSchema)},
		{Name: "get group", Method: "GET", Path: "/scim/v2/Groups/g1", Fields: shape, Methods: one},
		{Name: "replace group", Method: "PUT", Path: "/scim/v2/Groups/g1", Fields: groupFields, Methods: one, Media: vendorhttp.JSON, JSON: of(scim.GroupSchema)},
		{Name: "patch group", Method: "PATCH", Path: "/scim/v2/Groups/g1", Fields: operations, Methods: one, Media: vendorhttp.JSON, JSON: of(message + "PatchOp")},
		{Name: "delete group", Method: "DELETE", Path: "/scim/v2/Groups/g1", Fields: shape, Methods: one},
		{Name: "search groups", Method: "POST", Path: "/scim/v2/Groups/.search", Fields: paging[:5], Methods: []string{"POST"}, Media: vendorhttp.JSON, JSON: of(message + "SearchRequest")},
		{Name: "search all", Method: "POST", Path: "/scim/v2/.search", Fields: paging[3:5], Methods: []string{"POST"}, Media: vendorhttp.JSON, JSON: of(message + "SearchRequest")},
		{Name: "bulk", Method: "POST", Path: "/scim/v2/Bulk", Fields: bulkOperations, Methods: []string{"POST"}, Media: vendorhttp.JSON, JSON: of(message + "BulkRequest")},
		{Name: "configuration", Method: "GET", Path: "/scim/v2/ServiceProviderConfig", Methods: []string{"GET"}, Except: map[vendorhttptest.Kind]string{
			vendorhttptest.BadCredentials: "without credentials it says how to authenticate; TestMatrix has wrong ones",
		}},
		{Name: "resource types", Method: "GET", Path: "/scim/v2/ResourceTypes", Methods: []string{"GET"}},
		{Name: "schemas", Method: "GET", Path: "/scim/v2/Schemas", Methods: []string{"GET"}},
	})
}
