package authorizer_test

import (
	"context"
	"fmt"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/examples/authorizer"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// A contact center with roles, an action and attributes of its own, by a policy from zero.
func Example() {
	if err := center(context.Background()); err != nil {
		fmt.Println(err)
	}
	// Output:
	// lea lists: ann in group 7; lea in group 0
	// quinn lists: ann at Berlin; bob at Berlin; quinn at Berlin
	// lea edits ann: <nil>
	// lea edits bob: not_found
	// lea sets the shift of ann: <nil>
	// lea moves ann to Riga: permission denied: custom.set.site: rule no-permission of contact-center; needs role admin
	// lea listens to ann: permission denied: recording.listen: rule no-permission of contact-center; needs role admin; or role quality_analyst for same custom/site, users with no role but agent
	// quinn listens to bob: <nil>
	// quinn edits ann: permission denied: user.update: rule no-permission of contact-center; needs role admin; or role team_lead for managed groups, users with no role but agent
	// ann, once no agent: agent-has-no-shift resets shift_start, which was 08:30
	// at Riga: carl
}

func center(ctx context.Context) error {
	policy, err := authorizer.Policy()
	if err != nil {
		return err
	}
	dir := roster.New(memstore.New(), roster.WithAuthorizer(policy), roster.WithTransitions(authorizer.Transitions()))
	host := dir.As("acme", roster.SystemActor())
	if _, err := host.CreateAccount(ctx, authorizer.Settings()); err != nil {
		return err
	}
	var users []roster.CreateParams
	hire := func(login string, role user.Role, site, shift string, set func(*user.User)) {
		u := user.User{Identity: user.Identity{Login: login}, Access: user.Access{Granted: user.RolesOf(role)}}
		u.Custom = u.Custom.With(authorizer.Site, user.TextValue(site)).With(authorizer.ShiftStart, user.TextValue(shift))
		set(&u)
		users = append(users, roster.CreateParams{User: u})
	}
	inGroup := func(g user.GroupID) func(*user.User) {
		return func(u *user.User) { u.Capacity.MemberOf.Group = g }
	}
	hire("ann", user.Agent, "Berlin", "08:00", inGroup(7))
	hire("bob", user.Agent, "Berlin", "16:00", inGroup(8))
	hire("carl", user.Agent, "Riga", "08:00", inGroup(9))
	hire("lea", authorizer.TeamLead, "Berlin", "", func(u *user.User) {
		u.Management.ManagerOf = user.ListOf(user.Assignment{Group: 7})
	})
	hire("quinn", authorizer.QualityAnalyst, "Berlin", "", inGroup(0))
	created, err := host.CreateMany(ctx, users)
	if err != nil {
		return err
	}
	ann, bob := created[0].User.ID, created[1].User.ID
	lea := dir.As("acme", roster.UserActor(created[3].User.ID))
	quinn := dir.As("acme", roster.UserActor(created[4].User.ID))

	// A list shows the users that the policy lets its reader read, and no others.
	page, err := lea.List(ctx, roster.ListParams{})
	if err != nil {
		return err
	}
	fmt.Print("lea lists: ")
	for i, u := range page.Users {
		fmt.Print([]string{"", "; "}[min(i, 1)], u.Identity.Login, " in group ", u.Capacity.MemberOf.Group)
	}
	if page, err = quinn.List(ctx, roster.ListParams{}); err != nil {
		return err
	}
	fmt.Print("\nquinn lists: ")
	for i, u := range page.Users {
		site, _ := u.Custom.Get(authorizer.Site)
		fmt.Print([]string{"", "; "}[min(i, 1)], u.Identity.Login, " at ", site)
	}
	fmt.Println()

	// A user that the actor may not read is as good as missing. Any other refusal says why.
	name := user.Patch{DisplayName: user.Set("Ann A.")}
	_, err = lea.Patch(ctx, ann, name)
	fmt.Println("lea edits ann:", err)
	_, err = lea.Patch(ctx, bob, name)
	fmt.Println("lea edits bob:", roster.CodeOf(err))
	set := func(name, value string) error {
		_, err := lea.Patch(ctx, ann, user.Patch{Custom: user.CustomPatch{}.Set(name, user.TextValue(value))})
		return err
	}
	fmt.Println("lea sets the shift of ann:", set(authorizer.ShiftStart, "08:30"))
	fmt.Println("lea moves ann to Riga:", set(authorizer.Site, "Riga"))
	fmt.Println("lea listens to ann:", lea.Check(ctx, authorizer.Listen, ann))
	fmt.Println("quinn listens to bob:", quinn.Check(ctx, authorizer.Listen, bob))
	why, err := quinn.Explain(ctx, permission.UserUpdate, ann)
	if err != nil {
		return err
	}
	fmt.Println("quinn edits ann:", &permission.Denied{Reason: why.Reason})

	// The loss of a role resets what the host says.
	result, err := host.SetRoles(ctx, ann, user.RolesOf(authorizer.QualityAnalyst))
	if err != nil {
		return err
	}
	for _, r := range result.Resets {
		if r.Name != "" {
			fmt.Printf("ann, once no agent: %s resets %s, which was %s\n", r.Rule, r.Name, r.Before)
		}
	}

	atRiga := storage.Query{Custom: user.Custom{}.With(authorizer.Site, user.TextValue("Riga"))}
	if page, err = host.List(ctx, roster.ListParams{Query: atRiga}); err != nil {
		return err
	}
	for _, u := range page.Users {
		fmt.Println("at Riga:", u.Identity.Login)
	}
	return nil
}
