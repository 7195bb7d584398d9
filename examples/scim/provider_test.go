package scim_test

import "testing"

// TestEntra replays what Microsoft Entra ID sends, as Microsoft's tutorial for SCIM endpoints has
// it, with the default mapping of a user's attributes, and both ways in which it writes a PATCH.
func TestEntra(t *testing.T) {
	const created = `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],` +
		`"externalId":"0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef","userName":"Test_User@acme","active":true,"displayName":"lennay",` +
		`"emails":[{"primary":true,"type":"work","value":"test@example.com"}],"meta":{"resourceType":"User"},` +
		`"name":{"formatted":"Adrienne J McNamara","familyName":"McNamara","givenName":"Adrienne"},"title":"Clerk","preferredLanguage":"en-US",` +
		`"addresses":[{"type":"work","formatted":"1 Main St","postalCode":"12345","country":"US"}],` +
		`"phoneNumbers":[{"type":"work","value":"+14255550100"},{"type":"mobile","value":"+14255550101"},{"type":"fax","value":"+14255550102"}],` +
		`"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"employeeNumber":"7","department":"bob","manager":{"value":"1"}},"roles":[]}`
	cases := map[string][]step{
		"the connection is tested by a user that is not there": {
			{"GET", `/Users?filter=userName+eq+"50d41c34-0000-4ed8-a06c-5c5a5a4c5b11"`, "", 200, `{"totalResults":0,"startIndex":1,"itemsPerPage":0,"Resources":[]}`},
		},
		"a user is created with the default mapping": {
			{"POST", "/Users", created, 201, `{"id":"3","userName":"Test_User@acme","externalId":"0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef","active":true,
				"displayName":"lennay","name":{"formatted":"Adrienne McNamara","familyName":"McNamara","givenName":"Adrienne"},"title":null,"addresses":null,
				"emails":[{"value":"test@example.com","type":"work","primary":true}],"preferredLanguage":"en-US",
				"phoneNumbers":[{"value":"+14255550100","type":"work"},{"value":"+14255550101","type":"mobile"}],"roles":null,
				"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"employeeNumber":null,"department":"bob","manager":{"value":"1"}},
				"meta":{"resourceType":"User","location":"https://cc.example/scim/v2/Users/3"}}`},
			{"GET", `/Users?filter=userName%20eq%20%22test_user@ACME%22`, "", 200, `{"totalResults":1,"Resources":[{"id":"$id"}]}`},
			{"GET", `/Users?filter=externalId+eq+"0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef"`, "", 200, `{"totalResults":1,"Resources":[{"id":"$id"}]}`},
			{"GET", `/Users?filter=emails[type+eq+"work"].value+eq+"test@example.com"`, "", 200, `{"totalResults":1}`}, // not in the grammar of RFC 7644
			{"GET", `/Users?filter=emails[type+eq+"work"+and+value+eq+"test@example.com"]`, "", 200, `{"totalResults":1}`},
			{"POST", "/Users", created, 409, `{"scimType":"uniqueness"}`},
		},
		"a user's attributes change": {
			{"POST", "/Users", created, 201, ""},
			{"PATCH", "/Users/$id", patch(`{"op":"Replace","path":"emails[type eq \"work\"].value","value":"new@example.com"},
				{"op":"Replace","path":"name.familyName","value":"Smith"},{"op":"Replace","path":"name.formatted","value":"Adrienne Smith"},
				{"op":"Add","path":"title","value":"Chief"},{"op":"Replace","path":"addresses[type eq \"work\"].formatted","value":"2 Main St"},
				{"op":"Add","path":"phoneNumbers[type eq \"fax\"].value","value":"+1"},{"op":"Replace","path":"phoneNumbers[type eq \"fax\"].value","value":"+2"}`),
				200, `{"emails":[{"value":"new@example.com"}],"name":{"familyName":"Smith","formatted":"Adrienne Smith"},"title":null,"phoneNumbers":[{"type":"work"},{"type":"mobile"}]}`},
			{"PATCH", "/Users/$id", patch(`{"op":"Add","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager","value":"2"},
				{"op":"Replace","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department","value":"Sales"},
				{"op":"Replace","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber","value":"8"}`),
				200, `{"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"manager":{"value":"2"},"department":"Sales","employeeNumber":null}}`},
			{"PATCH", "/Users/$id", patch(`{"op":"replace","value":{"displayName":"L","name.givenName":"Ann","emails[type eq \"work\"].value":"c@example.com",
				"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department":"Support"}}`),
				200, `{"displayName":"L","name":{"givenName":"Ann"},"emails":[{"value":"c@example.com"}],
				"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"Support"}}`},
			{"PATCH", "/Users/$id", patch(`{"op":"Remove","path":"phoneNumbers[type eq \"mobile\"].value"},
				{"op":"Remove","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager"}`),
				200, `{"phoneNumbers":[{"type":"work"}],"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"manager":null}}`},
			{"PATCH", "/Users/$id", patch(`{"op":"Add","path":"phoneNumbers[type eq \"mobile\"].value","value":"+14255550109"}`),
				200, `{"phoneNumbers":[{"type":"work","value":"+14255550100"},{"type":"mobile","value":"+14255550109"}]}`},
		},
		"a user is disabled, enabled and deleted": {
			{"POST", "/Users", created, 201, ""},
			{"PATCH", "/Users/$id", patch(`{"op":"Replace","path":"active","value":"False"}`), 200, `{"active":false}`},
			{"GET", `/Users?filter=active+eq+false`, "", 200, `{"totalResults":1,"Resources":[{"id":"$id"}]}`},
			{"PATCH", "/Users/$id", patch(`{"op":"replace","path":"active","value":"True"}`), 200, `{"active":true}`},
			{"PATCH", "/Users/$id", patch(`{"op":"Replace","path":"active","value":false}`), 200, `{"active":false}`},
			{"DELETE", "/Users/$id", "", 204, ""},
			{"GET", "/Users/$id", "", 404, `{"status":"404"}`},
		},
		"app roles are assigned": {
			{"PATCH", "/Users/2", patch(`{"op":"Add","path":"roles","value":[{"primary":false,"type":"WindowsAzureActiveDirectoryRole","display":"supervisor","value":"supervisor"}]}`),
				200, `{"roles":[{"value":"agent"},{"value":"supervisor"}]}`},
			{"PATCH", "/Users/2", patch(`{"op":"Remove","path":"roles[value eq \"supervisor\"]"}`), 200, `{"roles":[{"value":"agent"}]}`},
		},
		"a group gets members and loses them": {
			{"POST", "/Groups", `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group","http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"],
				"externalId":"8aa1a0c0-c4c3-4bc0-b4a5-2ef676900159","displayName":"Crew","meta":{"resourceType":"Group"}}`, 201,
				`{"id":"g2","displayName":"Crew","externalId":"8aa1a0c0-c4c3-4bc0-b4a5-2ef676900159","members":null,"meta":{"resourceType":"Group"}}`},
			{"GET", "/Groups/$id?excludedAttributes=members", "", 200, `{"id":"$id","members":null}`},
			{"GET", `/Groups?excludedAttributes=members&filter=displayName+eq+"Crew"`, "", 200, `{"totalResults":1,"Resources":[{"id":"$id","members":null}]}`},
			{"PATCH", "/Groups/$id", patch(`{"op":"Add","path":"members","value":[{"value":"1"},{"value":"2"}]}`), 200, `{"members":[{"value":"1"},{"value":"2"}]}`},
			{"GET", "/Users/2", "", 200, `{"groups":[{"value":"$id","display":"Crew","type":"direct","$ref":"https://cc.example/scim/v2/Groups/$id"}]}`},
			{"PATCH", "/Groups/$id", patch(`{"op":"Remove","path":"members","value":[{"value":"1"}]}`), 200, `{"members":[{"value":"2"}]}`},
			{"PATCH", "/Groups/$id", patch(`{"op":"Remove","path":"members[value eq \"2\"]"}`), 200, `{"members":null}`},
			{"PATCH", "/Groups/$id", patch(`{"op":"Replace","path":"displayName","value":"Crew 2"}`), 200, `{"displayName":"Crew 2"}`},
			{"DELETE", "/Groups/$id", "", 204, ""},
			{"GET", "/Groups/$id", "", 404, ""},
		},
	}
	for name, list := range cases {
		t.Run(name, func(t *testing.T) { newEnv(t).steps(list...) })
	}
}

