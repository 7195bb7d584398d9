package permission_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/user"
)

func ExamplePolicy_Check() {
	ctx := context.Background()
	agent := permission.Actor{ID: 7, Roles: user.RolesOf(user.Agent)}
	err := permission.Genesys().Check(ctx, permission.Request{
		Action:  permission.RolesSet,
		Actor:   agent,
		Target:  permission.Target{ID: 7, Roles: agent.Roles},
		Granted: user.RolesOf(user.Admin),
	})
	var denied *permission.Denied
	if errors.As(err, &denied) {
		fmt.Println("rule:", denied.Rule)
		fmt.Println("roles:", denied.Roles)
		fmt.Println("needs:", denied.Need)
	}
	fmt.Println(errors.Is(err, permission.ErrDenied))
	// Output:
	// rule: grants-role-not-held
	// roles: admin
	// needs: one of the roles admin,lpa,owner
	// true
}

func ExamplePolicy_Explain() {
	ctx := context.Background()
	e := permission.Voximplant().Explain(ctx, permission.Request{
		Action: permission.MoneyTransfer,
		Actor:  permission.Actor{ID: 7, Roles: user.RolesOf(user.UserManager)},
	})
	fmt.Println(e.Allowed, e.Rule)
	fmt.Println(e.Basis, "in", e.Source)
	// Output:
	// true transfer-money-to-user
	// documented in Voximplant TransferMoneyToUser, "Available for roles": Owner, Admin, User manager
}

// A supervisor may lock the status of agents, but not of other supervisors: the default
// policy and one more row.
func ExampleNew() {
	ctx := context.Background()
	spec := permission.Default().Spec()
	spec.Name = "ours"
	spec.Rows = append(spec.Rows, permission.Row{
		Name:    "supervisor-locks-agents",
		Actions: permission.ActionsOf(permission.StatusLock, permission.StatusUnlock),
		Roles:   user.RolesOf(user.Supervisor),
		Scope:   permission.AnyUser,
		Targets: user.RolesOf(user.Agent),
		Source:  "house rule 12",
	})
	ours, err := permission.New(spec)
	if err != nil {
		fmt.Println(err)
		return
	}
	lock := permission.Request{
		Action: permission.StatusLock,
		Actor:  permission.Actor{ID: 1, Roles: user.RolesOf(user.Supervisor)},
		Target: permission.Target{ID: 2, Roles: user.RolesOf(user.Agent)},
	}
	fmt.Println(ours.Explain(ctx, lock))
	lock.Target.Roles = user.RolesOf(user.Supervisor)
	fmt.Println(ours.Explain(ctx, lock))
	// Output:
	// allowed status.lock: rule supervisor-locks-agents of ours; needs role supervisor for any user, users with no role but agent
	// denied status.lock: rule target-role of ours, roles supervisor; needs role admin|lpa|owner; or role user_manager, users without the role admin|lpa|owner; or role agent_manager for managed groups, users with no role but agent; or role acd_manager, users without the role admin|lpa|owner; or permission USER_CUD; or role supervisor for any user, users with no role but agent
}

// Two policies: what either vendor allows, and nothing on the account itself.
func ExampleAny() {
	ctx := context.Background()
	noAccounts := permission.AuthorizerFunc(func(_ context.Context, r permission.Request) error {
		if r.Action == permission.AccountWrite {
			return &permission.Denied{Reason: permission.Reason{Action: r.Action, Rule: "accounts-are-frozen"}}
		}
		return nil
	})
	both := permission.All(permission.Any(permission.Voximplant(), permission.LivePerson()), noAccounts)
	admin := permission.Actor{ID: 1, Roles: user.RolesOf(user.Admin)}
	fmt.Println(both.Check(ctx, permission.Request{Action: permission.UserList, Actor: admin}))
	fmt.Println(both.Check(ctx, permission.Request{Action: permission.AccountWrite, Actor: admin}))
	// Output:
	// <nil>
	// permission denied: account.write: rule accounts-are-frozen
}

// A host's own engine decides; the self rules stay in front of it.
func ExampleGuarded() {
	ctx := context.Background()
	engine := permission.AuthorizerFunc(func(_ context.Context, r permission.Request) error { return nil }) // asks casbin, cedar, a service
	guarded := permission.Guarded(engine, permission.StandardSelfRules())
	admin := permission.Actor{ID: 1, Roles: user.RolesOf(user.Admin)}
	fmt.Println(guarded.Check(ctx, permission.Request{
		Action: permission.RolesSet, Actor: admin, Target: permission.Target{ID: 1, Roles: admin.Roles}, Removed: admin.Roles,
	}))
	// Output:
	// permission denied: roles.set: rule own-admin-role of self-rules, roles admin; needs another user to take it
}

func ExamplePolicy_Operation() {
	op, _ := permission.Omnidesk().Operation("PUT /api/v2/user/watch")
	fmt.Println(op.Actions, op.Basis)
	// Output:
	// watch.set documented
}

// The users that an actor may read, as a list would show them: the members of the groups that it
// manages, and its own.
func ExamplePolicy_Scope() {
	ctx := context.Background()
	read := permission.ActionsOf(permission.UserRead, permission.UserList)
	policy, err := permission.New(permission.Spec{Name: "teams", Rows: []permission.Row{
		{Name: "own-team", Actions: read, Roles: user.RolesOf(user.AgentManager), Scope: permission.ManagedGroup},
		{Name: "own-user", Actions: read, Everyone: true, Scope: permission.Self},
	}})
	if err != nil {
		fmt.Println(err)
		return
	}
	manager := permission.Actor{ID: 5, Roles: user.RolesOf(user.AgentManager), Manages: user.ListOf(user.Assignment{Group: 3})}
	reach, err := policy.Scope(ctx, permission.Request{Action: permission.UserRead, Actor: manager})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range reach.Subsets {
		fmt.Println("user", s.ID, "of the groups", s.Groups)
	}
	// Output:
	// user 0 of the groups [3]
	// user 5 of the groups []
}
