package permission_test

import (
	"context"
	"testing"

	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/user"
)

// Which roles make an administrator is data in a policy. An Authorizer that does not say has the
// standard ones.
func TestAdministratorRolesOf(t *testing.T) {
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
	} {
		if got := permission.AdministratorRolesOf(tt.a); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
	for _, p := range policies() {
		if got := p.AdministratorRoles(); got != standard {
			t.Errorf("%s: %s", p.Name(), got)
		}
	}
}
