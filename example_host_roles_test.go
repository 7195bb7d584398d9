package roster_test

import (
	"context"
	"fmt"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/user"
)

// A host adds roles of its own. A team lead manages users whose only role is agent. A quality
// analyst reads them.
func Example_hostRoles() {
	const teamLead, analyst user.Role = "team_lead", "quality_analyst"
	spec := permission.Default().Spec()
	spec.Name = "acme"
	spec.Rows = append(spec.Rows,
		permission.Row{
			Name: "team-lead-directs", Roles: user.RolesOf(teamLead), Scope: permission.AnyUser,
			Targets: user.RolesOf(user.Agent), Actions: permission.ActionsOf(permission.UserRead, permission.PresenceSet),
		},
		permission.Row{
			Name: "analyst-reads-agents", Roles: user.RolesOf(analyst), Scope: permission.AnyUser,
			Targets: user.RolesOf(user.Agent), Actions: permission.ActionsOf(permission.UserRead, permission.UserList),
		},
	)
	policy, err := permission.New(spec)
	if err != nil {
		fmt.Println(err)
		return
	}
	rules := append(user.DefaultTransitions(), user.Transition{
		Name: "team-lead-lost", Lost: teamLead, Resets: user.AttributesOf(user.AttrQueues),
	})
	dir := roster.New(memstore.New(), roster.WithAuthorizer(policy), roster.WithTransitions(rules))

	ctx := context.Background()
	host := dir.As("acme", roster.SystemActor())
	if _, err := host.CreateAccount(ctx, user.Account{Currency: "USD"}); err != nil {
		fmt.Println(err)
		return
	}
	create := func(login string, role user.Role, p func(*user.User)) user.ID {
		u := user.User{Identity: user.Identity{Login: login}, Access: user.Access{Granted: user.RolesOf(role)}}
		p(&u)
		result, err := host.Create(ctx, roster.CreateParams{User: u})
		if err != nil {
			fmt.Println(err)
		}
		return result.User.ID
	}
	ann := create("ann", user.Agent, func(*user.User) {})
	lead := create("lea", teamLead, func(u *user.User) {
		u.Capacity.Queues = user.IDSetOf[user.QueueID](5)
	})
	reader := create("quinn", analyst, func(*user.User) {})

	_, err = dir.As("acme", roster.UserActor(lead)).SetStatus(ctx, ann, user.Ready, 0)
	fmt.Println("team lead:", err)
	page, err := dir.As("acme", roster.UserActor(reader)).List(ctx, roster.ListParams{})
	for _, u := range page.Users {
		fmt.Println("analyst sees", u.Identity.Login, u.Access.Roles)
	}
	_, err = dir.As("acme", roster.UserActor(reader)).SetStatus(ctx, ann, user.Ready, 0)
	fmt.Println("analyst:", roster.CodeOf(err))

	changed, err := host.SetRoles(ctx, lead, user.RolesOf(user.Agent))
	for _, r := range changed.Resets {
		fmt.Println(r.Rule, "resets", r.Attribute, err)
	}
	// Output:
	// team lead: <nil>
	// analyst sees ann agent
	// analyst sees quinn quality_analyst
	// analyst: denied
	// team-lead-lost resets queues <nil>
}
