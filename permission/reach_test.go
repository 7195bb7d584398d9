package permission_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/user"
)

// randomReaders returns a policy whose rows allow reading, to random actors and targets. It says
// so if New refuses it.
func randomReaders(r *rand.Rand) (*permission.Policy, error) {
	spec := permission.Spec{Name: "random"}
	actions := []permission.Action{permission.UserRead, permission.UserList, permission.MoneyRead, permission.ViewsRead}
	pool := []user.Role{user.Admin, user.Agent, user.AgentManager}
	for i := range 1 + r.IntN(6) {
		row := permission.Row{Name: string(rune('a' + i)), Scope: scopes[r.IntN(len(scopes))]}
		for _, a := range actions {
			if r.IntN(2) == 0 {
				row.Actions = row.Actions.With(permission.ActionsOf(a))
			}
		}
		row.Actions = row.Actions.With(permission.ActionsOf(actions[r.IntN(len(actions))]))
		row.Roles = roles(pool[r.IntN(len(pool))])
		if r.IntN(4) == 0 {
			row.Permissions = permission.PermissionsOf(permission.PermUserRead)
		}
		row.Everyone = row.Scope == permission.Self && r.IntN(2) == 0
		if r.IntN(3) == 0 {
			row.Targets = roles(pool[r.IntN(len(pool))], pool[r.IntN(len(pool))])
		}
		spec.Rows = append(spec.Rows, row)
	}
	return permission.New(spec)
}

func randomReader(r *rand.Rand) permission.Actor {
	a := permission.Actor{ID: user.ID(r.IntN(5)), Disabled: r.IntN(20) == 0, System: r.IntN(20) == 0, Key: r.IntN(5) == 0}
	for _, role := range []user.Role{user.Admin, user.Agent, user.AgentManager} {
		if r.IntN(2) == 0 {
			a.Roles = a.Roles.With(roles(role))
		}
	}
	if r.IntN(3) == 0 {
		a.Permissions = permission.PermissionsOf(permission.PermUserRead)
	}
	var managed []user.Assignment
	for g := range user.GroupID(3) {
		if r.IntN(2) == 0 {
			managed = append(managed, user.Assignment{Group: g})
		}
	}
	a.Manages = user.ListOf(managed...)
	a.Group, a.Membership = user.GroupID(r.IntN(3)), memberships[r.IntN(len(memberships))]
	return a
}

func memberOf(u user.User, m permission.Membership) user.User {
	u.Access.Groups, u.Access.Profiles, u.Access.PermissionGroups = m.Groups, m.Profiles, m.PermissionGroups
	u.Access.Applications, u.Access.LinesOfBusiness, u.Custom = m.Applications, m.LinesOfBusiness, m.Custom
	return u
}

// readable are users of every sort that the rows tell apart.
func readable() (users []user.User) {
	for id := user.ID(1); id <= 4; id++ {
		for group := range user.GroupID(4) {
			for _, held := range []user.Roles{user.Roles{}, roles(user.Admin), roles(user.Agent), roles(user.Agent, user.AgentManager)} {
				u := user.User{ID: id}
				u.Capacity.MemberOf.Group, u.Access.Roles = group, held
				users = append(users, memberOf(u, memberships[len(users)%len(memberships)]))
			}
		}
	}
	return users
}

