package scim_test

import (
	"context"
	"fmt"
	"net/url"
	"testing"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/examples/vendorhttp/matrix"
	"github.com/ca74b63c/roster/user"
)

// finds returns the test of a filter: the ids of the users that pass.
func finds(filter string, ids ...string) func(*testing.T) {
	list := "["
	for i, id := range ids {
		if i > 0 {
			list += ","
		}
		list += fmt.Sprintf(`{"id":%q}`, id)
	}
	return does(step{"GET", "/Users?filter=" + url.QueryEscape(filter), "", 200, fmt.Sprintf(`{"totalResults":%d,"Resources":%s]}`, len(ids), list)})
}

// noFilter returns the test of a filter that is none.
func noFilter(filter string) func(*testing.T) {
	return does(step{"GET", "/Users?filter=" + url.QueryEscape(filter), "", 400, `{"scimType":"invalidFilter"}`})
}

// listRows are the sentences of RFC 7644 and RFC 9865 about lists.
func listRows() []matrix.Row {
	yes := matrix.Documented.Row
	return []matrix.Row{
		yes("3.4.2: a list has the schema ListResponse", does(step{"GET", "/Users", "", 200, `{"schemas":["` + listURN + `"],"totalResults":6,"startIndex":1,"itemsPerPage":6}`})),
		yes("3.4.2: a query without results is 200 with totalResults 0", does(step{"GET", `/Users?filter=userName+eq+"x"`, "", 200, `{"totalResults":0}`})),
		yes("3.4.2.1: more resources than the server can process are tooMany", tooMany),
		yes("3.4.2.1: a query of several resource types applies the filter to each", does(step{"POST", "/.search", searchBody + `"filter":"displayName sw \"S\" or displayName eq \"bea\""}`, 200, `{"totalResults":2,"Resources":[{"id":"3"},{"id":"g1"}]}`})),
		yes("3.4.2.2: the operators, and their order", TestFilters),
		yes("3.4.2.2: a filter has an expression", noFilter(" ")),
		yes("3.4.2.2: a filter keeps the grammar", noFilter(`userName eq "a" userName`)),
		yes("3.4.2.2: an operator that is none is invalidFilter", noFilter(`userName like "a"`)),
		yes("3.4.2.2: names and operators are case insensitive", finds(`USERNAME Eq "cy@acme"`, "4")),
		yes("3.4.2.2: not before and, and before or", finds(`userName sw "b" or userName sw "c" and not (active eq true)`, "3", "4")),
		yes("3.4.2.2: parentheses group", finds(`(userName sw "b" or userName sw "c") and active eq true`, "3")),
		yes("3.4.2.2: texts are compared as caseExact says", does(step{"GET", `/Users?filter=externalId+eq+"e-1"`, "", 200, `{"totalResults":1,"Resources":[{"id":"4"}]}`}, step{"GET", `/Users?filter=displayName+eq+"ADA"`, "", 200, `{"totalResults":1,"Resources":[{"id":"4"}]}`})),
		yes("3.4.2.2: one value of a multi-valued attribute is enough", finds(`phoneNumbers.value eq "+49170100"`, "3")),
		yes("3.4.2.2: brackets ask for one value that passes all", finds(`phoneNumbers[type eq "work" and value eq "+49170100"]`)),
		yes("3.4.2.2: a complex attribute is compared by a sub-attribute", noFilter(`name eq "Bea"`)),
		yes("3.4.2.2: booleans have no order: invalidFilter", does(step{"GET", "/Users?filter=active+gt+true", "", 400, `{"scimType":"invalidFilter"}`})),
		yes("3.4.2.3: sortBy and sortOrder, by default ascending", TestSort),
		yes("3.4.2.3: texts are sorted as caseExact says", does(step{"GET", "/Users?sortBy=userName&startIndex=2&count=3", "", 200, `{"Resources":[{"userName":"alex@acme"},{"userName":"Bea@acme"},{"userName":"cy@acme"}]}`})),
		yes("3.4.2.3: a multi-valued attribute is sorted by its primary or first value", does(step{"GET", "/Users?sortBy=emails&filter=emails+pr", "", 200, `{"Resources":[{"id":"3"},{"id":"5"},{"id":"4"}]}`})),
		yes("3.4.2.3: a resource without a value is last in ascending order", does(step{"GET", "/Users?sortBy=displayName&startIndex=3", "", 200, `{"Resources":[{"displayName":null},{},{},{}]}`})),
		yes("3.4.2.4: a startIndex below 1 is 1, a negative count is 0", does(step{"GET", "/Users?startIndex=-1&count=-1", "", 200, `{"totalResults":6,"startIndex":1,"itemsPerPage":0}`})),
		yes("3.4.2.4: no more resources than count", does(step{"GET", "/Users?count=2", "", 200, `{"totalResults":6,"itemsPerPage":2,"Resources":[{},{}]}`})),
		yes("3.4.2.4: a count of 0 is the total alone", does(step{"GET", "/Users?count=0", "", 200, `{"totalResults":6,"Resources":[]}`})),
		yes("3.4.2.5: attributes and excludedAttributes", TestProjection),
		yes("3.4.2.5: what is always returned cannot be excluded", does(step{"GET", "/Users/3?excludedAttributes=id,schemas,displayName", "", 200, `{"id":"3","schemas":["urn:ietf:params:scim:schemas:core:2.0:User","` + rosterURN + `"],"displayName":null}`})),
		yes("3.4.3: a search by POST", does(step{"POST", "/Users/.search", searchBody + `"filter":"userName sw \"a\""}`, 200, `{"schemas":["` + listURN + `"],"totalResults":2}`},
			step{"POST", "/Users/.search", searchBody + `"startIndex":"1"}`, 400, `{"scimType":"invalidValue"}`},
			step{"POST", "/Users/.search", searchBody + `"count":"1"}`, 400, `{"scimType":"invalidValue"}`})),
		yes("3.4.3: a search has the schema SearchRequest", does(step{"POST", "/Users/.search", `{"filter":"userName sw \"a\""}`, 400, `{"scimType":"invalidSyntax"}`})),
		yes("3.9: attributes are shown instead of the default ones, with those that are always", does(step{"GET", "/Users/3?attributes=userName", "", 200, `{"id":"3","userName":"Bea@acme","displayName":null,"meta":null}`})),
		yes("3.10: an attribute may be named with its schema", does(step{"GET", "/Users/3?attributes=urn:ietf:params:scim:schemas:core:2.0:User:userName", "", 200, `{"userName":"Bea@acme","displayName":null}`})),
		yes("3.10: an attribute of an extension is named with its schema", does(step{"GET", "/Users?filter=maxChats+gt+1", "", 400, `{"scimType":"invalidFilter"}`}, step{"GET", "/Users?filter=" + rosterURN + ":maxChats+gt+1", "", 200, `{"totalResults":2}`})),
		yes("RFC 9865, 2: a page but the last has nextCursor", TestPagesByCursor),
		yes("RFC 9865, 2: a cursor and startIndex exclude each other", does(step{"GET", "/Users?startIndex=1&cursor=", "", 400, `{"scimType":"invalidValue"}`})),
		yes("RFC 9865, 2: a count of 0 is the total and a cursor", does(step{"GET", "/Users?cursor=&count=0", "", 200, `{"totalResults":6,"Resources":[]}`})),
		yes("RFC 9865, 2.1: a cursor that is none is invalidCursor", does(step{"GET", "/Users?cursor=x", "", 400, `{"scimType":"invalidCursor"}`})),
		yes("RFC 9865, 4: the configuration says how pages are made", does(step{"GET", "/ServiceProviderConfig", "", 200, `{"pagination":{"cursor":true,"index":true,"defaultPaginationMethod":"index"}}`})),
	}
}

// tooMany sorts more users than the server sorts without an index.
func tooMany(t *testing.T) {
	e := newEnv(t)
	for batch := range 11 {
		news := make([]roster.CreateParams, 1000)
		for i := range news {
			news[i].User.Identity.Login = fmt.Sprintf("u%d-%d@acme", batch, i)
			news[i].User.Identity.Kind = user.Bot
		}
		check(t, second(e.host.CreateMany(context.Background(), news)))
	}
	e.steps(step{"GET", "/Users?sortBy=displayName", "", 400, `{"scimType":"tooMany"}`}, step{"GET", "/Users?sortBy=userName&count=1", "", 200, `{"totalResults":11002}`})
}
