package scim_test

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/user"
)

const rosterURN = "urn:ietf:params:scim:schemas:extension:roster:2.0:User"

// populate adds the users 3 to 6 to the account acme.
func (e *env) populate() {
	e.Helper()
	for _, name := range []string{"support", "telex"} {
		check(e, second(e.host.PutReference(context.Background(), user.Reference{Kind: user.ReferenceSkill, Name: name})))
	}
	for _, u := range []user.User{
		{
			Identity: user.Identity{Login: "Bea@acme", EmployeeID: "E-1"}, Names: user.Names{First: "Bea", Last: "Zander", Display: "Bea"},
			Contact:  user.Contact{Email: "bea@mail.example", Phone: "+4930100", Mobile: "+49170100", Language: "de-DE"},
			Access:   user.Access{Granted: user.RolesOf(user.Agent, user.Supervisor), Groups: user.IDSetOf[user.GroupID](1)},
			Capacity: user.Capacity{MaxChats: 3, Skills: user.IDSetOf[user.SkillID](1, 2)},
			Custom:   user.Custom{}.With("site", user.TextValue("Berlin")).With("seniority", user.NumberValue(2.5)),
		},
		{
			Identity: user.Identity{Login: "cy@acme", EmployeeID: "e-1"}, Names: user.Names{First: "Cy", Last: "Young", Display: "ada"},
			Contact: user.Contact{Email: "cy@mail.example", Mobile: "+49170101"}, Access: user.Access{Disabled: true},
			Custom: user.Custom{}.With("department", user.TextValue("R&D")).With("night", user.BoolValue(true)),
		},
		{Identity: user.Identity{Login: "dee@acme", Kind: user.Bot}, Contact: user.Contact{Email: "bea@other.example"}},
		{Identity: user.Identity{Login: "émile@acme"}, Names: user.Names{First: "Émile"}},
	} {
		check(e, second(e.host.Create(context.Background(), roster.CreateParams{User: u})))
	}
}

// logins returns the login before the @ of each user of a list, in the order of the list.
func logins(t testing.TB, got reply) string {
	t.Helper()
	if got.status != 200 {
		t.Fatalf("status %d: %s", got.status, got.text)
	}
	var list []string
	for _, r := range got.body["Resources"].([]any) {
		name, _, _ := strings.Cut(r.(map[string]any)["userName"].(string), "@")
		list = append(list, name)
	}
	return strings.Join(list, " ")
}

// TestFilters checks every operator of RFC 7644 section 3.4.2.2, with attributes of every type.
func TestFilters(t *testing.T) {
	e := newEnv(t)
	e.populate()
	for filter, want := range map[string]string{
		// texts: without regard to case, or with
		`userName eq "BEA@acme"`: "Bea", `userName ne "bea@ACME"`: "ada alex cy dee émile", `userName co "e@A"`: "dee émile",
		`userName sw "A"`: "ada alex", `userName ew "X@acme"`: "alex", `userName gt "cy@acme"`: "dee émile", `userName ge "cy@acme"`: "cy dee émile",
		`userName lt "alex@acme"`: "ada", `userName le "ALEX@acme"`: "ada alex", `USERNAME EQ "cy@acme"`: "cy", `userName eq "ÉMILE@acme"`: "émile",
		`externalId eq "e-1"`: "cy", `externalId eq "E-1"`: "Bea", `externalId ne "E-1"`: "ada alex cy dee émile", `displayName eq "ADA"`: "cy", `id eq "3"`: "Bea", `id eq "03"`: "",
		`id eq "x"`: "", `userName eq ""`: "", `preferredLanguage eq "de-de"`: "Bea", `userName eq "\u0062ea@acme"`: "Bea", `displayName eq "a\"b\\c"`: "",
		// presence and null
		`displayName pr`: "Bea cy", `not (displayName pr)`: "ada alex dee émile", `emails pr`: "Bea cy dee", `name pr`: "Bea cy émile", `phoneNumbers pr`: "Bea cy",
		`externalId eq null`: "ada alex dee émile", `externalId ne null`: "Bea cy", `title pr`: "", `title eq "Chief"`: "", `addresses[type eq "work"] pr`: "-",
		// booleans, numbers and times
		`active eq true`: "ada alex Bea dee émile", `active eq false`: "cy", `active ne true`: "cy", `active eq "False"`: "cy",
		rosterURN + `:maxChats gt 3`: "alex", rosterURN + `:maxChats ge 3`: "alex Bea", rosterURN + `:maxChats lt 3`: "ada cy dee émile", rosterURN + `:maxChats le 0`: "ada cy dee émile",
		rosterURN + `:maxChats eq 4`: "alex", rosterURN + `:maxChats eq 4.0`: "alex", rosterURN + `:maxChats ne 0`: "alex Bea", rosterURN + `:skills eq 2`: "Bea", rosterURN + `:kind eq "bot"`: "dee",
		`meta.created gt "2000-01-01T00:00:00Z"`: "ada alex Bea cy dee émile", `meta.lastModified lt "2000-01-01T00:00:00+01:00"`: "", `meta.resourceType eq "User"`: "ada alex Bea cy dee émile",
		// complex and multi-valued attributes, value paths
		`emails eq "bea@mail.example"`: "Bea", `emails.value sw "bea"`: "Bea dee", `emails co "mail"`: "Bea cy", `emails[type eq "work" and value co "other"]`: "dee",
		`emails[type eq "home"]`: "", `phoneNumbers[type eq "mobile"]`: "Bea cy", `phoneNumbers[type eq "work" and value eq "+49170100"]`: "", `phoneNumbers[not (type eq "mobile")]`: "Bea",
		`name.familyName eq "young"`: "cy", `name.formatted eq "Bea Zander"`: "Bea", `roles eq "supervisor"`: "Bea", `roles.value eq "agent"`: "alex Bea", `roles[value eq "owner"]`: "ada",
		`groups eq "g1"`: "Bea", `groups.value eq "g2"`: "", `groups.display eq "sales"`: "Bea", `groups[display sw "S" and type eq "direct"]`: "Bea", `schemas eq "` + rosterURN + `"`: "ada alex Bea cy dee émile",
		`urn:ietf:params:scim:schemas:core:2.0:User:userName eq "cy@acme"`: "cy", `urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department eq "r&d"`: "cy",
		`schemas eq "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"`: "cy",
		rosterURN + `:custom.site eq "Berlin"`:                                    "Bea", rosterURN + `:custom.seniority gt 2`: "Bea", rosterURN + `:custom.night eq true`: "cy", rosterURN + `:custom pr`: "Bea cy",
		// logic: "and" before "or", "not" before both
		`userName sw "a" and active eq true`: "ada alex", `userName sw "b" or userName sw "c" and active eq true`: "Bea", `(userName sw "b" or userName sw "c") and active eq false`: "cy",
		`not (active eq true) or userName eq "dee@acme"`: "cy dee", `userName eq "cy@acme" and userName eq "dee@acme"`: "", `active eq true and active eq false`: "", `userName co "e" and userName co "x"`: "alex",
		`emails[type eq "work"].value eq "cy@mail.example"`: "cy",
	} {
		path := "/Users?filter=" + url.QueryEscape(filter)
		if want == "-" {
			refused(t, e.send("GET", path, ""), 400, "invalidFilter")
			continue
		}
		got := e.send("GET", path, "")
		if have := logins(t, got); have != want || got.body["totalResults"] != float64(len(strings.Fields(want))) {
			t.Errorf("%s: %q of %v, want %q", filter, have, got.body["totalResults"], want)
		}
		byCursor := e.send("GET", path+"&cursor=", "")
		if have := logins(t, byCursor); have != want {
			t.Errorf("%s by cursor: %q, want %q", filter, have, want)
		}
	}
}

