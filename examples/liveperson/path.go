package liveperson

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/ca74b63c/roster/examples/openapi"
	"github.com/ca74b63c/roster/examples/vendorhttp"
)

// endpoint is one call of the API.
type endpoint struct {
	about   string
	query   []vendorhttp.Parameter
	takes   *content // nil if the call has no body
	answers *openapi.Schema
	run     func(context.Context, *call) (reply, error)
}

// route is a path with its methods.
type route struct {
	path    string // the part after the id of the account
	methods map[string]*endpoint
	allow   string // the header Allow
	open    bool   // the call needs no token
}

func routeOf(path string, open bool, methods map[string]*endpoint) *route {
	var names []string
	for name := range methods {
		names = append(names, name)
	}
	if methods[http.MethodGet] != nil {
		names = append(names, http.MethodHead)
	}
	slices.Sort(names)
	return &route{path, methods, strings.Join(names, ", "), open}
}

// oneUser is the path of a user.
const oneUser = usersPath + "/{userId}"

var (
	baseURIsRoute = routeOf("service/baseURI.json", true, map[string]*endpoint{
		"GET": {"Returns where every service is.", serviceQuery, nil, servicesSchema, baseURIs},
	})
	baseURIRoute = routeOf("service/{service}/baseURI.json", true, map[string]*endpoint{
		"GET": {"Returns where a service is.", serviceQuery, nil, serviceSchema, baseURI},
	})
	loginRoute = routeOf("login", true, map[string]*endpoint{
		"POST": {"Returns a token for a user.", serviceQuery, loginContent, sessionSchema, login},
	})
	usersRoute = routeOf(usersPath, false, map[string]*endpoint{
		"GET":    {"Returns all users.", userQuery, nil, openapi.List(userSchema), listUsers},
		"POST":   {"Adds a user, or a list of users: all or none.", userQuery, usersContent, oneOrMany(userSchema), createUsers},
		"PUT":    {"Replaces the users of a list: all or none.", userQuery, usersContent, oneOrMany(userSchema), updateUsers},
		"DELETE": {"Deletes the users of a list of ids: all or none.", userQuery, idsContent, openapi.List(userSchema), deleteUsers},
	})
	userRoute = routeOf(oneUser, false, map[string]*endpoint{
		"GET":    {"Returns the user.", userQuery, nil, openapi.Any(userSchema, publicSchema), getUser},
		"PUT":    {"Replaces the user: what is missing is cleared.", userQuery, userContent, userSchema, updateUser},
		"DELETE": {"Deletes the user.", userQuery, nil, userSchema, deleteUser},
	})
	pidRoute = routeOf(usersPath+"/pid/{pid}", false, map[string]*endpoint{
		"GET": {"Returns the user with the process id.", userQuery, nil, userSchema, getUserByPID},
	})
	changePasswordRoute = routeOf(oneUser+"/changePassword", false, map[string]*endpoint{
		"PUT": {"Changes the user's own password.", userQuery, changeContent, nothingSchema, changePassword},
	})
	resetPasswordRoute = routeOf(oneUser+"/resetPassword", false, map[string]*endpoint{
		"PUT": {"Resets the user's password.", userQuery, resetContent, nothingSchema, resetPassword},
	})
	routes = []*route{baseURIsRoute, baseURIRoute, loginRoute, usersRoute, userRoute, pidRoute, changePasswordRoute, resetPasswordRoute}
)

// path is the parsed path of a request.
type path struct {
	route   *route
	account string
	name    string // the id or pid of the user, or the name of the service
}

// usersPath is the part of the path of the users after the id of the account.
const usersPath = "configuration/le-users/users"

func parsePath(s string) (p path, ok bool) {
	rest, ok := strings.CutPrefix(s, Prefix)
	if !ok {
		return p, false
	}
	p.account, rest, ok = strings.Cut(rest, "/")
	if !ok {
		return p, false
	}
	if users, ok := strings.CutPrefix(rest, usersPath); ok {
		return p.ofUsers(users)
	}
	switch rest {
	case "login":
		p.route = loginRoute
	case "service/baseURI.json":
		p.route = baseURIsRoute
	default:
		service, isService := strings.CutPrefix(rest, "service/")
		if p.name, ok = strings.CutSuffix(service, "/baseURI.json"); !isService || !ok || strings.Contains(p.name, "/") {
			return p, false
		}
		p.route = baseURIRoute
	}
	return p, true
}

// ofUsers returns p with the route and the name that the rest of the path after "users" means. For
// "" and "/" the route is the list of users, without a name. For "/pid/NAME" the name is NAME. For
// any other route the name is the first part, such as 7 in "/7/changePassword". ofUsers does not
// check that the name is an id. The second result is false if no route matches.
func (p path) ofUsers(rest string) (path, bool) {
	if rest == "" || rest == "/" {
		p.route = usersRoute
		return p, true
	}
	if rest[0] != '/' {
		return p, false
	}
	name, action, sub := strings.Cut(rest[1:], "/")
	switch {
	case name == "" || strings.Contains(action, "/"):
		return p, false
	case !sub:
		p.route, p.name = userRoute, name
	case name == "pid" && action != "":
		p.route, p.name = pidRoute, action
	case action == "changePassword":
		p.route, p.name = changePasswordRoute, name
	case action == "resetPassword":
		p.route, p.name = resetPasswordRoute, name
	default:
		return p, false
	}
	return p, true
}
