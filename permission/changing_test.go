package permission_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/user"
)

// spellRequest writes a request with everything about its target that the tests of Change set.
func spellRequest(r permission.Request) string {
	s := fmt.Sprintf("%s(%s) by %d on %d", r.Action, r.Attributes, r.Actor.ID, r.Target.ID)
	of := r.Target
	s += fmt.Sprint(" in ", of.Group, of.Groups, of.Profiles, of.PermissionGroups, of.Applications, of.LinesOfBusiness)
	if site, some := of.Custom.Get("site"); some {
		s += " of " + site.String()
	}
	if !r.Granted.IsZero() || !r.Removed.IsZero() {
		s += fmt.Sprintf(" +%s -%s", r.Granted, r.Removed)
	}
	return s
}

// A change takes a request for each action that its attributes take, with the roles that the user
// gains and loses. What was named and did not change takes none, and neither does what a rule
// changed, except the roles. A change of the group or the membership is asked about before and
// after it, and for each id that a set gains alone. Each group that the user is to manage is asked
// about as the target's own.
func TestRequestsOfAChange(t *testing.T) {
	one, two := target(2, user.Agent), target(2, user.Agent)
	one.Group, two.Group = 1, 2
	before, after := one, two
	before.LinesOfBusiness, before.Custom = user.IDSetOf[user.LineOfBusinessID](1, 2), site("Riga")
	after.LinesOfBusiness, after.Custom = user.IDSetOf[user.LineOfBusinessID](2, 4, 5), site("Berlin")
	other := target(2)
	other.LinesOfBusiness = user.IDSetOf[user.LineOfBusinessID](6)
	less, more := target(2), target(2)
	less.Groups, more.Groups = user.IDSetOf[user.GroupID](1), user.IDSetOf[user.GroupID](1, 2)
	less.Profiles, more.Profiles = user.IDSetOf[user.ProfileID](1), user.IDSetOf[user.ProfileID](1, 3)
	less.PermissionGroups, more.PermissionGroups = user.IDSetOf[user.PermissionGroupID](1), user.IDSetOf[user.PermissionGroupID](1, 4)
	less.Applications, more.Applications = user.IDSetOf[user.ApplicationID](1), user.IDSetOf[user.ApplicationID](1, 5)
	less.LinesOfBusiness, more.LinesOfBusiness = user.IDSetOf[user.LineOfBusinessID](1), user.IDSetOf[user.LineOfBusinessID](1, 6)
	named := attrs(user.AttrFirstName, user.AttrLogin, user.AttrGranted, user.AttrEnabled)
	move, custom := attrs(user.AttrMemberOf, user.AttrSkills), attrs(user.AttrCustom, user.AttrStatus, user.AttrFirstName)
	manages := attrs(user.AttrManagerOf, user.AttrMemberOf, user.AttrFirstName)
	mixed := attrs(user.AttrMemberOf, user.AttrLinesOfBusiness, user.AttrCustom, user.AttrFirstName)
	gains := func(from, to permission.Target, a user.Attribute) permission.Change {
		return permission.Change{Target: from, After: to, Named: attrs(a), Changed: attrs(a)}
	}
	var b strings.Builder
	for _, tt := range []struct {
		name string
		permission.Change
	}{
		{"several actions", permission.Change{Target: one, After: one, Named: named, Granted: roles(user.Supervisor), Removed: roles(user.Agent),
			Changed: attrs(user.AttrFirstName, user.AttrLogin, user.AttrGranted, user.AttrRoles, user.AttrMaxChats)}},
		{"what a rule changed", permission.Change{Target: one, After: one, Named: named, Changed: attrs(user.AttrMaxChats, user.AttrRoles)}},
		{"to another group", permission.Change{Target: one, After: two, Named: move, Changed: move}},
		{"out of all groups", gains(one, target(2), user.AttrMemberOf)},
		{"to no other group", permission.Change{Target: one, After: one, Named: move, Changed: attrs(user.AttrSkills)}},
		{"to another group by a rule", permission.Change{Target: one, After: two, Named: move, Changed: attrs(user.AttrSkills)}},
		{"groups to manage", permission.Change{Target: one, After: two, Named: manages, Changed: manages, Manages: []user.GroupID{3, 4}}},
		{"groups to manage by a rule", permission.Change{Target: one, After: two, Named: manages, Manages: []user.GroupID{3}, Changed: attrs(user.AttrFirstName)}},
		{"the membership", permission.Change{Target: before, After: after, Named: mixed, Changed: mixed}},
		{"a gain of groups", gains(less, more, user.AttrGroups)},
		{"a gain of profiles", gains(less, more, user.AttrProfiles)},
		{"a gain of permission groups", gains(less, more, user.AttrPermissionGroups)},
		{"a gain of applications", gains(less, more, user.AttrApplications)},
		{"a gain of lines of business", gains(less, more, user.AttrLinesOfBusiness)},
		{"one id for another", gains(less, other, user.AttrLinesOfBusiness)},
		{"unknown custom attributes", gains(less, less, user.AttrCustom)},
		{"custom attributes", permission.Change{Target: less, After: less, Named: custom, Changed: custom, Custom: []permission.Action{"custom.set.a", "custom.set.b"}}},
		{"custom attributes of a rule", permission.Change{Target: less, After: less, Custom: []permission.Action{},
			Named: attrs(user.AttrCustom), Changed: attrs(user.AttrCustom)}},
	} {
		tt.Actor = actor(1, user.Admin)
		fmt.Fprintf(&b, "%s\n", tt.name)
		asked := 0
		for r := range tt.Requests() {
			fmt.Fprintf(&b, "\t%s\n", spellRequest(r))
			asked++
		}
		for n := range asked { // an iterator stops when it is told to
			for range tt.Requests() {
				if n--; n < 0 {
					break
				}
			}
		}
	}
	b.WriteString("which action changes which attributes\n")
	for action, attributes := range permission.Changing(user.AllAttributes()) {
		fmt.Fprintf(&b, "\t%s: %s\n", action, attributes)
	}
	for action := range permission.Changing(0) {
		t.Errorf("a change of nothing takes %s", action)
	}
	b.WriteString("which actions read\n")
	for action := range permission.StandardActions().With(permission.ActionsOf("report.read")).All() {
		if action.Reads() {
			fmt.Fprintf(&b, "\t%s\n", action)
		}
	}
	golden(t, "changes.golden.txt", b.String())
}

// A denial is about the actor by four rules, about power by three, and by no other.
func TestWhatADenialIsAbout(t *testing.T) {
	actors := []string{permission.RuleNoActor, permission.RuleActorDeleted, permission.RuleActorDisabled, permission.RuleNoAuthorizer}
	powers := []string{permission.RuleGrant, permission.RuleTargetHolds, permission.RuleTake}
	others := []string{permission.RuleOwnAdmin, permission.RuleOldPassword, permission.RuleNoPermission, permission.RuleNotInPolicy, ""}
	for _, rule := range slices.Concat(actors, powers, others) {
		r := permission.Reason{Rule: rule}
		if r.AboutActor() != slices.Contains(actors, rule) || r.AboutPower() != slices.Contains(powers, rule) {
			t.Errorf("%q is about the actor: %t, about power: %t", rule, r.AboutActor(), r.AboutPower())
		}
	}
}
