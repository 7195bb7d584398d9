// Quickstart shows what roster does on the examples of the four documents that it implements: it
// makes an account, its users, a role change, permission checks and a transfer, and prints each
// step.
package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

func main() {
	if err := run(context.Background(), os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "quickstart:", err)
		os.Exit(1)
	}
}

// demo is one run: the host's own handle on the account, and where to print.
type demo struct {
	dir  *roster.Directory
	host roster.Handle
	out  io.Writer
}

const account user.AccountID = "demo"

// clock stands still, so that every run prints the same: by a running one, a change is made in the
// second of the creation or in a later one, and then it changes one attribute more. A server leaves
// the option out and has time.Now.
func clock() time.Time { return time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC) }

func run(ctx context.Context, out io.Writer) (err error) {
	store := memstore.New()
	defer func() { err = errors.Join(err, store.Close()) }()
	dir := roster.New(store, roster.WithClock(clock))
	d := demo{dir, dir.As(account, roster.SystemActor()), out}
	for _, step := range []func(context.Context) error{d.open, d.users, d.roleChange, d.permissions, d.money, d.history} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (d demo) title(text string)            { fmt.Fprintf(d.out, "\n%s\n", text) }
func (d demo) line(format string, a ...any) { fmt.Fprintf(d.out, "  "+format+"\n", a...) }

// open creates the account with 100.00 USD and with the reference data that the example users need:
// an application and two profiles. It prints the balance.
func (d demo) open(ctx context.Context) error {
	if _, err := d.host.CreateAccount(ctx, user.Account{Currency: "USD", DefaultMaxAsyncChats: 3}); err != nil {
		return err
	}
	for _, ref := range []user.Reference{
		{Kind: user.ReferenceApplication, Name: "myapp"},
		{Kind: user.ReferenceProfile, ID: 2359273612, Name: "Agent", Profile: user.Profile{Role: user.Agent}},
		{Kind: user.ReferenceProfile, ID: 2359273512, Name: "Agent Manager", Profile: user.Profile{Role: user.AgentManager}},
	} {
		if _, err := d.host.PutReference(ctx, ref); err != nil {
			return err
		}
	}
	amount, err := balance.Parse("100.00", "USD")
	if err != nil {
		return err
	}
	receipt, err := d.host.Fund(ctx, roster.FundParams{Amount: amount})
	if err != nil {
		return err
	}
	d.title("An account, in memory")
	d.line("account %q holds %v", account, receipt.Account)
	return nil
}

// users creates four example users, one for each vendor. Each user has the values of its vendor's
// document. users prints the id, login and roles of each user. It stops at the first user that
// cannot be created and returns the error.
func (d demo) users(ctx context.Context) error {
	d.title("The users of the four documents")
	for _, n := range []struct {
		document string
		user     roster.CreateParams
	}{
		{"Voximplant", roster.CreateParams{Password: roster.PasswordOf("Demo-Passw0rd!"), User: user.User{
			Identity: user.Identity{Login: "owner-1"},
			Names:    user.Names{Display: "The owner"},
			Access:   user.Access{Granted: user.RolesOf(user.Owner, user.Admin), Applications: user.IDSetOf[user.ApplicationID](1)},
		}}},
		{"LivePerson", roster.CreateParams{User: user.User{
			Identity: user.Identity{Login: "unique@gmail.com", Description: "user’s description"},
			Names:    user.Names{Display: "agent1"},
			Contact:  user.Contact{Email: "myEmail@gmail.com", Mobile: "0542-123456", BackgroundURI: "/pictures/image.jpg", MobileApp: "lpMobileApp-123"},
			Capacity: user.Capacity{
				MaxChats: 4, MaxAsyncChats: user.Some(10), MemberOf: user.Assignment{Group: 1},
				Skills: user.IDSetOf[user.SkillID](2359235912, 2359235922),
			},
			Management: user.Management{ManagerOf: user.ListOf(user.Assignment{Group: 1})},
			Access: user.Access{
				Profiles:         user.IDSetOf[user.ProfileID](2359273612, 2359273512),
				LinesOfBusiness:  user.IDSetOf[user.LineOfBusinessID](6549273612),
				PermissionGroups: user.IDSetOf[user.PermissionGroupID](1),
			},
		}}},
		{"Omnidesk", roster.CreateParams{User: user.User{
			Identity: user.Identity{Login: "text"},
			Names:    user.Names{First: "text", Last: "text"},
			Contact:  user.Contact{Email: "name@gmail.com", Phone: "+31612345678", Language: "en", DateFormat: "en_GB"},
			Access:   user.Access{Groups: user.IDSetOf[user.GroupID](1)},
		}}},
		{"Genesys", roster.CreateParams{Password: roster.PasswordOf("Demo-Passw0rd!"), User: user.User{
			Identity: user.Identity{Login: "agent@demo.example"},
			Names:    user.Names{First: "Ann", Last: "Agent"},
			Access:   user.Access{Granted: user.RolesOf(user.Agent)},
		}}},
	} {
		result, err := d.host.Create(ctx, n.user)
		if err != nil {
			return fmt.Errorf("%s: %w", n.document, err)
		}
		u := result.User
		d.line("%-11s user %d %-19s roles %s", n.document, u.ID, u.Identity.Login, u.Access.Roles)
	}
	return nil
}

// roleChange changes the roles of user 2 from agent to agent manager. First it reads the user,
// makes a dry run, and prints which attributes the change would reset, by LivePerson's rules. Then
// it makes the change, on the condition that the user is still at the version that was read, and
// prints the result.
func (d demo) roleChange(ctx context.Context) error {
	d.title("User 2 stops being an agent: first a preview, then for real")
	roles := user.RolesOf(user.AgentManager)
	before, err := d.host.Get(ctx, 2)
	if err != nil {
		return err
	}
	preview, err := d.host.SetRoles(ctx, 2, roles, roster.DryRun())
	if err != nil {
		return err
	}
	for _, r := range preview.Resets {
		d.line("would reset %-14s that was %s (rule %s)", r.Attribute, r.Before, r.Rule)
	}
	result, err := d.host.SetRoles(ctx, 2, roles, roster.IfVersion(before.Version), roster.WithReason("promoted"))
	if err != nil {
		return err
	}
	u := result.User
	d.line("did: version %d -> %d, roles %s, maxChats %d, skills %v, still manages %v",
		before.Version, u.Version, u.Access.Roles, u.Capacity.MaxChats, u.Capacity.Skills, u.Management.Groups())
	return nil
}

// permissions shows two decisions of Voximplant's policy. User 4, an agent, tries to delete user 3,
// and permissions prints why this is refused. Then it prints why user 1, the owner, may delete user
// 3, without deleting the user. It returns an error if the agent is not refused, and errors of
// Handle.Explain.
func (d demo) permissions(ctx context.Context) error {
	d.title("Permissions, by the table of Voximplant's document")
	agent := d.dir.As(account, roster.UserActor(4)).WithAuthorizer(permission.Voximplant())
	owner := d.dir.As(account, roster.UserActor(1)).WithAuthorizer(permission.Voximplant())

	_, err := agent.Delete(ctx, 3)
	var denied *permission.Denied
	if !errors.As(err, &denied) {
		return fmt.Errorf("the agent was not refused: %w", err)
	}
	d.line("the agent: %v", denied)
	explained, err := owner.Explain(ctx, permission.UserDelete, 3)
	if err != nil {
		return err
	}
	d.line("the owner: %v", explained)
	return nil
}

// money makes the example transfer of Voximplant's document and prints the result. It repeats the
// transfer with the same idempotency key and prints this result. The repeated transfer moves no
// money. Then it tries a different transfer with the same key and prints the error. At the end it
// prints the statement of the account, newest entry first.
func (d demo) money(ctx context.Context) error {
	d.title(`"Transfer 5.67 $ to the user 1 and transfer 5.67 $ to the user 2 too"`)
	amount, err := balance.Parse("5.67", "USD")
	if err != nil {
		return err
	}
	transfer := roster.TransferParams{Users: []user.ID{1, 2}, Amount: amount, Key: "invoice-42"}
	receipt, err := d.host.Transfer(ctx, transfer)
	if err != nil {
		return err
	}
	d.line("transfer %d: the account has %v left", receipt.Transfer.ID, receipt.Account)
	again, err := d.host.Transfer(ctx, transfer)
	if err != nil {
		return err
	}
	d.line("the same again under its key: transfer %d, replayed %t, %v left", again.Transfer.ID, again.Replayed, again.Account)
	transfer.Users = []user.ID{1, 3}
	_, err = d.host.Transfer(ctx, transfer)
	d.line("another one under that key: %v", err)

	d.title("The account's statement, newest first")
	entries, err := d.host.Statement(ctx, balance.Account, storage.EntryID{}, 0)
	if err != nil {
		return err
	}
	for _, e := range entries {
		delta, err := balance.FromUnits(e.Delta, e.Currency)
		if err != nil {
			return err
		}
		after, err := balance.FromUnits(e.After, e.Currency)
		if err != nil {
			return err
		}
		d.line("%8s  leaves %8s  %s", delta.Text(), after.Text(), e.Description)
	}
	return nil
}

// history prints the changes of user 2: for each change the revision, the type, the reason, and the
// values of each changed attribute before and after.
func (d demo) history(ctx context.Context) error {
	d.title("What happened to user 2")
	changes, err := d.host.Changes(ctx, storage.ChangeQuery{})
	if err != nil {
		return err
	}
	for _, c := range changes {
		if c.UserID != 2 {
			continue
		}
		d.line("revision %d %s; reason %q", c.ID.Revision, c.Type, c.Reason)
		for _, diff := range c.Diff {
			d.line("  %-14s %s -> %s", diff.Attribute, cmp.Or(diff.Before.String(), "none"), cmp.Or(diff.After.String(), "none"))
		}
	}
	return nil
}
