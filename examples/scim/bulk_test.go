package scim_test

import (
	"fmt"
	"strings"
	"testing"
)

func bulk(operations string, more ...string) string {
	return `{"schemas":["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],` + strings.Join(more, "") + `"Operations":[` + operations + `]}`
}

func newUser(bulkID, login string) string {
	return fmt.Sprintf(`{"method":"POST","path":"/Users","bulkId":%q,"data":{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":%q}}`, bulkID, login)
}

func newGroup(bulkID, name, member string) string {
	return fmt.Sprintf(`{"method":"POST","path":"/Groups","bulkId":%q,"data":{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":%q,"members":[{"value":%q}]}}`, bulkID, name, member)
}

func TestBulk(t *testing.T) {
	const reply = `"schemas":["urn:ietf:params:scim:api:messages:2.0:BulkResponse"]`
	cases := map[string][]step{
		"operations run in their order": {
			{"POST", "/Bulk", bulk(newUser("a", "kim@acme") + `,
				{"method":"PATCH","path":"/Users/bulkId:a","data":` + patch(`{"op":"replace","path":"displayName","value":"Kim"}`) + `},
				{"method":"put","path":"/Users/bulkId:a","version":"W/\"9\"","data":{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"kim2@acme"}},
				{"method":"DELETE","path":"/Users/2"}`), 200, `{` + reply + `,"Operations":[
				{"method":"POST","bulkId":"a","status":"201","location":"https://cc.example/scim/v2/Users/3"},
				{"method":"PATCH","status":"200","location":"https://cc.example/scim/v2/Users/3"},
				{"method":"PUT","status":"412","location":"https://cc.example/scim/v2/Users/3","response":{"status":"412"}},
				{"method":"DELETE","status":"204","location":"https://cc.example/scim/v2/Users/2"}]}`},
			{"GET", "/Users/3", "", 200, `{"userName":"kim@acme","displayName":"Kim"}`}, {"GET", "/Users/2", "", 404, ""},
		},
		"an operation may refer to a later one": {
			{"POST", "/Bulk", bulk(newGroup("g", "Team", "bulkId:u") + "," + newUser("u", "kim@acme")), 200,
				`{"Operations":[{"status":"201","bulkId":"g","location":"https://cc.example/scim/v2/Groups/g2"},{"status":"201","bulkId":"u","location":"https://cc.example/scim/v2/Users/3"}]}`},
			{"GET", "/Groups/g2", "", 200, `{"members":[{"value":"3"}]}`},
		},
		"a circle is refused": {
			{"POST", "/Bulk", bulk(newGroup("a", "A", "bulkId:b") + "," + newGroup("b", "B", "bulkId:a")), 200, `{"Operations":[{"status":"409","location":null},{"status":"409"}]}`},
			{"GET", "/Groups", "", 200, `{"totalResults":1}`},
		},
		"a reference to what failed or is not there is refused": {
			{"POST", "/Bulk", bulk(newUser("a", "ada@acme") + "," + newGroup("b", "B", "bulkId:a") + "," + newGroup("c", "C", "bulkId:z")), 200,
				`{"Operations":[{"status":"409","response":{"scimType":"uniqueness"}},{"status":"409"},{"status":"400","response":{"scimType":"invalidValue"}}]}`},
		},
		"failOnErrors ends the run": {
			{"POST", "/Bulk", bulk(newUser("a", "ada@acme")+","+newUser("b", "b@acme")+","+newUser("c", "alex@acme")+","+newUser("d", "d@acme"), `"failOnErrors":2,`), 200,
				`{"Operations":[{"bulkId":"a","status":"409"},{"bulkId":"b","status":"201"},{"bulkId":"c","status":"409"}]}`},
			{"GET", `/Users?filter=userName+eq+"d@acme"`, "", 200, `{"totalResults":0}`},
		},
		"what ran early and failed counts": {
			{"POST", "/Bulk", bulk(newGroup("g", "Team", "bulkId:u")+","+newUser("v", "v@acme")+","+newUser("u", "ada@acme"), `"failOnErrors":2,`), 200,
				`{"Operations":[{"bulkId":"g","status":"409"},{"bulkId":"u","status":"409"}]}`},
			{"GET", `/Users?filter=userName+eq+"v@acme"`, "", 200, `{"totalResults":0}`},
		},
		"what ran early is in the reply": {
			{"POST", "/Bulk", bulk(newGroup("g", "Sales", "bulkId:u")+","+newUser("v", "v@acme")+","+newUser("u", "u@acme"), `"failOnErrors":1,`), 200,
				`{"Operations":[{"bulkId":"g","status":"409"},{"bulkId":"u","status":"201"}]}`},
		},
		"without failOnErrors all run": {
			{"POST", "/Bulk", bulk(newUser("a", "ada@acme") + "," + newUser("b", "b@acme")), 200, `{"Operations":[{"status":"409"},{"status":"201"}]}`},
		},
		"Me": {
			{"POST", "/Bulk", bulk(`{"method":"PATCH","path":"/Me","data":` + patch(`{"op":"replace","path":"displayName","value":"Ada"}`) + `}`), 200, `{"Operations":[{"status":"200","location":"https://cc.example/scim/v2/Users/1"}]}`},
		},
	}
	for name, list := range cases {
		t.Run(name, func(t *testing.T) { newEnv(t).steps(list...) })
	}
}

func TestBadBulk(t *testing.T) {
	e := newEnv(t)
	before := e.revision()
	for body, want := range map[string]string{
		`{}`: "invalidSyntax", `[]`: "invalidSyntax", bulk(`7`): "invalidSyntax", bulk(`{"method":"GET","path":"/Users"}`): "invalidValue",
		bulk(`{"method":"POST","path":"/Users","data":{}}`): "invalidValue", bulk(`{"method":"DELETE","path":"Users/2"}`): "invalidValue",
		bulk(`{"method":"PUT","path":"/Users/2"}`): "invalidValue", bulk(newUser("a", "a") + "," + newUser("a", "b")): "invalidValue",
		bulk(`{"method":"DELETE","path":"/Users/2","x":1}`): "invalidSyntax", bulk("", `"failOnErrors":0,`): "invalidValue", bulk("", `"failOnErrors":"1",`): "invalidValue",
		`{"schemas":["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],"Operations":{}}`: "invalidSyntax",
	} {
		refused(t, e.send("POST", "/Bulk", body), 400, want)
	}
	for _, path := range []string{"/Bulk", "/Users/.search", "/Schemas", "/Users?x=1", "/Users/1/2", "/.search"} {
		got := e.send("POST", "/Bulk", bulk(fmt.Sprintf(`{"method":"POST","bulkId":"a","path":%q,"data":{}}`, path)))
		if got.status != 200 || missing("", got.body, map[string]any{"Operations": []any{map[string]any{"status": "400"}}}) != "" {
			t.Errorf("%s: %s", path, got.text)
		}
	}
	many := strings.Repeat(`{"method":"DELETE","path":"/Users/9"},`, 1000) + `{"method":"DELETE","path":"/Users/9"}`
	refused(t, e.send("POST", "/Bulk", bulk(many)), 413, "")
	refused(t, e.send("POST", "/Bulk", bulk(newUser("a", strings.Repeat("a", 1<<20)))), 413, "")
	if e.revision() != before {
		t.Error("a refused request changed something")
	}
}
