package permission_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/user"
)

// Every action of the front door has a name of its own, and stands in sets at its place. Names
// that break the rule are not valid.
func TestNamesOfActions(t *testing.T) {
	seen := map[permission.Action]bool{}
	for a := range permission.StandardActions().All() {
		if seen[a] || !a.Valid() || !strings.Contains(a.String(), ".") || permission.ActionsOf(a).String() != string(a) {
			t.Errorf("%q is no name of an action, or of two", a)
		}
		seen[a] = true
	}
	if len(seen) != 39 || len(seen) != permission.StandardActions().Len() || permission.StandardActions().Has("") {
		t.Errorf("%d names for %d actions", len(seen), permission.StandardActions().Len())
	}
	for _, s := range []string{"", "?", "User.Read", "user read", "1.read", "a,b", strings.Repeat("x", 65)} {
		if permission.Action(s).Valid() || permission.ActionsOf(permission.Action(s)).Valid() {
			t.Errorf("%q is a name of an action", s)
		}
	}
	for _, s := range []string{"", "?", "User_Read", "USER-READ", "USER.READ", "1READ", "A,B", strings.Repeat("X", 65)} {
		if permission.Permission(s).Valid() || permission.PermissionsOf(permission.Permission(s)).Valid() {
			t.Errorf("%q is a name of a permission", s)
		}
	}
}

// Sets hold a host's own names beside the constants, whose order is that of their declaration.
func TestSetsOfNames(t *testing.T) {
	a := permission.ActionsOf("ticket.close", permission.UserList, "recording.listen", permission.UserRead, "ticket.close")
	if got := a.String(); got != "user.read,user.list,recording.listen,ticket.close" || a.Len() != 4 || !a.Valid() {
		t.Errorf("%s of %d", got, a.Len())
	}
	own := permission.ActionsOf("recording.listen")
	switch {
	case !a.Has("recording.listen"), a.Has("recording"), !a.HasAny(own), own.HasAny(a.Without(own)):
		t.Error("a host's own action is not in the set, or is in another")
	case a.Without(own).With(own) != a, !a.Without(own).With(own).Equal(a), a.Without(own).Equal(a):
		t.Error("sets of the same actions differ")
	case permission.ActionsOf("Ticket.Close").Valid(), permission.ActionsOf("Ticket.Close").IsZero():
		t.Error("a name that is not valid is lost")
	}
	if got := a.Without(a); got.String() != "none" || !got.IsZero() || got.HasAny(a) {
		t.Error(got)
	}
	p := permission.PermissionsOf(permission.PermUserCUD, "REPORT_READ").With(permission.PermissionsOf(permission.PermUserRead))
	if got := p.String(); got != "USER_READ,USER_CUD,REPORT_READ" || p.Len() != 3 || !p.HasAny(permission.VendorPermissions()) {
		t.Error(got)
	}
	for range a.All() {
		break // an iterator stops when it is told to
	}
	for n := range p.All() {
		if n == "REPORT_READ" {
			break
		}
	}
}

// Sets are arrays of names in JSON.
func TestSetsAsJSON(t *testing.T) {
	p := permission.PermissionsOf("REPORT_READ", permission.PermUserRead)
	b, err := json.Marshal(struct{ Some, None permission.Permissions }{Some: p})
	if err != nil || string(b) != `{"Some":["USER_READ","REPORT_READ"],"None":[]}` {
		t.Errorf("%s, %v", b, err)
	}
	var back permission.Permissions
	if err := json.Unmarshal([]byte(`["REPORT_READ","USER_READ","REPORT_READ"]`), &back); err != nil || back != p {
		t.Errorf("%v, %v", back, err)
	}
	for _, s := range []string{`["User-Read"]`, `[null]`, `["?"]`, `3`, `"USER_READ"`} {
		if err := json.Unmarshal([]byte(s), &back); err == nil {
			t.Errorf("%s was read as %v", s, back)
		}
	}
}

// A reason as JSON names what decided, for an audit or a reply.
func TestReasonAsJSON(t *testing.T) {
	e := permission.Genesys().Explain(ctx, permission.Request{
		Action: permission.UserCreate, Actor: actor(1, user.Agent), Granted: roles(user.Agent),
	})
	b, err := json.Marshal(e)
	const want = `{"allowed":false,"action":"user.create","policy":"genesys","rule":"no-permission","need":"role admin",` +
		`"source":"Genesys HTCC 8.5.0, Users API","basis":"assumed"}`
	if err != nil || string(b) != want {
		t.Errorf("got  %s %v\nwant %s", b, err, want)
	}
}

