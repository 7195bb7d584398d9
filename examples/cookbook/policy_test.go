package cookbook_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/user"
)

// The host's own words: a role, an action and a custom attribute.
const (
	teamLead user.Role         = "team_lead"
	listen   permission.Action = "recording.listen"
	site                       = "site"
)

// Example_policy writes a policy from zero: a team lead reads and listens to the users of the
// lead's own site, and every user reads their own user. What no row allows is denied.
func Example_policy() {
	if err := policyFromZero(context.Background()); err != nil {
		fmt.Println(err)
	}
	// Output:
	// lea listens to ann: <nil>
	// lea listens to bob: not_found
	// ann listens to ann: denied
}

func policyFromZero(ctx context.Context) error {
	reads := permission.ActionsOf(permission.UserRead, permission.UserList)
	policy, err := permission.New(permission.Spec{Name: "own", Source: "the rules of our center", Rows: []permission.Row{
		{
			Name: "leads-listen", Roles: user.RolesOf(teamLead), Actions: reads.With(permission.ActionsOf(listen)),
			Scope: permission.SameCustom(site),
		},
		{Name: "own-user", Everyone: true, Actions: reads, Scope: permission.Self},
	}})
	if err != nil {
		return err
	}
	dir := roster.New(memstore.New(), roster.WithAuthorizer(policy))
	host := dir.As("acme", roster.SystemActor())
	_, err = host.CreateAccount(ctx, user.Account{Currency: "USD", CustomAttributes: user.CustomSchemaOf(
		user.CustomAttribute{Name: site, Type: user.CustomChoice, Options: user.ListOf("Berlin", "Riga"), Required: true},
	)})
	if err != nil {
		return err
	}
	ids := map[string]user.ID{}
	for _, u := range []struct {
		login, site string
		role        user.Role
	}{{"lea", "Berlin", teamLead}, {"ann", "Berlin", user.Agent}, {"bob", "Riga", user.Agent}} {
		created, err := host.Create(ctx, roster.CreateParams{User: user.User{
			Identity: user.Identity{Login: u.login}, Access: user.Access{Granted: user.RolesOf(u.role)},
			Custom: user.Custom{}.With(site, user.TextValue(u.site)),
		}})
		if err != nil {
			return err
		}
		ids[u.login] = created.User.ID
	}
	lea, ann := dir.As("acme", roster.UserActor(ids["lea"])), dir.As("acme", roster.UserActor(ids["ann"]))
	fmt.Println("lea listens to ann:", lea.Check(ctx, listen, ids["ann"]))
	fmt.Println("lea listens to bob:", roster.CodeOf(lea.Check(ctx, listen, ids["bob"])))
	denied := ann.Check(ctx, listen, ids["ann"])
	fmt.Println("ann listens to ann:", roster.CodeOf(denied))
	if !errors.Is(denied, permission.ErrDenied) {
		return denied
	}
	return nil
}