func TestBadFilters(t *testing.T) {
	e := newEnv(t)
	for _, filter := range []string{
		"userName", `userName eq`, `userName xx "a"`, `userName eq "a`, `userName eq a`, `(userName pr`, `userName pr)`, `userName pr and`, `emails[type eq "work"`, `[type eq "work"]`,
		`nosuch eq "a"`, `groups[value.x eq "g1"]`, `schemas[value.x eq "a"]`, `schemas[urn:x:value eq "a"]`, `name.nosuch pr`, `emails[nosuch eq "a"]`, `urn:x:User:userName pr`, `userName.value eq "a"`, `active gt true`, `active eq "maybe"`, `active eq 1`, `userName eq 1`,
		`userName gt null`, rosterURN + `:maxChats eq "4"`, rosterURN + `:maxChats co 4`, rosterURN + `:custom.seniority eq "x"`, `meta.created gt "yesterday"`, `name eq "Bea"`, `password eq "x"`, `password pr`,
		strings.Repeat("(", 3000), strings.Repeat("not (", 1500), `userName eq "` + strings.Repeat("a", 5000) + `"`,
	} {
		refused(t, e.send("GET", "/Users?filter="+url.QueryEscape(filter), ""), 400, "invalidFilter")
	}
	for _, filter := range []string{"\x00", `userName eq "` + "\xff" + `"`} {
		refused(t, e.send("GET", "/Users?filter="+url.QueryEscape(filter), ""), 400, "invalidSyntax")
	}
}

func TestFiltersOfGroups(t *testing.T) {
	e := newEnv(t)
	e.populate()
	e.steps(step{"POST", "/Groups", `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"Back","externalId":"x","members":[{"value":"4"}]}`, 201, ""})
	for filter, want := range map[string]string{
		`displayName eq "Sales"`: "Sales", `displayName eq "sales"`: "", `displayName sw "B"`: "Back", `members eq "3"`: "Sales", `members.value eq "4"`: "Back",
		`members[value eq "4" and type eq "User"]`: "Back", `externalId eq "x"`: "Back", `id eq "g1"`: "Sales", `meta.resourceType eq "Group"`: "Sales Back", `members pr`: "Sales Back",
	} {
		got := e.send("GET", "/Groups?filter="+url.QueryEscape(filter), "")
		var names []string
		list, _ := got.body["Resources"].([]any)
		for _, r := range list {
			names = append(names, r.(map[string]any)["displayName"].(string))
		}
		if !slices.Equal(names, strings.Fields(want)) {
			t.Errorf("%s: %q, want %q: %s", filter, names, want, got.text)
		}
	}
	refused(t, e.send("GET", "/Groups?filter=userName+pr", ""), 400, "invalidFilter")
}