// A policy tells 256 roles, 256 permissions and 256 actions of a host's own apart: each row is for
// one of each, and no other one passes it.
func TestAPolicyTellsEveryNameApart(t *testing.T) {
	roleNames, perms, acts := numbered[user.Role](256), numbered[permission.Permission](256), numbered[permission.Action](256)
	for _, scope := range []permission.Scope{permission.Anybody, permission.AnyUser} {
		var rows []permission.Row
		for i := range 256 {
			rows = append(rows,
				permission.Row{Name: fmt.Sprint("role ", i), Actions: actions(acts[i]), Roles: roles(roleNames[i]), Scope: scope},
				permission.Row{Name: fmt.Sprint("key ", i), Actions: actions(acts[i]), Permissions: permission.PermissionsOf(perms[i], permission.PermUserRead), Scope: scope})
		}
		p := policyOf(t, rows...)
		for i := range 256 {
			for j := range 256 {
				for name, who := range map[string]permission.Actor{
					"role": actor(1, roleNames[j], "unnamed"),
					"key":  {ID: 1, Key: true, Permissions: permission.PermissionsOf(perms[j], "unnamed"), Roles: roles(roleNames[i])},
				} {
					allowed := p.Check(ctx, permission.Request{Action: acts[i], Actor: who, Target: target(2)}) == nil
					if allowed != (i == j) {
						t.Fatalf("%s: %s %d may do action %d: %t", scope, name, j, i, allowed)
					}
				}
			}
		}
		if p.Check(ctx, permission.Request{Action: "own_256", Actor: actor(1, roleNames[0]), Target: target(2)}) == nil {
			t.Error("an action that no row names is allowed")
		}
	}
}

// A row's targets tell a host's own roles apart, whether the rows name them elsewhere or not.
func TestTargetsOfAHostsOwnRoles(t *testing.T) {
	p := policyOf(t, permission.Row{
		Name: "r", Actions: actions("ticket.close"), Roles: roles("team_lead"), Targets: roles("night_shift", user.Agent),
	})
	for held, want := range map[user.Roles]bool{
		roles("night_shift"): true, roles("night_shift", user.Agent): true, {}: true,
		roles("day_shift"): false, roles("night_shift", "day_shift"): false, roles("team_lead"): false, roles(user.Admin): false,
	} {
		of := permission.Target{ID: 2, Roles: held}
		if got := p.Check(ctx, permission.Request{Action: "ticket.close", Actor: actor(1, "team_lead"), Target: of}) == nil; got != want {
			t.Errorf("%s: %t", held, got)
		}
	}
}

// A row is for the actors that hold one of its roles, however the row says which: by a list, by all
// roles, or by all but some; and whether or not the policy names the role.
func TestRowsAreForTheirRoles(t *testing.T) {
	sets := map[permission.Action]user.Roles{
		"all": user.AllRoles(), "but": roles(user.Owner, "lead").Complement(), "host": roles("lead", "scribe"),
		"vendor": roles(user.Agent, user.Owner), "both": roles(user.Agent, "scribe"),
	}
	spec := permission.Spec{Name: "p"}
	for action, set := range sets {
		spec.Rows = append(spec.Rows, permission.Row{Name: string(action), Actions: permission.ActionsOf(action), Roles: set})
	}
	p := newPolicy(t, spec)
	for action, set := range sets {
		for _, held := range []user.Roles{
			{}, roles(user.Admin), roles(user.Agent), roles(user.Owner), roles(user.PayerNoVerify),
			roles("lead"), roles("scribe"), roles("unnamed"),
			roles(user.Owner, "lead"), roles("lead", "unnamed"), roles(user.Support, "lead", "scribe"),
		} {
			err := p.Check(ctx, permission.Request{Action: action, Actor: permission.Actor{ID: 1, Roles: held}})
			if allowed := err == nil; allowed != set.HasAny(held) {
				t.Errorf("a row for %s: an actor with %s is allowed: %t", set, held, allowed)
			}
		}
	}
}
