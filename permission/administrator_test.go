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
	own, err := permission.New(spec)
	if err != nil {
		t.Fatal(err)
	}
	silent := permission.AuthorizerFunc(func(context.Context, permission.Request) error { return nil })
	rules := permission.StandardSelfRules()
	standard := roles(user.Owner, user.Admin, user.LPA)
	var none *permission.Policy
	for _, tt := range []struct {
		name string
		a    permission.Authorizer
		want user.Roles
	}{
		{"nil", nil, standard},
		{"a nil policy", none, standard},
		{"a zero policy", new(permission.Policy), standard},
		{"a policy", permission.Voximplant(), standard},
		{"a policy of a host", own, roles(user.Supervisor)},
		{"a function", silent, standard},
		{"a guarded function", permission.Guarded(silent, rules), standard},
		{"a guarded policy", permission.Guarded(own, rules), roles(user.Supervisor)},
		{"a guard of nothing", permission.Guarded(nil, rules), standard},
		{"All", permission.All(nil, silent, own, permission.Default()), roles(user.Supervisor)},
		{"Any", permission.Any(silent, permission.Default(), own), standard},
		{"an empty All", permission.All(), standard},
		{"an Any that says nothing", permission.Any(nil, silent), standard},
		{"an engine that says none", noAdministrators{silent}, standard},
		{"guarded", permission.Guarded(noAdministrators{silent}, rules), standard},
		{"in All", permission.All(silent, noAdministrators{silent}, own), standard},
		{"in Any", permission.Any(noAdministrators{silent}, own), standard},
	} {
		if got := permission.KeptAdministrators(tt.a)[0]; got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
	// Of the administrators, those that the policy lets create users are kept too.
	for _, tt := range []struct {
		a    permission.Authorizer
		want user.Roles
	}{
		{permission.Default(), user.Roles{}}, {permission.Omnidesk(), user.Roles{}}, {own, user.Roles{}}, {silent, user.Roles{}}, {none, user.Roles{}}, {new(permission.Policy), user.Roles{}},
		{permission.Genesys(), roles(user.Admin)}, {permission.LivePerson(), roles(user.Admin, user.LPA)},
		{permission.Voximplant(), roles(user.Owner, user.Admin)},
		{permission.Guarded(permission.Genesys(), rules), roles(user.Admin)},
		{permission.All(silent, permission.Genesys()), roles(user.Admin)},
		{permission.Any(silent, permission.Voximplant(), own), roles(user.Owner, user.Admin)},
	} {
		if got := permission.KeptAdministrators(tt.a)[1]; got != tt.want {
			t.Errorf("%v: %s, want %s", tt.a, got, tt.want)
		}
	}
}
