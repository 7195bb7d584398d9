package permission_test

import (
	"context"
	"testing"

	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/user"
)

// noAdministrators is an engine that names no role of administrators.
type noAdministrators struct{ permission.Authorizer }

func (noAdministrators) AdministratorRoles() user.Roles { return user.Roles{} }

// Which roles make an administrator is data in a policy. An Authorizer that does not say has the
// standard ones.
func TestKeptAdministrators(t *testing.T) {
	spec := permission.Default().Spec()
	spec.Administrators = roles(user.Supervisor)
	own := newPolicy(t, spec)
	silent := permission.AuthorizerFunc(func(context.Context, permission.Request) error { return nil })
	rules := permission.StandardSelfRules()
	standard := roles(user.Owner, user.Admin, user.LPA)
	var none *permission.Policy
	no, admin := user.Roles{}, roles(user.Admin)
	for _, tt := range []struct {
		name  string
		a     permission.Authorizer
		every user.Roles
		able  user.Roles // those that the policy lets create users, if not all
	}{
		{"nil", nil, standard, no},
		{"a nil policy", none, standard, no},
		{"a zero policy", new(permission.Policy), standard, no},
		{"Default", permission.Default(), standard, no},
		{"Omnidesk", permission.Omnidesk(), standard, no},
		{"Genesys", permission.Genesys(), standard, admin},
		{"LivePerson", permission.LivePerson(), standard, roles(user.Admin, user.LPA)},
		{"Voximplant", permission.Voximplant(), standard, roles(user.Owner, user.Admin)},
		{"a policy of a host", own, roles(user.Supervisor), no},
		{"a function", silent, standard, no},
		{"a guarded function", permission.Guarded(silent, rules), standard, no},
		{"a guarded policy", permission.Guarded(own, rules), roles(user.Supervisor), no},
		{"a guarded policy of a vendor", permission.Guarded(permission.Genesys(), rules), standard, admin},
		{"a guard of nothing", permission.Guarded(nil, rules), standard, no},
		{"All", permission.All(nil, silent, own, permission.Default()), roles(user.Supervisor), no},
		{"All with a vendor", permission.All(silent, permission.Genesys()), standard, admin},
		{"Any", permission.Any(silent, permission.Default(), own), standard, no},
		{"Any with a vendor", permission.Any(silent, permission.Voximplant(), own), standard, roles(user.Owner, user.Admin)},
		{"an empty All", permission.All(), standard, no},
		{"an Any that says nothing", permission.Any(nil, silent), standard, no},
		{"an engine that says none", noAdministrators{silent}, standard, no},
		{"guarded", permission.Guarded(noAdministrators{silent}, rules), standard, no},
		{"in All", permission.All(silent, noAdministrators{silent}, own), standard, no},
		{"in Any", permission.Any(noAdministrators{silent}, own), standard, no},
	} {
		if got := permission.KeptAdministrators(tt.a); got != [2]user.Roles{tt.every, tt.able} {
			t.Errorf("%s: %s, want %s and %s", tt.name, got, tt.every, tt.able)
		}
	}
}