// Scope and Check agree about every user: those of policies, of All and Any of policies and
// functions, and of Guarded.
func TestScopeIsWhatCheckAllows(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	users := readable()
	odd := permission.AuthorizerFunc(func(_ context.Context, r permission.Request) error {
		if r.Target.ID%2 == 1 {
			return nil
		}
		return &permission.Denied{}
	})
	within, beyond, exact, custom := 0, 0, 0, 0
	shared := map[user.Attribute]int{}
	check := func(a permission.Authorizer, req permission.Request) {
		t.Helper()
		reach, err := permission.ReachOf(ctx, a, req)
		if err != nil {
			t.Fatal(err)
		}
		if !reach.Each {
			exact++
		}
		for _, u := range users {
			if u.ID == req.Actor.ID { // the actor's own user has the actor's values
				u = memberOf(u, req.Actor.Membership)
			}
			req.Target = permission.TargetOf(u)
			has, allowed := user.InSubsets(reach.Subsets, u) && u.Custom.HasAll(reach.Custom) && reach.Shared.Has(u), a.Check(ctx, req) == nil
			if !reach.Custom.IsZero() && has {
				custom++
			}
			if reach.Shared.ID != 0 && has && !reach.Each {
				shared[reach.Shared.Attribute]++
			}
			if has != allowed && !(reach.Each && has) {
				t.Fatalf("%T: %+v: the reach %+v has user %d, group %d, roles %v: %t; Check allows: %t",
					a, req, reach, u.ID, u.Capacity.MemberOf.Group, u.Access.Roles, has, allowed)
			}
			if allowed {
				within++
			} else {
				beyond++
			}
		}
	}
	for range 2000 {
		p, err := randomReaders(r)
		if err != nil {
			p = permission.Default()
		}
		other, err := randomReaders(r)
		if err != nil {
			other = permission.LivePerson()
		}
		actions := []permission.Action{permission.UserRead, permission.MoneyRead, permission.ViewsRead, permission.UserUpdate, permission.UserDelete}
		req := permission.Request{Action: actions[r.IntN(len(actions))], Actor: randomReader(r)}
		for _, a := range []permission.Authorizer{
			p, permission.All(p, other), permission.Any(p, nil, other), permission.All(p, odd), permission.All(odd, p), permission.Any(p, odd), permission.Any(odd, p),
			permission.All(permission.Any(p, other), permission.Any(other, odd)), permission.All(), permission.Any(), permission.All(p, nil),
			permission.Guarded(p, permission.StandardSelfRules()), permission.Guarded(odd, permission.SelfRules{}), permission.Guarded(nil, permission.SelfRules{}),
		} {
			check(a, req)
		}
	}
	for _, p := range policies() {
		for range 200 {
			check(p, permission.Request{Action: permission.UserRead, Actor: randomReader(r)})
		}
	}
	if within == 0 || beyond == 0 || exact == 0 || custom == 0 || len(shared) < 5 {
		t.Errorf("%d within reach, %d beyond, %d exact, %d by a custom attribute, %v by others: the test does not see every answer",
			within, beyond, exact, custom, shared)
	}
}

// An error of a Scoper fails the list that asks, and an Authorizer with too many subsets is asked
// about each user.
func TestScopeFailsOrIsJudgedOneByOne(t *testing.T) {
	failing := scoper{err: errDown}
	req := permission.Request{Action: permission.UserRead, Actor: actor(1, user.Agent)}
	for _, a := range []permission.Authorizer{
		failing, permission.All(permission.Default(), failing), permission.Any(failing, permission.Default()),
		permission.Guarded(failing, permission.SelfRules{}),
	} {
		if _, err := permission.ReachOf(ctx, a, req); !errors.Is(err, errDown) {
			t.Errorf("%T: %v", a, err)
		}
	}
	if reach, err := permission.ReachOf(ctx, nil, req); err != nil || reach.Each || len(reach.Subsets) > 0 {
		t.Errorf("%+v, %v", reach, err)
	}
	var none *permission.Policy
	if reach, err := none.Scope(ctx, req); err != nil || len(reach.Subsets) > 0 {
		t.Errorf("%+v, %v", reach, err)
	}
}

// A reach is exact for reading alone: what writes, or names attributes, is for Check to judge.
func TestReachIsExactForReadingAlone(t *testing.T) {
	admin := actor(1, user.Admin)
	guarded := permission.Guarded(scoper{reach: permission.Reach{Subsets: []user.Subset{{}}}}, permission.StandardSelfRules())
	for _, tt := range []struct {
		name string
		a    permission.Authorizer
		r    permission.Request
		each bool
	}{
		{"a policy reads", permission.Default(), permission.Request{Action: permission.UserRead}, false},
		{"a policy deletes", permission.Default(), permission.Request{Action: permission.UserDelete}, true},
		{"a policy reads an attribute", permission.Default(), permission.Request{Action: permission.UserRead, Attributes: attrs(user.AttrEmail)}, true},
		{"a guard reads", guarded, permission.Request{Action: permission.UserRead}, false},
		{"a guard deletes", guarded, permission.Request{Action: permission.UserDelete}, true},
	} {
		tt.r.Actor = admin
		reach, err := permission.ReachOf(ctx, tt.a, tt.r)
		if err != nil || reach.Each != tt.each || len(reach.Subsets) != 1 || !reach.Subsets[0].Every() {
			t.Errorf("%s: %+v, %v", tt.name, reach, err)
		}
	}
}

