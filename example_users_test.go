package roster_test

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

func ExampleHandle_Create() {
	ctx := context.Background()
	host := open(newDirectory())
	result, err := host.Create(ctx, roster.CreateParams{
		User: user.User{
			Identity: user.Identity{Login: "ann"},
			Contact:  user.Contact{Email: "ann@example.com"},
			Access:   user.Access{Granted: user.RolesOf(user.Agent)},
		},
		Password: roster.PasswordOf("a long enough phrase"),
	})
	fmt.Println(result.User.ID, result.User.Access.Roles, result.Changed, err)

	// CreateMany creates all or none. A host may choose an id.
	bob := roster.CreateParams{User: user.User{ID: 2359273612, Identity: user.Identity{Login: "bob"}}}
	_, err = host.CreateMany(ctx, []roster.CreateParams{bob, {User: user.User{Identity: user.Identity{Login: "ANN"}}}})
	var taken *storage.ExistsError
	fmt.Println(errors.As(err, &taken), err)
	results, err := host.CreateMany(ctx, []roster.CreateParams{bob})
	fmt.Println(results[0].User.ID, err)
	// Output:
	// 1 agent login,email,granted,roles,password,passwordChanged <nil>
	// true roster: item 1: storage: the login is taken by user 1
	// 2359273612 <nil>
}

func ExampleHandle_Get() {
	ctx := context.Background()
	dir := newDirectory()
	host := open(dir)
	ann, bob := add(host, "ann", user.Agent), add(host, "bob", user.Agent)

	u, err := host.Get(ctx, ann.ID)
	fmt.Println(u.Identity.Login, err)

	// An agent sees only the own user, and cannot find out whether other users exist.
	asAnn := dir.As("acme", roster.UserActor(ann.ID))
	_, err = asAnn.Get(ctx, bob.ID)
	fmt.Println(err)
	_, err = asAnn.Get(ctx, 999)
	fmt.Println(err)

	_, err = host.GetMany(ctx, bob.ID, 999) // all or none
	fmt.Println(err)
	u, err = host.Find(ctx, user.KeyLogin, "Bob")
	fmt.Println(u.ID, err)
	// Output:
	// ann <nil>
	// storage: not found
	// storage: not found
	// roster: item 1: storage: not found
	// 2 <nil>
}

func ExampleHandle_Patch() {
	ctx := context.Background()
	host := open(newDirectory())
	ann := must(host.Create(ctx, roster.CreateParams{User: user.User{
		Identity: user.Identity{Login: "ann"}, Contact: user.Contact{Email: "ann@example.com", Language: "en"},
	}})).User

	// A patch sets the display name, clears the e-mail address and keeps the rest.
	result, err := host.Patch(ctx, ann.ID, user.Patch{DisplayName: user.Set("Ann"), Email: user.Clear[string]()})
	u := result.User
	fmt.Printf("%q %q %q %v\n", u.Names.Display, u.Contact.Email, u.Contact.Language, err)
	fmt.Println("changed", result.Changed, "lost", result.Lost, "version", ann.Version, "->", u.Version)
	// Output:
	// "Ann" "" "en" <nil>
	// changed displayName,email lost email version 2 -> 3
}

func ExampleHandle_Replace() {
	ctx := context.Background()
	host := open(newDirectory())
	ann := must(host.Create(ctx, roster.CreateParams{User: user.User{
		Identity: user.Identity{Login: "ann"}, Contact: user.Contact{Email: "ann@example.com", PictureID: "p7"},
	}})).User

	body := user.User{Identity: user.Identity{Login: "ann"}, Names: user.Names{Display: "Ann"}}
	keep := user.AttributesOf(user.AttrPictureID) // the client does not know this attribute
	preview, err := host.Replace(ctx, ann.ID, body, keep, roster.DryRun())
	fmt.Println("would lose", preview.Lost, err)
	result, err := host.Replace(ctx, ann.ID, body, keep)
	fmt.Printf("lost %v, picture %q, %v\n", result.Lost, result.User.Contact.PictureID, err)
	// Output:
	// would lose email <nil>
	// lost email, picture "p7", <nil>
}

