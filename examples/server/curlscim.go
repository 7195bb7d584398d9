package main

import (
	"net/url"

	"github.com/ca74b63c/roster/examples/scim"
)

func scimAPI(n nowOf) vendorAPI {
	agent, newest := n.agent.String(), n.newest.String()
	api := vendorAPI{Name: "SCIM", Base: scim.Base, Note: "For identity providers: SCIM 2.0 with a bearer token."}
	token := []string{"-H " + quote("Authorization: Bearer "+keySCIM)}
	add := func(name, note, method, path, json string) {
		api.Lines = append(api.Lines, line{name, note, curl{method: method, path: api.Base + path, auth: token, json: json}})
	}
	const patch = `{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[`
	add("GET /Users", "", "", "/Users?count=10", "")
	add("GET /Users?filter", "as Okta and Entra look a user up", "", "/Users?filter="+url.QueryEscape(`userName eq "`+demoAgentLogin+`"`), "")
	add("POST /Users", "", "POST", "/Users", `{"schemas":["`+scim.UserSchema+`"],"userName":"lou-`+n.next+`@demo.example","name":{"givenName":"Lou","familyName":"Long"},`+
		`"active":true,"roles":[{"value":"agent"}]}`)
	add("GET /Users/{id}", "", "", "/Users/"+agent, "")
	add("PATCH /Users/{id}", "", "PATCH", "/Users/"+newest, patch+`{"op":"replace","path":"active","value":false}]}`)
	add("DELETE /Users/{id}", "the user who was added last", "DELETE", "/Users/"+newest, "")
	add("GET /Me", "", "", "/Me", "")
	add("GET /Groups", "", "", "/Groups", "")
	add("PATCH /Groups/{id}", "adds a member", "PATCH", "/Groups/g1", patch+`{"op":"add","path":"members","value":[{"value":"`+agent+`"}]}]}`)
	add("POST /.search", "", "POST", "/.search", `{"schemas":["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],"filter":"displayName sw \"A\""}`)
	add("POST /Bulk", "", "POST", "/Bulk", `{"schemas":["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],"Operations":[`+
		`{"method":"PATCH","path":"/Users/`+agent+`","data":`+patch+`{"op":"add","path":"preferredLanguage","value":"en-US"}]}}]}`)
	add("GET /ServiceProviderConfig", "", "", "/ServiceProviderConfig", "")
	add("GET /ResourceTypes", "", "", "/ResourceTypes", "")
	add("GET /Schemas", "", "", "/Schemas", "")
	return api
}
