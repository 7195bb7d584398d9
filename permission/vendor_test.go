package permission_test

import (
	"reflect"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/user"
)

// may reports whether the actor may do all that the call always does, to another user or to none.
func may(t *testing.T, p *permission.Policy, call string, a permission.Actor) bool {
	t.Helper()
	op, ok := p.Operation(call)
	if !ok {
		t.Fatalf("%s has no call %q", p.Name(), call)
	}
	for action := range op.Actions.All() {
		if p.Check(ctx, permission.Request{Action: action, Actor: a, Target: target(99)}) != nil {
			return false
		}
	}
	return true
}

// Omnidesk: "Endpoints that require the USER_READ permission: GET index, GET settings. …
// API_RESERVE_USER: POST reserveUserForLiveChannel. … USER_ANONYMOUS_BROWSING_UPDATE: PUT
// ticketIncognitoMode. All other endpoints require the USER_CUD permission."
func TestOmnideskPermissionByEndpoint(t *testing.T) {
	named := map[string]permission.Permission{
		"GET /api/v2/user":                            permission.PermUserRead,
		"GET /api/v2/user/settings":                   permission.PermUserRead,
		"POST /api/v2/user/reserveUserForLiveChannel": permission.PermReserveUser,
		"PUT /api/v2/user/ticketIncognitoMode":        permission.PermUserAnonymousBrowsingUpdate,
	}
	p := permission.Omnidesk()
	calls := 0
	for op := range p.Operations() {
		calls++
		needed, ok := named[op.Name]
		if !ok {
			needed = permission.PermUserCUD
		}
		delete(named, op.Name)
		for perm := range permission.VendorPermissions().All() {
			key := permission.Actor{ID: 1, Permissions: permission.PermissionsOf(perm)}
			if got := may(t, p, op.Name, key); got != (perm == needed) {
				t.Errorf("%s with %s: %v", op.Name, perm, got)
			}
		}
		if may(t, p, op.Name, permission.Actor{ID: 1, Roles: user.VendorRoles()}) {
			t.Errorf("%s by a role", op.Name)
		}
		// What a call does on request needs no further permission: there is one permission an
		// endpoint.
		for action := range op.Also.All() {
			key := permission.Actor{ID: 1, Permissions: permission.PermissionsOf(needed)}
			if err := p.Check(ctx, permission.Request{Action: action, Actor: key, Target: target(2)}); err != nil {
				t.Errorf("%s, on request: %v", op.Name, err)
			}
		}
	}
	if calls != 23 || len(named) != 0 {
		t.Errorf("%d calls instead of 22 and one; not found: %v", calls, named)
	}
}

// An update is no way around the permission for the incognito mode.
func TestOmnideskUpdateDoesNotReachIncognito(t *testing.T) {
	key := permission.Actor{ID: 1, Permissions: permission.PermissionsOf(permission.PermUserCUD)}
	for _, action := range []permission.Action{permission.UserUpdate, permission.UserCreate, permission.PreferencesSet} {
		for _, p := range []*permission.Policy{permission.Omnidesk(), permission.Default()} {
			r := permission.Request{Action: action, Actor: key, Target: target(2), Attributes: attrs(user.AttrIncognito)}
			if p.Check(ctx, r) == nil {
				t.Errorf("%s: %s sets the incognito mode", p.Name(), action)
			}
		}
	}
}

// Genesys: the operations table of /users and /users/{id}.
func TestGenesysRoleByOperation(t *testing.T) {
	document := map[string][2]bool{ // Contact Center Admin, Agent
		"GET /api/v2/users":         {true, true},
		"POST /api/v2/users":        {true, false},
		"GET /api/v2/users/{id}":    {true, true},
		"POST /api/v2/users/{id}":   {true, true},
		"PUT /api/v2/users/{id}":    {true, true},
		"DELETE /api/v2/users/{id}": {true, true},
	}
	got := map[string][2]bool{}
	p := permission.Genesys()
	for op := range p.Operations() {
		got[op.Name] = [2]bool{may(t, p, op.Name, actor(1, user.Admin)), may(t, p, op.Name, actor(1, user.Agent))}
		if may(t, p, op.Name, permission.Actor{ID: 1, Roles: user.VendorRoles().Without(roles(user.Admin, user.Agent))}) {
			t.Errorf("%s by other roles", op.Name)
		}
	}
	if diff := cmp.Diff(document, got); diff != "" {
		t.Error(diff)
	}
}

