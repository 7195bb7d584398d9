package authorizer_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"testing"

	"github.com/ca74b63c/roster/examples/authorizer"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/user"
)

var ctx = context.Background()

func engines(t *testing.T, accounts ...user.AccountID) map[string]permission.Authorizer {
	t.Helper()
	var lines [][]string
	texts := map[user.AccountID]string{}
	for _, account := range accounts {
		lines = append(lines, authorizer.CasbinLines(account)...)
		texts[account] = authorizer.CedarPolicy
	}
	casbin, err := authorizer.NewCasbin(lines)
	if err != nil {
		t.Fatal(err)
	}
	cedar, err := authorizer.NewCedar(texts)
	if err != nil {
		t.Fatal(err)
	}
	return map[string]permission.Authorizer{
		"casbin": permission.EnsureGuarded(casbin), "cedar": permission.EnsureGuarded(cedar),
	}
}

// draw returns a user of the center.
func draw(r *rand.Rand) user.User {
	u := user.User{ID: user.ID(1 + r.IntN(6))}
	for _, role := range []user.Role{user.Admin, user.Agent, authorizer.TeamLead, authorizer.QualityAnalyst, "night_shift"} {
		if r.IntN(3) == 0 {
			u.Access.Roles = u.Access.Roles.With(user.RolesOf(role))
		}
	}
	if site := []string{"", "Berlin", "Riga"}[r.IntN(3)]; site != "" {
		u.Custom = u.Custom.With(authorizer.Site, user.TextValue(site))
	}
	u.Capacity.MemberOf.Group = user.GroupID(r.IntN(4))
	var leads []user.Assignment
	for g := user.GroupID(1); g < 4; g++ {
		if r.IntN(2) == 0 {
			leads = append(leads, user.Assignment{Group: g})
		}
	}
	u.Management.ManagerOf = user.ListOf(leads...)
	u.Access.Disabled = r.IntN(20) == 0
	return u
}

// The rows, casbin and cedar give the same answers, to a thousand requests that are allowed and to
// a thousand that are not.
func TestEnginesAgreeWithTheRows(t *testing.T) {
	policy, err := authorizer.Policy()
	if err != nil {
		t.Fatal(err)
	}
	all := engines(t, "acme")
	r := rand.New(rand.NewPCG(18, 4))
	actions := []permission.Action{
		authorizer.Listen, permission.UserRead, permission.UserList, permission.UserUpdate, permission.PresenceSet,
		permission.UserDelete, permission.UserCreate, permission.RolesSet, permission.CustomSetOf(authorizer.Site),
		permission.CustomSetOf(authorizer.ShiftStart), "ticket.close",
	}
	edits := []user.Attribute{user.AttrFirstName, user.AttrDisplayName, user.AttrSkills, user.AttrEmail, user.AttrMaxChats}
	allowed, denied := map[permission.Action]int{}, map[permission.Action]int{}
	yes, no := 0, 0
	for yes < 1000 || no < 1000 {
		actor, target := draw(r), draw(r)
		if actor.ID == target.ID {
			target = actor
		}
		q := permission.Request{
			Account: "acme", Action: actions[r.IntN(len(actions))],
			Actor: permission.ActorOf(actor), Target: permission.TargetOf(target),
		}
		q.Actor.System, q.Actor.Key = r.IntN(50) == 0, r.IntN(10) == 0
		if r.IntN(8) == 0 {
			q.Target = permission.Target{}
		}
		if q.Action == permission.UserUpdate {
			q.Attributes = user.AttributesOf(edits[r.IntN(len(edits))], edits[r.IntN(len(edits))])
		}
		if q.Action == permission.RolesSet {
			q.Granted = user.RolesOf(authorizer.TeamLead, user.Agent)
		}
		want := policy.Check(ctx, q)
		if want == nil {
			yes++
			allowed[q.Action]++
		} else {
			no++
			denied[q.Action]++
		}
		for name, engine := range all {
			got := engine.Check(ctx, q)
			if (got == nil) != (want == nil) || got != nil && !errors.Is(got, permission.ErrDenied) {
				t.Fatalf("%+v:\n%s: %v\nrows: %v", q, name, got, want)
			}
			var a, b *permission.Denied
			if q.Attributes == 0 && errors.As(got, &a) && errors.As(want, &b) && a.Scoped != b.Scoped {
				t.Errorf("%+v:\n%s: scoped %t: %v\nrows: scoped %t: %v", q, name, a.Scoped, got, b.Scoped, want)
			}
		}
	}
	for _, a := range actions[:len(actions)-1] {
		if allowed[a] == 0 || denied[a] == 0 {
			t.Errorf("%s: %d allowed, %d denied: the test does not see both answers", a, allowed[a], denied[a])
		}
	}
}

// Each account has a policy of its own, and an account without one denies everything.
func TestEachAccountHasItsOwnPolicy(t *testing.T) {
	lead := user.User{ID: 1, Access: user.Access{Roles: user.RolesOf(authorizer.TeamLead)}}
	lead.Management.ManagerOf = user.ListOf(user.Assignment{Group: 7})
	ann := user.User{ID: 2, Access: user.Access{Roles: user.RolesOf(user.Agent)}}
	ann.Capacity.MemberOf.Group = 7
	lines := append(authorizer.CasbinLines("acme"), []string{"globex", "team_lead", "recording.listen", "", "*", "*"})
	casbin, err := authorizer.NewCasbin(lines)
	if err != nil {
		t.Fatal(err)
	}
	cedar, err := authorizer.NewCedar(map[user.AccountID]string{
		"acme":   authorizer.CedarPolicy,
		"globex": `permit (principal in Role::"team_lead", action == Action::"recording.listen", resource);`,
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, engine := range map[string]permission.Authorizer{"casbin": casbin, "cedar": cedar} {
		for account, want := range map[user.AccountID][2]bool{"acme": {true, false}, "globex": {false, true}, "initech": {}} {
			r := permission.Request{Account: account, Actor: permission.ActorOf(lead), Target: permission.TargetOf(ann)}
			for i, action := range []permission.Action{permission.UserRead, authorizer.Listen} {
				r.Action = action
				if got := engine.Check(ctx, r) == nil; got != want[i] {
					t.Errorf("%s of %s: %s: %t", name, account, action, got)
				}
			}
		}
	}
	if _, err := authorizer.NewCedar(map[user.AccountID]string{"acme": "permit all"}); err == nil {
		t.Error("a text that is no policy was taken")
	}
}
