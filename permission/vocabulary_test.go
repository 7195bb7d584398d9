package permission_test

import (
	"fmt"
	"slices"
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

// Each set of the membership is asked about by its own gains.
func TestEachGainIsAskedAlone(t *testing.T) {
	before, after := target(2), target(2)
	before.Groups, after.Groups = user.IDSetOf[user.GroupID](1), user.IDSetOf[user.GroupID](1, 2)
	before.Profiles, after.Profiles = user.IDSetOf[user.ProfileID](1), user.IDSetOf[user.ProfileID](1, 3)
	before.PermissionGroups, after.PermissionGroups = user.IDSetOf[user.PermissionGroupID](1), user.IDSetOf[user.PermissionGroupID](1, 4)
	before.Applications, after.Applications = user.IDSetOf[user.ApplicationID](1), user.IDSetOf[user.ApplicationID](1, 5)
	before.LinesOfBusiness, after.LinesOfBusiness = user.IDSetOf[user.LineOfBusinessID](1), user.IDSetOf[user.LineOfBusinessID](1, 6)
	for attribute, gained := range map[user.Attribute]func(permission.Target) string{
		user.AttrGroups:           func(t permission.Target) string { return t.Groups.String() },
		user.AttrProfiles:         func(t permission.Target) string { return t.Profiles.String() },
		user.AttrPermissionGroups: func(t permission.Target) string { return t.PermissionGroups.String() },
		user.AttrApplications:     func(t permission.Target) string { return t.Applications.String() },
		user.AttrLinesOfBusiness:  func(t permission.Target) string { return t.LinesOfBusiness.String() },
	} {
		change := permission.Change{Actor: actor(1, user.Admin), Target: before, After: after, Named: attrs(attribute), Changed: attrs(attribute)}
		var got []string
		for r := range change.Requests() {
			got = append(got, gained(r.Target))
		}
		want := map[user.Attribute]string{
			user.AttrGroups: "[[1] [1 2] [2]]", user.AttrProfiles: "[[1] [1 3] [3]]", user.AttrPermissionGroups: "[[1] [1 4] [4]]",
			user.AttrApplications: "[[1] [1 5] [5]]", user.AttrLinesOfBusiness: "[[1] [1 6] [6]]",
		}[attribute]
		if fmt.Sprint(got) != want {
			t.Errorf("%s: %v, want %s", attribute, got, want)
		}
	}
	lobs := attrs(user.AttrLinesOfBusiness)
	after.LinesOfBusiness = user.IDSetOf[user.LineOfBusinessID](6)
	change := permission.Change{Actor: actor(1, user.Admin), Target: before, After: after, Named: lobs, Changed: lobs}
	if got := slices.Collect(change.Requests()); len(got) != 2 || got[1].Target.LinesOfBusiness.String() != "[6]" {
		t.Errorf("one id for another: %+v", got)
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
