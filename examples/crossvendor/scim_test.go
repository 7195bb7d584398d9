package crossvendor_test

import (
	"testing"

	"github.com/ca74b63c/roster/examples/scim"
	"github.com/ca74b63c/roster/user"
)

// scimPatch is the body of a PATCH.
func scimPatch(operations string) string {
	return `{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[` + operations + `]}`
}

// scimKim is the body that makes a user.
const scimKim = `{"schemas":["` + scim.UserSchema + `","` + scim.RosterSchema + `"],"userName":"kim","name":{"givenName":"Kim","familyName":"Kok"},` +
	`"displayName":"Kimmy","emails":[{"value":"kim@mail.example"}],"password":"` + secret + `","roles":[{"value":"agent"}],` +
	`"` + scim.RosterSchema + `":{"maxChats":5,"memberOf":"g1","applications":[1]}}`

// TestOneUserInSCIMAndFourAPIs: an identity provider makes a user, the vendors' APIs show and
// change the user, and SCIM says so; what the identity provider takes away is gone everywhere.
func TestOneUserInSCIMAndFourAPIs(t *testing.T) {
	e := newEnv(t)
	made := e.shows(identity("POST", "/Users", scimKim), "id=3", "userName=kim", "active=true")
	e.shows(platform("GetUsers", "user_id=3"), "result.0.user_name=kim", "result.0.user_display_name=Kimmy", "result.0.user_active=true")
	e.shows(cloud("GET", 3, ""), "user.userName=kim", "user.firstName=Kim", "user.roles=[ROLE_AGENT]", "user.emailAddress=kim@mail.example")
	e.shows(person("GET", "/3", ""), "loginName=kim", "nickname=Kimmy", "maxChats=5", "memberOf.agentGroupId=1")
	e.shows(desk("GET /settings", "userID=3"), "item.lastname=Kok", "item.groups=[]", "item.maxChats=5")
	if got := e.signIn("kim", secret); got != [2]int{200, 200} {
		t.Errorf("the password of SCIM lets in with %v", got)
	}

	// What the vendors change, SCIM shows, and an entity tag from before is stale.
	tag := made.header.Get("ETag")
	e.done(cloud("PUT", 3, `{"firstName":"Kimberley"}`))
	e.done(platform("SetUserInfo", "user_id=3&user_display_name=K"))
	e.done(desk("PUT /3", "groups=1&telephone=%2B31201234567"))
	e.shows(identity("GET", "/Users/3", ""), "name.givenName=Kimberley", "displayName=K", "phoneNumbers.0.value=+31201234567", "groups.0.value=g1")
	e.shows(identity("GET", "/Groups/g1", ""), "displayName=group", "members.0.value=3")
	e.refuses(identity("PATCH", "/Users/3", scimPatch(`{"op":"replace","path":"displayName","value":"stale"}`), "If-Match", tag), 412)

	// What SCIM changes, the vendors show: membership, a lost role with its chats, the end of
	// access.
	e.done(identity("PATCH", "/Groups/g1", scimPatch(`{"op":"remove","path":"members[value eq \"3\"]"}`)))
	e.shows(desk("GET /settings", "userID=3"), "item.groups=[]")
	e.done(identity("PATCH", "/Users/3", scimPatch(`{"op":"replace","path":"roles","value":[{"value":"supervisor"}]}`)))
	e.shows(desk("GET /settings", "userID=3"), "item.maxChats=0")
	e.shows(person("GET", "/3", ""), "memberOf=<nil>")
	e.shows(cloud("GET", 3, ""), "user.roles=[]")
	e.done(identity("PATCH", "/Users/3", scimPatch(`{"op":"Replace","path":"active","value":"False"}`))) // as Entra writes it
	e.shows(platform("GetUsers", "user_id=3"), "result.0.user_active=false")
	e.shows(person("GET", "/3", ""), "isEnabled=false")
	if got := e.signIn("kim", secret); got != [2]int{401, 401} {
		t.Errorf("a user that SCIM disabled is let in with %v", got)
	}

	// A user that a vendor deletes is gone from SCIM, and the name is free.
	e.done(person("DELETE", "/3", ""))
	e.refuses(identity("GET", "/Users/3", ""), 404)
	e.shows(identity("GET", "/Users", ""), "totalResults=2")
	e.shows(identity("POST", "/Users", scimKim), "id=4")
	e.done(identity("DELETE", "/Users/4", ""))
	e.refuses(cloud("GET", 4, ""), 404)
	e.shows(platform("GetUsers", "user_id=4"), "total_count=0")
}

// TestSCIMKeepsTheRulesOfTheDirectory: the last administrator stays whichever API asks, a name that
// one API gave is taken in all, and a token of one account does not reach another.
func TestSCIMKeepsTheRulesOfTheDirectory(t *testing.T) {
	e := newEnv(t)
	e.refuses(identity("DELETE", "/Users/1", ""), 409)
	e.refuses(identity("PATCH", "/Me", scimPatch(`{"op":"replace","path":"active","value":false}`)), 409)
	e.kim()
	e.refuses(identity("POST", "/Users", scimKim), 409, "scimType=uniqueness")
	foreign := e.north
	foreign.of = south
	for _, c := range []call{
		identity("GET", "/Users/3", ""), identity("DELETE", "/Users/3", ""), identity("PATCH", "/Users/3", scimPatch(`{"op":"remove","path":"displayName"}`)),
	} {
		if r, err := foreign.send(c); err != nil || r.status != 404 {
			t.Errorf("%s with the other account's token: %v %s", c, err, r)
		}
	}
	if u := e.user(north, user.ID(3)); u.Names.Display != "Kim" {
		t.Error("the other account's token changed the user")
	}
}