// Genesys: the access level of each attribute, by verb, and the rule that names what is wrong.
func TestGenesysAccessLevelByVerb(t *testing.T) {
	const (
		readOnly  = permission.RuleAttributeReadOnly
		writeOnly = permission.RuleAttributeWriteOnly
	)
	for _, tt := range []struct {
		name                   string
		attribute              user.Attribute
		get, post, update, put string // the rule; "": allowed. post is on /users, update on /users/{id}
	}{
		{"userName: GET, POST, DELETE, read as GET, POST", user.AttrLogin, "", "", readOnly, readOnly},
		{"password: POST, PUT", user.AttrPassword, writeOnly, "", "", ""},
		{"firstName: GET, POST, PUT", user.AttrFirstName, "", "", "", ""},
		{"lastName: GET, POST, PUT", user.AttrLastName, "", "", "", ""},
		{"roles: GET, POST, PUT", user.AttrRoles, "", "", "", ""},
		{"skills: GET", user.AttrSkills, "", readOnly, readOnly, readOnly},
		{"devices: GET", user.AttrDevices, "", readOnly, readOnly, readOnly},
		{"doNotDisturb: GET", user.AttrStatus, "", readOnly, readOnly, readOnly},
		{"changePasswordOnFirstLogin: GET, POST, DELETE, read as GET, POST", user.AttrChangeNextLogin, "", "", "", readOnly},
		{"not in the table", user.AttrMaxChats, permission.RuleAttributeUnknown, permission.RuleAttributeUnknown,
			permission.RuleAttributeUnknown, permission.RuleAttributeUnknown},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, c := range []struct {
				policy *permission.Policy
				action permission.Action
				want   string
			}{
				{permission.Genesys(), permission.UserRead, tt.get}, {permission.Genesys(), permission.UserList, tt.get},
				{permission.Genesys(), permission.UserCreate, tt.post}, {permission.Genesys(), permission.UserUpdate, tt.update},
				{permission.GenesysPut(), permission.UserRead, tt.get}, {permission.GenesysPut(), permission.UserUpdate, tt.put},
			} {
				action, want := c.action, c.want
				r := permission.Request{
					Action: action, Actor: actor(1, user.Admin), Target: target(2),
					Attributes: attrs(tt.attribute, user.AttrFirstName),
				}
				e := c.policy.Explain(ctx, r)
				if got := ruleOf(t, c.policy.Check(ctx, r)); got != want {
					t.Errorf("%s: rule %q, want %q", action, got, want)
				}
				if want != "" && e.Attributes != attrs(tt.attribute) {
					t.Errorf("%s: refused attributes %s", action, e.Attributes)
				}
			}
		})
	}
}

// No policy shows a password, and none lets a caller write what only the library sets.
func TestNoPolicyShowsAPasswordOrWritesTheLibrarysOwn(t *testing.T) {
	most := permission.Actor{ID: 1, Roles: user.VendorRoles(), Permissions: permission.VendorPermissions()}
	for _, p := range policies() {
		for action := range permission.StandardActions().All() {
			if action.Reads() {
				if p.Check(ctx, permission.Request{Action: action, Actor: most, Target: target(2), Attributes: attrs(user.AttrPassword)}) == nil {
					t.Errorf("%s: %s shows a password", p.Name(), action)
				}
				continue
			}
			for _, a := range []user.Attribute{user.AttrCreated, user.AttrUpdated, user.AttrDeleted, user.AttrPasswordChanged} {
				if p.Check(ctx, permission.Request{Action: action, Actor: most, Target: target(2), Attributes: attrs(a)}) == nil {
					t.Errorf("%s: %s writes %s", p.Name(), action, a)
				}
			}
		}
	}
}

// Voximplant, "Available for roles" of each method.
func TestVoximplantRoleByMethod(t *testing.T) {
	writers := []user.Role{user.Admin, user.Owner, user.UserManager}
	document := map[string][]user.Role{
		"AddUser":             writers,
		"DelUser":             writers,
		"GetUsers":            {user.Admin, user.Developer, user.Owner, user.Supervisor, user.UserManager},
		"SetUserInfo":         writers,
		"TransferMoneyToUser": writers,
	}
	got := map[string][]user.Role{}
	p := permission.Voximplant()
	for op := range p.Operations() {
		for role := range user.VendorRoles().All() {
			if may(t, p, op.Name, actor(1, role)) {
				got[op.Name] = append(got[op.Name], role)
			}
		}
	}
	for name := range got {
		slices.Sort(got[name])
	}
	if diff := cmp.Diff(document, got); diff != "" {
		t.Error(diff)
	}
}

// Each vendor's call is made of actions that the vendor's policy allows to somebody, and names are
// not used twice.
func TestOperationsAreCovered(t *testing.T) {
	most := permission.Actor{ID: 1, Roles: user.VendorRoles(), Permissions: permission.VendorPermissions()}
	for _, p := range policies() {
		seen := map[string]bool{}
		for op := range p.Operations() {
			if seen[op.Name] || op.Actions.IsZero() {
				t.Errorf("%s: call %q twice, or without actions", p.Name(), op.Name)
			}
			seen[op.Name] = true
			for action := range op.Actions.With(op.Also).All() {
				r := permission.Request{Action: action, Actor: most, Target: target(2)}
				if action == permission.PasswordChange {
					r.Target, r.HasOld = target(1), true
				}
				if err := p.Check(ctx, r); err != nil {
					t.Errorf("%s: %v", op.Name, err)
				}
			}
		}
		if _, ok := p.Operation("no such call"); ok {
			t.Errorf("%s finds what it does not have", p.Name())
		}
	}
}

// ActorOf and TargetOf read a user as the model means it.
func TestActorAndTargetOfAUser(t *testing.T) {
	u := user.User{ID: 5}
	u.Access.Roles, u.Access.Disabled = roles(user.AgentManager), true
	u.Management.ManagerOf = user.ListOf(user.Assignment{Group: 7})
	u.Capacity.MemberOf = user.Assignment{Group: 8}
	a := permission.ActorOf(u)
	if a.ID != 5 || a.Roles != u.Access.Roles || !a.Disabled || a.Deleted || a.System || !a.Permissions.IsZero() ||
		!a.Manages.Equal(u.Management.ManagerOf) {
		t.Errorf("actor %+v", a)
	}
	u.Lifecycle.Deleted = u.Lifecycle.Deleted.AddDate(2020, 0, 0)
	if !permission.ActorOf(u).Deleted {
		t.Error("a deleted user acts")
	}
	if got, want := permission.TargetOf(u), (permission.Target{ID: 5, Roles: u.Access.Roles, Group: 8, Disabled: true}); !reflect.DeepEqual(got, want) {
		t.Errorf("target %+v, want %+v", got, want)
	}
}
