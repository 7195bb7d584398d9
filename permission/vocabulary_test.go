package permission_test

import (
	"fmt"
	"testing"

	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/user"
)

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
	p := policyOf(t, []permission.Row{{
		Name: "r", Actions: actions("ticket.close"), Roles: roles("team_lead"), Targets: roles("night_shift", user.Agent),
	}}...)
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
	p, err := permission.New(spec)
	if err != nil {
		t.Fatal(err)
	}
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
