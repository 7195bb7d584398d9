package scim

import (
	"context"
	"strings"

	"github.com/ca74b63c/roster/examples/vendorhttp"
)

// endpoint is one method of a route.
type endpoint struct {
	about   string
	query   []vendorhttp.Parameter
	takes   bodyKind
	answers replyKind
	run     func(context.Context, *call) (answer, error)
}

// route is a path below Base and its methods. A part {id} of the path is any text.
type route struct {
	path    string
	methods map[string]*endpoint
}

// projectionQuery are the parameters that select the attributes in a reply. listQuery are the
// parameters of a list.
var (
	projectionQuery = []vendorhttp.Parameter{
		{Name: "attributes", About: "The attributes to show, separated by commas."},
		{Name: "excludedAttributes", About: "The attributes to leave out, separated by commas."},
	}
	listQuery = append([]vendorhttp.Parameter{
		{Name: "filter", About: "A filter (RFC 7644 section 3.4.2.2)."},
		{Name: "sortBy", About: "The attribute to sort by."}, {Name: "sortOrder", About: "ascending or descending."},
		{Name: "startIndex", Type: vendorhttp.TypeInteger, About: "The place of the first resource, from 1."},
		{Name: "count", Type: vendorhttp.TypeInteger, About: "How many resources to show at most."},
		{Name: "cursor", About: "The place at which the page begins (RFC 9865)."},
	}, projectionQuery...)
)

// routes returns the routes of all endpoints (RFC 7644 section 3.2).
func routes() []route {
	users := func(id string, of func(func(context.Context, *call) (answer, error)) func(context.Context, *call) (answer, error)) map[string]*endpoint {
		return map[string]*endpoint{
			"GET":    {"Returns " + id + ".", projectionQuery, noBody, oneUser, of(getUser)},
			"PUT":    {"Replaces " + id + ".", projectionQuery, userBody, oneUser, of(replaceUser)},
			"PATCH":  {"Changes " + id + ": all operations or none.", projectionQuery, patchBody, oneUser, of(patchUser)},
			"DELETE": {"Deletes " + id + ".", projectionQuery, noBody, nothing, of(deleteUser)},
		}
	}
	return []route{
		{"Users", map[string]*endpoint{
			"GET":  {"Lists users.", listQuery, noBody, listOfUsers, listUsers},
			"POST": {"Creates a user.", projectionQuery, userBody, newUser, createUser},
		}},
		{"Users/.search", map[string]*endpoint{"POST": {"Lists users.", projectionQuery, searchBody, listOfUsers, searchUsers}}},
		{"Users/{id}", users("the user", func(run func(context.Context, *call) (answer, error)) func(context.Context, *call) (answer, error) {
			return run
		})},
		{"Me", users("the caller's user", ofCaller)},
		{"Groups", map[string]*endpoint{
			"GET":  {"Lists groups.", listQuery, noBody, listOfGroups, listGroups},
			"POST": {"Creates a group.", projectionQuery, groupBody, newGroup, createGroup},
		}},
		{"Groups/.search", map[string]*endpoint{"POST": {"Lists groups.", projectionQuery, searchBody, listOfGroups, searchGroups}}},
		{"Groups/{id}", map[string]*endpoint{
			"GET":    {"Returns the group.", projectionQuery, noBody, oneGroup, getGroup},
			"PUT":    {"Replaces the group.", projectionQuery, groupBody, oneGroup, replaceGroup},
			"PATCH":  {"Changes the group.", projectionQuery, patchBody, oneGroup, patchGroup},
			"DELETE": {"Deletes the group. Its members leave it.", projectionQuery, noBody, nothing, deleteGroup},
		}},
		{".search", map[string]*endpoint{"POST": {"Lists users and groups.", projectionQuery, searchBody, listOfBoth, searchAll}}},
		{"Bulk", map[string]*endpoint{"POST": {"Runs operations in their order.", nil, bulkBody, bulkAnswer, bulk}}},
		{"ServiceProviderConfig", map[string]*endpoint{"GET": {"Returns what the server can do.", listQuery, noBody, config, describe}}},
		{"ResourceTypes", map[string]*endpoint{"GET": {"Lists the resource types.", listQuery, noBody, listOfTypes, describe}}},
		{"ResourceTypes/{id}", map[string]*endpoint{"GET": {"Returns the resource type.", listQuery, noBody, oneType, describe}}},
		{"Schemas", map[string]*endpoint{"GET": {"Lists the schemas.", listQuery, noBody, listOfSchemas, describe}}},
		{"Schemas/{id}", map[string]*endpoint{"GET": {"Returns the schema.", listQuery, noBody, oneSchema, describe}}},
	}
}

// ofCaller returns an endpoint for /Me. The endpoint calls run with the user of the key, as if the
// id of this user were in the path.
func ofCaller(run func(context.Context, *call) (answer, error)) func(context.Context, *call) (answer, error) {
	return func(ctx context.Context, c *call) (answer, error) {
		c.path = []string{"Me", c.key.User.String()}
		return run(ctx, c)
	}
}

func bulk(ctx context.Context, c *call) (answer, error) { return c.api.bulk(ctx, c) }

// route returns the route of a path, nil if there is none.
func (a *api) route(path []string) *route {
	for i := range a.routes {
		if matchesPath(a.routes[i].path, path) {
			return &a.routes[i]
		}
	}
	return nil
}

func matchesPath(template string, path []string) bool {
	n := 0
	for part := range strings.SplitSeq(template, "/") {
		if n == len(path) || part != path[n] && part != "{id}" {
			return false
		}
		n++
	}
	return n == len(path)
}
