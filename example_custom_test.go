package roster_test

import (
	"context"
	"fmt"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// A host gives its users attributes of their own: it defines them in the account's settings, sets
// and clears them one by one, finds users by them, and lets the loss of a role reset one.
func Example_customAttributes() {
	rules := append(user.DefaultTransitions(), user.Transition{
		Name: "agent-lost-shift", Lost: user.Agent, Custom: []string{"shift_start"},
	})
	ctx := context.Background()
	host := newDirectory(roster.WithTransitions(rules)).As("acme", roster.SystemActor())
	settings := user.Account{Currency: "EUR", CustomAttributes: user.CustomSchemaOf(
		user.CustomAttribute{Name: "site", Type: user.CustomChoice, Options: user.ListOf("Berlin", "Łódź"), Required: true},
		user.CustomAttribute{Name: "shift_start", Type: user.CustomDate},
		user.CustomAttribute{Name: "seniority", Type: user.CustomNumber, Min: user.NumberValue(0), Max: user.NumberValue(40)},
	)}
	settings = must(host.CreateAccount(ctx, settings))

	ann := user.User{
		Identity: user.Identity{Login: "ann"}, Access: user.Access{Granted: user.RolesOf(user.Agent)},
		Custom: user.Custom{}.With("site", user.TextValue("Berlin")).With("shift_start", user.TextValue("2026-11-30")),
	}
	id := must(host.Create(ctx, roster.CreateParams{User: ann})).User.ID
	set := func(site string, seniority float64) user.Patch {
		return user.Patch{Custom: user.CustomPatch{}.Set("site", user.TextValue(site)).Set("seniority", user.NumberValue(seniority))}
	}
	must(host.Patch(ctx, id, set("Łódź", 7.5)))
	_, err := host.Patch(ctx, id, set("Paris", 41))
	fmt.Println(err)

	page, err := host.List(ctx, roster.ListParams{Query: storage.Query{Custom: user.Custom{}.With("site", user.TextValue("Łódź"))}})
	for _, u := range page.Users {
		fmt.Println(u.Identity.Login, u.Custom, err)
	}
	changes, err := host.Changes(ctx, storage.ChangeQuery{UserID: id, Newest: true, Limit: 1})
	for _, d := range changes[0].Diff {
		fmt.Printf("%s: %q to %q, %v\n", d.Name, d.Before, d.After, err)
	}

	supervisor, err := host.SetRoles(ctx, id, user.RolesOf(user.Supervisor))
	for _, r := range supervisor.Resets {
		fmt.Println(r.Rule, "resets", r.Name, err)
	}

	settings.CustomAttributes = user.CustomSchemaOf(
		user.CustomAttribute{Name: "site", Type: user.CustomChoice, Options: user.ListOf("Berlin"), Required: true},
	)
	_, err = host.UpdateAccount(ctx, settings)
	fmt.Println(err)
	// Output:
	// validate: /custom/seniority: must be from 0 to 40; /custom/site: is unknown
	// ann {"seniority":7.5,"shift_start":"2026-11-30","site":"Łódź"} <nil>
	// seniority: "" to "7.5", <nil>
	// site: "Berlin" to "Łódź", <nil>
	// agent-lost-shift resets shift_start <nil>
	// user: /customAttributes: users with a value of the custom attribute "seniority" that would be refused: 1
}