// Of up to eight subsets a list makes a query. What has more, or would have more when All or Any
// combines it, is judged one by one, within the subsets that are known.
func TestReachIsBounded(t *testing.T) {
	ids := func(first, n user.ID) (s scoper) {
		for id := first; id < first+n; id++ {
			s.reach.Subsets = append(s.reach.Subsets, user.Subset{ID: id})
		}
		return s
	}
	without := func(n int) (s scoper) {
		for _, role := range []user.Role{user.Owner, user.Admin, user.LPA}[:n] {
			s.reach.Subsets = append(s.reach.Subsets, user.Subset{Without: roles(role)})
		}
		return s
	}
	for _, tt := range []struct {
		name    string
		a       permission.Authorizer
		subsets int
		each    bool
	}{
		{"none", ids(1, 0), 0, false}, {"seven", ids(1, 7), 7, false}, {"eight", ids(1, 8), 8, false}, {"nine", ids(1, 9), 1, true},
		{"All of four and two", permission.All(ids(1, 4), without(2)), 8, false},
		{"All of three and three", permission.All(ids(1, 3), without(3)), 3, true},
		{"All of one", permission.All(ids(1, 5)), 5, false},
		{"Any of four and four", permission.Any(ids(1, 4), ids(5, 4)), 8, false},
		{"Any of four and five", permission.Any(ids(1, 4), ids(5, 5)), 1, true},
		{"Any of five and the same", permission.Any(ids(1, 5), ids(1, 5)), 5, false},
	} {
		reach, err := permission.ReachOf(ctx, tt.a, permission.Request{Action: permission.UserRead, Actor: actor(1, user.Agent)})
		if err != nil || len(reach.Subsets) != tt.subsets || reach.Each != tt.each {
			t.Errorf("%s: %+v, %v", tt.name, reach, err)
		}
	}
}

type scoper struct {
	reach permission.Reach
	err   error
}

func (scoper) Check(context.Context, permission.Request) error { return nil }

func (s scoper) Scope(context.Context, permission.Request) (permission.Reach, error) {
	return s.reach, s.err
}

// New refuses rows for lists that contradict the rows for reads of the same actors.
func TestListRowsThatContradictReadRowsAreRefused(t *testing.T) {
	list, read := permission.ActionsOf(permission.UserList), permission.ActionsOf(permission.UserRead)
	row := func(name string, a permission.Actions, s permission.Scope, who ...user.Role) permission.Row {
		return permission.Row{Name: name, Actions: a, Scope: s, Roles: roles(who...)}
	}
	limited := func(r permission.Row, targets ...user.Role) permission.Row {
		r.Targets = roles(targets...)
		return r
	}
	everyone := permission.Row{Name: "e", Actions: list.With(read), Scope: permission.Self, Everyone: true}
	key := permission.Row{Name: "k", Actions: list, Permissions: permission.PermissionsOf(permission.PermUserRead)}
	anybody, self, managed := permission.Anybody, permission.Self, permission.ManagedGroup
	readers := row("r", read, anybody)
	readers.Roles, readers.Permissions = user.VendorRoles(), permission.VendorPermissions()
	for _, tt := range []struct {
		name string
		rows []permission.Row
		want string // part of the error; "" none
	}{
		{"a role reads nothing, keys do", []permission.Row{
			row("a", list, anybody, user.Agent), {Name: "b", Actions: read, Permissions: permission.VendorPermissions()},
		}, `row 0 "a" lets the role agent list users`},
		{"a key reads nothing, roles do", []permission.Row{key, {Name: "b", Actions: read, Roles: user.VendorRoles()}},
			`row 0 "k" lets the permission USER_READ list users`},
		{"everyone lists, and reads only with a role or a key", []permission.Row{
			{Name: "a", Actions: list, Scope: self, Everyone: true}, readers,
		}, `row 0 "a" lets everyone list users`},
		{"lists agents, reads more than agents", []permission.Row{
			limited(row("a", list, anybody, user.LPA), user.Agent), limited(row("b", read, anybody, user.LPA), user.Agent, user.Payer),
		}, ""},
		{"lists as it reads", []permission.Row{row("a", list.With(read), managed, user.AgentManager)}, ""},
		{"lists what it may read", []permission.Row{row("a", list, anybody, user.Agent), row("b", read, managed, user.Agent)}, ""},
		{"two rows list what two rows read", []permission.Row{
			row("a", list, self, user.Agent), row("b", list, managed, user.Agent), row("c", read, managed, user.Agent), row("d", read, self, user.Agent),
		}, ""},
		{"one of its roles reads nothing", []permission.Row{
			row("a", list, anybody, user.Agent, user.LPA), row("b", read, anybody, user.Agent),
		}, `row 0 "a" lets the role lpa list users`},
		{"lists the managed, reads oneself", []permission.Row{
			row("a", list, managed, user.Agent), row("b", read, self, user.Agent),
		}, `row 0 "a" lets the role agent list users (user.list) that no row lets them read (user.read)`},
		{"lists all but administrators, reads agents", []permission.Row{
			limited(row("a", list, anybody, user.Agent), user.Agent, user.LPA), limited(row("b", read, anybody, user.Agent), user.Agent),
		}, `row 0 "a" lets the role agent list users`},
		{"everyone lists oneself, a role reads all", []permission.Row{everyone, row("b", read, anybody, user.LPA)}, ""},
	} {
		_, err := permission.New(permission.Spec{Name: "p", Rows: tt.rows})
		if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got error %v, want %q", tt.name, err, tt.want)
		}
	}
}
