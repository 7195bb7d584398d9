package roster_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/user/password"
	"github.com/ca74b63c/roster/validate"
)

func ExampleHandle_SetRoles() {
	ctx := context.Background()
	host := open(newDirectory())
	agent := must(host.Create(ctx, roster.CreateParams{User: user.User{
		Identity: user.Identity{Login: "ann"},
		Capacity: user.Capacity{MaxChats: 4, Skills: user.IDSetOf[user.SkillID](11, 12)},
		Access:   user.Access{Granted: user.RolesOf(user.Agent)},
	}})).User

	// "User profile role change from Agent" (LivePerson) resets attributes.
	result, err := host.SetRoles(ctx, agent.ID, user.RolesOf(user.AgentManager))
	for _, r := range result.Resets {
		fmt.Printf("%s resets %s, which was %s\n", r.Rule, r.Attribute, r.Before)
	}
	fmt.Println(result.User.Access.Roles, result.User.Capacity.MaxChats, result.Lost, err)
	// Output:
	// agent-lost resets maxChats, which was 4
	// agent-lost resets skills, which was [11,12]
	// agent_manager 0 maxChats,skills <nil>
}

// A host asks about an action of its own. Who may do it is said by a row of its policy. Explain
// also names the rule that allows.
func ExampleHandle_Check() {
	const listen permission.Action = "recording.listen"
	spec := permission.Default().Spec()
	spec.Name = "acme"
	spec.Rows = append(spec.Rows, permission.Row{
		Name: "supervisors-listen", Actions: permission.ActionsOf(listen), Roles: user.RolesOf(user.Supervisor),
		Scope: permission.AnyUser, Targets: user.RolesOf(user.Agent),
	})
	policy, err := permission.New(spec)
	if err != nil {
		fmt.Println(err)
		return
	}
	dir := newDirectory(roster.WithAuthorizer(policy))
	host := open(dir)
	ctx := context.Background()
	sue, ann := add(host, "sue", user.Supervisor).ID, add(host, "ann", user.Agent).ID

	fmt.Println(dir.As("acme", roster.UserActor(sue)).Check(ctx, listen, ann))
	fmt.Println(must(dir.As("acme", roster.UserActor(sue)).Explain(ctx, listen, ann)))
	fmt.Println(dir.As("acme", roster.UserActor(ann)).Check(ctx, listen, ann))
	fmt.Println(dir.As("acme", roster.UserActor(sue)).Check(ctx, "recording.lissen", ann))
	// Output:
	// <nil>
	// allowed recording.listen: rule supervisors-listen of acme; needs role supervisor for any user, users with no role but agent
	// permission denied: recording.listen: rule no-permission of acme; needs role supervisor for any user, users with no role but agent
	// permission denied: recording.lissen: rule not-in-policy of acme; needs a row that names the action
}

// An API key may do what its permissions allow, as with Omnidesk.
func ExampleKeyActor() {
	ctx := context.Background()
	dir := newDirectory()
	host := open(dir)
	ann := add(host, "ann", user.Admin)
	reader := dir.As("acme", roster.KeyActor(ann.ID, permission.PermissionsOf(permission.PermUserRead)))
	page, err := reader.List(ctx, roster.ListParams{})
	fmt.Println(len(page.Users), err)
	_, err = reader.Delete(ctx, ann.ID)
	fmt.Println(errors.Is(err, permission.ErrDenied))
	// Output:
	// 1 <nil>
	// true
}

// A server that speaks a vendor's format validates texts and passwords by the vendor's rules.
func ExampleHandle_WithValidation() {
	ctx := context.Background()
	host := open(newDirectory())
	vendor := host.WithValidation(validate.Documented).WithPasswordPolicy(password.Voximplant())
	_, err := vendor.Create(ctx, roster.CreateParams{
		User: user.User{Identity: user.Identity{Login: "ann"}}, Password: roster.PasswordOf("Password1!"),
	})
	fmt.Println(vendor.AccountID(), err)
	_, err = host.Create(ctx, roster.CreateParams{
		User: user.User{Identity: user.Identity{Login: "bob"}}, Password: roster.PasswordOf("Password1!"),
	})
	fmt.Println(err)
	// Output:
	// acme <nil>
	// validate: /password: is on a list of common passwords
}