// TestOkta replays what Okta sends, as its reference of SCIM 2.0 has it.
func TestOkta(t *testing.T) {
	const created = `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"test.user@okta.local","name":{"givenName":"Test","familyName":"User"},` +
		`"emails":[{"primary":true,"value":"test.user@okta.local","type":"work"}],"displayName":"Test User","locale":"en-US","externalId":"00ujl29u0le5T6Aj10h7",` +
		`"groups":[],"password":"1mz050nq-Xq","active":true}`
	cases := map[string][]step{
		"the connection is tested by a page of users": {
			{"GET", "/Users?startIndex=1&count=2", "", 200, `{"totalResults":2,"startIndex":1,"itemsPerPage":2,"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"]}`},
		},
		"a user is looked up and created": {
			{"GET", `/Users?filter=userName%20eq%20%22test.user@okta.local%22&startIndex=1&count=100`, "", 200, `{"totalResults":0,"Resources":[]}`},
			{"POST", "/Users", created, 201, `{"id":"3","userName":"test.user@okta.local","password":null,"locale":null,"groups":null,"active":true}`},
			{"GET", "/Users/$id", "", 200, `{"externalId":"00ujl29u0le5T6Aj10h7"}`},
		},
		"a profile is replaced, and what Okta does not know stays": {
			{"POST", "/Users", created, 201, ""},
			{"PATCH", "/Users/$id", patch(`{"op":"add","path":"roles","value":"agent"},{"op":"add","path":"urn:ietf:params:scim:schemas:extension:roster:2.0:User:maxChats","value":3}`),
				200, `{"roles":[{"value":"agent"}]}`},
			{"PUT", "/Users/$id", `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"id":"$id","userName":"another.user@okta.local",
				"name":{"givenName":"Another","middleName":"Excited","familyName":"User"},"emails":[{"primary":true,"value":"another.user@okta.local","type":"work","display":"x"}],
				"active":true,"groups":[],"meta":{"resourceType":"User"}}`, 200,
				`{"userName":"another.user@okta.local","displayName":null,"externalId":null,"name":{"givenName":"Another","formatted":"Another User"},"roles":[{"value":"agent"}],
				"urn:ietf:params:scim:schemas:extension:roster:2.0:User":{"maxChats":3}}`},
		},
		"a user is deactivated and activated": {
			{"PATCH", "/Users/2", patch(`{"op":"replace","value":{"active":false}}`), 200, `{"active":false}`},
			{"PUT", "/Users/2", `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"alex@acme"}`, 200, `{"active":false}`},
			{"PATCH", "/Users/2", patch(`{"op":"replace","value":{"active":true}}`), 200, `{"active":true}`},
		},
		"a password is synchronized": {
			{"PATCH", "/Users/2", patch(`{"op":"replace","value":{"password":"New-Passw0rd!"}}`), 200, `{"password":null}`},
		},
		"a group is pushed": {
			{"GET", "/Groups?startIndex=1&count=100", "", 200, `{"totalResults":1,"Resources":[{"id":"g1","displayName":"Sales"}]}`},
			{"POST", "/Groups", `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"Test SCIMv2","members":[{"value":"2","display":"alex@acme"}]}`,
				201, `{"id":"g2","members":[{"value":"2","display":"alex@acme","type":"User","$ref":"https://cc.example/scim/v2/Users/2"}]}`},
			{"PATCH", "/Groups/$id", patch(`{"op":"replace","value":{"id":"$id","displayName":"Test SCIMv0"}}`), 200, `{"displayName":"Test SCIMv0"}`},
			{"PATCH", "/Groups/$id", patch(`{"op":"remove","path":"members[value eq \"2\"]"},{"op":"add","path":"members","value":[{"value":"1","display":"ada@acme"}]}`),
				200, `{"members":[{"value":"1"}]}`},
			{"PUT", "/Groups/$id", `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"id":"$id","displayName":"Third","members":[{"value":"2"}]}`,
				200, `{"displayName":"Third","members":[{"value":"2"}]}`},
			{"PATCH", "/Groups/$id", patch(`{"op":"replace","path":"members","value":[{"value":"1"},{"value":"2"}]}`), 200, `{"members":[{"value":"1"},{"value":"2"}]}`},
		},
	}
	for name, list := range cases {
		t.Run(name, func(t *testing.T) { newEnv(t).steps(list...) })
	}
}
