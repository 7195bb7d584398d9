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
