package liveperson

import (
	"context"
	"net/http"
	"slices"
	"strings"
)

// endpoint is one call of the API.
type endpoint func(context.Context, *call) (reply, error)

// route is what can be done at a path.
type route struct {
	methods map[string]endpoint
	allow   string // the header Allow
	open    bool   // nobody needs to be known
}

func routeOf(open bool, methods map[string]endpoint) *route {
	var names []string
	for name := range methods {
		names = append(names, name)
	}
	if methods[http.MethodGet] != nil {
		names = append(names, http.MethodHead)
	}
	slices.Sort(names)
	return &route{methods, strings.Join(names, ", "), open}
}

var (
	baseURIsRoute = routeOf(true, map[string]endpoint{"GET": baseURIs})
	baseURIRoute  = routeOf(true, map[string]endpoint{"GET": baseURI})
	loginRoute    = routeOf(true, map[string]endpoint{"POST": login})
	usersRoute    = routeOf(false, map[string]endpoint{
		"GET": listUsers, "POST": createUsers, "PUT": updateUsers, "DELETE": deleteUsers,
	})
	userRoute           = routeOf(false, map[string]endpoint{"GET": getUser, "PUT": updateUser, "DELETE": deleteUser})
	pidRoute            = routeOf(false, map[string]endpoint{"GET": getUserByPID})
	changePasswordRoute = routeOf(false, map[string]endpoint{"PUT": changePassword})
	resetPasswordRoute  = routeOf(false, map[string]endpoint{"PUT": resetPassword})
)

// path is what a request's path says.
type path struct {
	route   *route
	account string
	name    string // the id or pid of the user, or the name of the service
}

// usersPath lies behind the account's id.
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

// ofUsers reads what stands behind "users".
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
