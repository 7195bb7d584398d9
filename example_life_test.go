package roster_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// A server shows its accounts, and deletes one that has left.
func ExampleHandle_DeleteAccount() {
	ctx := context.Background()
	dir := newDirectory()
	for _, id := range []user.AccountID{"acme", "globex", "initech"} {
		must(dir.As(id, roster.SystemActor()).CreateAccount(ctx, user.Account{Currency: "USD"}))
	}
	host := dir.As("globex", roster.SystemActor())
	fmt.Println(host.DeleteAccount(ctx))
	for id, err := range dir.Accounts(ctx) {
		fmt.Println(id, err)
	}
	fmt.Println(errors.Is(host.DeleteAccount(ctx), storage.ErrNotFound))
	_, err := host.Changes(ctx, storage.ChangeQuery{})
	fmt.Println(errors.Is(err, storage.ErrCompacted))
	again := must(host.CreateAccount(ctx, user.Account{Currency: "USD"}))
	fmt.Println("created again at revision", again.Version)
	// Output:
	// <nil>
	// acme <nil>
	// initech <nil>
	// true
	// true
	// created again at revision 3
}

func ExampleHandle_Delete() {
	ctx := context.Background()
	host := open(newDirectory())
	ann := add(host, "ann")
	must(host.Delete(ctx, ann.ID, roster.WithReason("left the company")))
	_, err := host.Get(ctx, ann.ID)
	fmt.Println(err)
	u, err := host.GetDeleted(ctx, ann.ID) // the data stay
	fmt.Println(u.Identity.Login, u.Live(), err)

	result, err := host.Restore(ctx, ann.ID)
	fmt.Println(result.User.Live(), err)
	must(host.Delete(ctx, ann.ID))
	add(host, "ann") // another user takes the login
	_, err = host.Restore(ctx, ann.ID)
	fmt.Println(err)

	// Erase removes the data of the user. The changes stay, without these data.
	result, err = host.Erase(ctx, ann.ID, roster.WithReason("request 17"))
	fmt.Printf("%q %v\n", result.User.Identity.Login, err)
	for _, c := range must(host.Changes(ctx, storage.ChangeQuery{UserID: ann.ID, Newest: true, Limit: 2})) {
		fmt.Println(c.Type, c.Diff == nil)
	}
	// Output:
	// storage: not found
	// ann false <nil>
	// true <nil>
	// storage: the login is taken by user 2
	// "" <nil>
	// user.erased true
	// user.deleted true
}

// A call can expect the version that its caller read, or the configuration of its users.
func ExampleIfUnchangedSince() {
	ctx := context.Background()
	host := open(newDirectory())
	ann := add(host, "ann")
	bob := add(host, "bob")
	known := must(host.ConfigRevision(ctx))
	must(host.SetStatus(ctx, ann.ID, user.Ready, 0))                          // the status is no configuration
	must(host.Patch(ctx, bob.ID, user.Patch{DisplayName: user.Set("Bobby")})) // another user

	result, err := host.Patch(ctx, ann.ID, user.Patch{DisplayName: user.Set("Ann")}, roster.IfUnchangedSince(known))
	fmt.Println(result.User.ConfigVersion, result.ConfigRevision, err)
	_, err = host.Patch(ctx, ann.ID, user.Patch{DisplayName: user.Set("Anna")}, roster.IfVersion(ann.Version))
	var stale *roster.StaleError
	fmt.Println(errors.As(err, &stale), err)
	// Output:
	// 6 6 <nil>
	// true roster: stale version: expected 2, it is 6
}

// DeleteAll deletes all agents except one, in one transaction. DeleteMany deletes the named users.
func ExampleHandle_DeleteAll() {
	ctx := context.Background()
	host := open(newDirectory())
	add(host, "ann", user.Agent)
	bob := add(host, "bob", user.Agent)
	cid := add(host, "cid", user.Supervisor)
	agents := roster.ListParams{Query: storage.Query{Roles: user.RolesOf(user.Agent)}}
	gone, err := host.DeleteAll(ctx, agents, []user.ID{bob.ID}, roster.WithReason("the campaign is over"))
	fmt.Println(gone.IDs, gone.Revision, err)

	_, err = host.DeleteMany(ctx, []user.ID{bob.ID, 77}) // all or none
	fmt.Println(err, must(host.Count(ctx, roster.ListParams{})))
	_, err = host.DeleteMany(ctx, []user.ID{bob.ID, cid.ID})
	fmt.Println(err, must(host.Count(ctx, roster.ListParams{})))
	// Output:
	// [1] 5 <nil>
	// roster: item 1: storage: not found 2
	// <nil> 0
}
