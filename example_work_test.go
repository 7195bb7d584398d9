package roster_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/user"
)

// addReady creates an agent with the status Ready.
func addReady(host roster.Handle, login string, maxChats int) user.User {
	return must(host.Create(context.Background(), roster.CreateParams{User: user.User{
		Identity: user.Identity{Login: login}, Access: user.Access{Granted: user.RolesOf(user.Agent)},
		Capacity: user.Capacity{MaxChats: maxChats}, Presence: user.Presence{Status: user.Ready},
	}})).User
}

func ExampleHandle_SetStatus() {
	ctx := context.Background()
	dir := newDirectory()
	host := open(dir)
	ann := add(host, "ann", user.Agent)
	asAnn := dir.As("acme", roster.UserActor(ann.ID))
	result, err := asAnn.SetStatus(ctx, ann.ID, user.DND, 0)
	p := result.User.Presence
	fmt.Println(p.Status, p.Status.DoNotDisturb(), p.Since.Format("15:04"), err)

	must(host.LockStatus(ctx, ann.ID, user.Timeout))
	_, err = host.SetStatus(ctx, ann.ID, user.Ready, 0)
	fmt.Println(err)
	must(host.UnlockStatus(ctx, ann.ID))
	// Output:
	// DND true 12:00 <nil>
	// user: the status is locked
}

func ExampleHandle_Reserve() {
	ctx := context.Background()
	host := open(newDirectory())
	addReady(host, "ann", 2)
	bob := addReady(host, "bob", 5)

	// With id 0, Reserve chooses the user with the most free capacity.

	result, err := host.Reserve(ctx, 0, "chat")
	until, _ := result.User.Capacity.ReservedUntil("chat")
	fmt.Println(result.User.Identity.Login, result.User.Capacity.Free(noon), until.Format("15:04:05"), err)
	result, err = host.Reserve(ctx, 0, "chat")
	fmt.Println(result.User.Identity.Login, err)
	_, err = host.Reserve(ctx, 0, "chat")
	fmt.Println(err)

	result, err = host.Release(ctx, bob.ID, "chat")
	fmt.Println(result.User.Capacity.Free(noon), err)
	_, err = host.Release(ctx, bob.ID, "chat")
	fmt.Println(errors.Is(err, user.ErrNoSlot))
	// Output:
	// bob 4 12:00:30 <nil>
	// ann <nil>
	// roster: no agent is available
	// 5 <nil>
	// true
}

func ExampleHandle_PutReference() {
	ctx := context.Background()
	host := open(newDirectory())
	must(host.PutReference(ctx, user.Reference{Kind: user.ReferenceSkill, Name: "Dutch"}))
	must(host.PutReference(ctx, user.Reference{Kind: user.ReferenceSkill, Name: "German"}))
	for _, ref := range must(host.References(ctx, user.ReferenceSkill, 0, 0)) {
		fmt.Println(ref.ID, ref.Name)
	}
	german := must(host.ReferenceByName(ctx, user.ReferenceSkill, "German"))
	fmt.Println(german.ID, must(host.Reference(ctx, user.ReferenceSkill, german.ID)).Name)

	agents := must(host.PutReference(ctx, user.Reference{
		Kind: user.ReferenceProfile, Name: "Agents", Profile: user.Profile{Role: user.Agent},
	}))
	must(host.Create(ctx, roster.CreateParams{User: user.User{
		Identity: user.Identity{Login: "ann"}, Access: user.Access{Profiles: user.IDSetOf(user.ProfileID(agents.ID))},
	}}))
	fmt.Println(host.DeleteReference(ctx, user.ReferenceProfile, agents.ID)) // the user's role comes from it
	fmt.Println(host.DeleteReference(ctx, user.ReferenceSkill, german.ID))
	// Output:
	// 1 Dutch
	// 2 German
	// 2 German
	// user: the profile or custom attribute is in use
	// <nil>
}

// Preferences of a user: switches, views, statistics and campaigns.
func ExampleHandle_Settings() {
	ctx := context.Background()
	host := open(newDirectory())
	must(host.PutReference(ctx, user.Reference{Kind: user.ReferenceView, ID: 1, Name: "My tickets"}))
	ann := add(host, "ann")
	waiting := user.Statistic{Name: "chats_waiting", Option: "today"}
	must(host.Patch(ctx, ann.ID, user.Patch{ChatSound: user.Set(true), AutoAnswer: user.Set(true)}))
	must(host.SetView(ctx, ann.ID, 1, true))
	must(host.AddStatistic(ctx, ann.ID, waiting))
	must(host.WatchStatistic(ctx, ann.ID, waiting, true))
	must(host.SetCampaign(ctx, ann.ID, user.Campaign{Name: "spring", Active: true}))
	must(host.SetCampaign(ctx, ann.ID, user.Campaign{Name: "spring", Active: false}))

	u, err := host.Settings(ctx, ann.ID)
	p := u.Preferences
	fmt.Println(p.ChatSound, p.NotifyAssignment, p.AutoAnswer, p.Statistics, p.Campaigns, err)
	for _, v := range must(host.Views(ctx, ann.ID)) {
		fmt.Printf("%d %q\n", v.ID, v.Name)
	}

	_, err = host.SetView(ctx, ann.ID, 9, true)
	fmt.Println(err)
	must(host.DeleteStatistic(ctx, ann.ID, waiting))
	_, err = host.DeleteStatistic(ctx, ann.ID, waiting)
	fmt.Println(err)
	// Output:
	// true false true [{chats_waiting today  true}] [{spring false}] <nil>
	// 1 "My tickets"
	// validate: /preferences/views/0: is unknown
	// storage: not found
}
