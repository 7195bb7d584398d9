package permission_test

import (
	"cmp"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/user"
)

// Who may make which call, and what it does on request, as the documents say.
//
// Omnidesk: "Endpoints that require the USER_READ permission: GET index, GET settings. …
// API_RESERVE_USER: POST reserveUserForLiveChannel. … USER_ANONYMOUS_BROWSING_UPDATE: PUT
// ticketIncognitoMode. All other endpoints require the USER_CUD permission." Genesys: the
// operations table of /users and /users/{id}. Voximplant: "Available for roles" of each method.
func TestWhoMayMakeACall(t *testing.T) {
	for _, tt := range []struct {
		policy *permission.Policy
		calls  int
		most   string            // who may make a call that is not below
		others map[string]string // by the name of the call
	}{
		{permission.Omnidesk(), 23, "USER_CUD", map[string]string{
			"GET /api/v2/user": "USER_READ", "GET /api/v2/user/settings": "USER_READ",
			"POST /api/v2/user/reserveUserForLiveChannel": "API_RESERVE_USER",
			"PUT /api/v2/user/ticketIncognitoMode":        "USER_ANONYMOUS_BROWSING_UPDATE",
		}},
		{permission.Genesys(), 6, "admin,agent", map[string]string{"POST /api/v2/users": "admin"}},
		{permission.Voximplant(), 5, "admin,owner,user_manager", map[string]string{
			"GetUsers": "admin,developer,owner,supervisor,user_manager",
		}},
	} {
		calls := 0
		for op := range tt.policy.Operations() {
			calls++
			may := func(a permission.Actor) bool {
				for action := range op.Actions.With(op.Also).All() {
					if tt.policy.Check(ctx, permission.Request{Action: action, Actor: a, Target: target(99)}) != nil {
						return false
					}
				}
				return true
			}
			var who []string
			for role := range user.VendorRoles().All() {
				if may(actor(1, role)) {
					who = append(who, role.String())
				}
			}
			for perm := range permission.VendorPermissions().All() {
				if may(permission.Actor{ID: 1, Permissions: permission.PermissionsOf(perm)}) {
					who = append(who, perm.String())
				}
			}
			slices.Sort(who)
			if got, want := strings.Join(who, ","), cmp.Or(tt.others[op.Name], tt.most); got != want {
				t.Errorf("%s: %s may, want %s", op.Name, got, want)
			}
			delete(tt.others, op.Name)
		}
		if calls != tt.calls || len(tt.others) > 0 {
			t.Errorf("%s: %d calls; not found: %v", tt.policy.Name(), calls, tt.others)
		}
	}
}

// Genesys: the access level of each attribute, by verb, and the rule that names what is wrong.
func TestGenesysAccessLevelByVerb(t *testing.T) {
	const readOnly, writeOnly, unknown = permission.RuleAttributeReadOnly, permission.RuleAttributeWriteOnly, permission.RuleAttributeUnknown
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
		{"not in the table", user.AttrMaxChats, unknown, unknown, unknown, unknown},
	} {
		for _, c := range []struct {
			policy *permission.Policy
			action permission.Action
			want   string
		}{
			{permission.Genesys(), permission.UserRead, tt.get}, {permission.Genesys(), permission.UserList, tt.get},
			{permission.Genesys(), permission.UserCreate, tt.post}, {permission.Genesys(), permission.UserUpdate, tt.update},
			{permission.GenesysPut(), permission.UserRead, tt.get}, {permission.GenesysPut(), permission.UserUpdate, tt.put},
		} {
			r := permission.Request{Action: c.action, Actor: actor(1, user.Admin), Target: target(2), Attributes: attrs(tt.attribute, user.AttrFirstName)}
			e := c.policy.Explain(ctx, r)
			if got := ruleOf(t, c.policy.Check(ctx, r)); got != c.want || c.want != "" && e.Attributes != attrs(tt.attribute) {
				t.Errorf("%s, %s: rule %q, want %q, attributes %s", tt.name, c.action, got, c.want, e.Attributes)
			}
		}
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

// Default: who does not administer the account cannot write to those who do.
func TestDefaultKeepsAdministratorsOutOfReach(t *testing.T) {
	p := permission.Default()
	chiefs := []user.Role{user.Owner, user.Admin, user.LPA}
	for role := range user.VendorRoles().All() {
		if slices.Contains(chiefs, role) {
			continue
		}
		for _, chief := range chiefs {
			a := actor(1, role)
			a.Manages = user.ListOf(user.Assignment{Group: 7})
			r := permission.Request{Actor: a, Target: permission.Target{ID: 2, Roles: roles(chief, user.Agent), Group: 7}}
			for action := range permission.StandardActions().All() {
				if r.Action = action; action.Reads() || action == permission.MoneyTransfer {
					continue
				}
				if p.Check(ctx, r) == nil {
					t.Errorf("%s does %s to %s", role, action, chief)
				}
			}
		}
	}
}