func ExampleHandle_Edit() {
	ctx := context.Background()
	host := open(newDirectory())
	ann, bob := add(host, "ann"), add(host, "bob")
	results, err := host.Edit(ctx, []roster.Edit{
		{ID: ann.ID, Patch: user.Patch{DisplayName: user.Set("Ann")}, Password: &roster.PasswordChange{New: roster.PasswordOf("a long enough phrase")}},
		{ID: bob.ID, Patch: user.Patch{DisplayName: user.Set("Bob")}},
	})
	fmt.Println(results[0].Changed, results[1].Changed, err)

	// The problem of the second edit undoes the first edit.
	_, err = host.Edit(ctx, []roster.Edit{
		{ID: ann.ID, Patch: user.Patch{DisplayName: user.Set("A.")}},
		{ID: bob.ID, Patch: user.Patch{MaxChats: user.Set(-1)}},
	})
	fmt.Println(err)
	// Output:
	// displayName,password,passwordChanged displayName <nil>
	// validate: /1/capacity/maxChats: must be from 0 to 1000000
}

func ExampleHandle_List() {
	ctx := context.Background()
	host := open(newDirectory())
	for _, login := range []string{"dan", "ann", "cid", "bob", "eve"} {
		add(host, login, user.Agent)
	}
	list := roster.ListParams{Query: storage.Query{Order: storage.OrderByLogin, Limit: 2}, Total: true}
	for {
		page, err := host.List(ctx, list)
		fmt.Print(page.Total, ":")
		for _, u := range page.Users {
			fmt.Print(" ", u.Identity.Login)
		}
		fmt.Println(" ", err)
		if list.Cursor = page.Next; list.Cursor == "" {
			break
		}
	}
	for u, err := range host.All(ctx, roster.ListParams{Query: storage.Query{Descending: true}}) { // reads page by page
		fmt.Print(u.Identity.Login, " ", err, "  ")
	}
	// Output:
	// 5: ann bob  <nil>
	// 5: cid dan  <nil>
	// 5: eve  <nil>
	// eve <nil>  bob <nil>  cid <nil>  ann <nil>  dan <nil>
}

// A host reacts to changes after their commit: it sends mails and pushes events.
func ExampleHandle_Watch() {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	host := open(newDirectory())
	ann := add(host, "ann")
	must(host.RequestActivation(ctx, ann.ID))
	must(host.RefreshTab(ctx, "inbox"))

	for c, err := range host.Watch(ctx, storage.ChangeID{}) {
		if err != nil {
			fmt.Println(err)
			break
		}
		switch c.Type {
		case storage.ActivationRequested:
			fmt.Println("send a mail to user", c.UserID)
		case storage.TabRefreshed:
			fmt.Println("refresh the tab", c.Detail)
			cancel() // ends the example; a server watches until it stops
		}
	}
	// Output:
	// send a mail to user 1
	// refresh the tab inbox
	// context canceled
}

// A page of a host checks a file, shows what it would do, and then writes it.
func ExampleHandle_Import() {
	ctx := context.Background()
	host := open(newDirectory())
	file := strings.NewReader("identity.login;contact.email;capacity.maxChats;access.granted\r\n" +
		"ann;ann@example.com;4.0;agent\r\n" +
		"bob;bob@;many;agent\r\n")

	column := roster.ImportColumns(must(host.Account(ctx)).CustomAttributes)[0] // of a template
	fmt.Printf("%s: %s\n", column.Name, column.Allowed)

	report, err := host.Import(ctx, file, roster.ImportParams{}, roster.DryRun())
	fmt.Println(report.Created, report.Bad, roster.CodeOf(err))
	for _, p := range report.Problems {
		fmt.Println(p)
	}

	report, err = host.Import(ctx, file, roster.ImportParams{}) // a bad line: nothing is written
	var bad *roster.ImportError
	fmt.Println(report.Written, errors.As(err, &bad))
	for range 2 { // the second time nothing is left to do
		report, err = host.Import(ctx, file, roster.ImportParams{SkipBad: true})
		fmt.Println(report.Created, report.Unchanged, report.Bad, err)
	}
	// Output:
	// identity.login: text of at most 254 bytes
	// 1 1 invalid
	// line 3, capacity.maxChats: is not valid (allowed: a whole number)
	// line 3, contact.email: is not a valid e-mail address (allowed: text of at most 254 bytes)
	// 0 true
	// 1 0 1 <nil>
	// 0 1 1 <nil>
}
