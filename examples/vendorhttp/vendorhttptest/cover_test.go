package vendorhttptest

import (
	"testing"

	"github.com/ca74b63c/roster/permission"
)

func TestOperationOf(t *testing.T) {
	for _, c := range []struct {
		policy             *permission.Policy
		method, path, want string
	}{
		{permission.Omnidesk(), "PUT", "/api/v2/user/2", "PUT /api/v2/user/{id}"},
		{permission.Omnidesk(), "PUT", "/api/v2/user/maxChats", "PUT /api/v2/user/maxChats"},
		{permission.Omnidesk(), "GET", "/api/v2/user?query=a", "GET /api/v2/user"},
		{permission.Omnidesk(), "DELETE", "/api/v2/user/2", ""},
		{permission.Genesys(), "PUT", "/api/v2/users/1f", "PUT /api/v2/users/{id}"},
		{permission.Genesys(), "GET", "/api/v2/me", ""},
		{permission.LivePerson(), "DELETE", "/api/account/demo/configuration/le-users/users", "DELETE /api/account/{accountId}/configuration/le-users/users"},
		{permission.Voximplant(), "POST", "/platform_api/AddUser/", "AddUser"},
		{permission.Voximplant(), "POST", "/platform_api", ""},
	} {
		if got := operationOf(c.policy, Endpoint{Method: c.method, Path: c.path}); got != c.want {
			t.Errorf("%s %s is %q, want %q", c.method, c.path, got, c.want)
		}
	}
}
