package ability

import (
	"context"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/user"
)

// The users of the account that Populate makes.
const (
	Boss    user.ID = 1 // administrator
	Agent   user.ID = 2 // agent that has every attribute set, money, a reservation, and the password Phrase
	Other   user.ID = 3 // agent in another group
	Gone    user.ID = 4 // deleted
	Manager user.ID = 5 // agent manager of group 1, in which Agent is
)

// The account's profiles, by the role that they give.
const (
	AgentProfile user.ProfileID = iota + 1
	ManagerProfile
	AdminProfile
	PlainProfile // gives none
)

// The passwords: Agent has Phrase, and the calls set NewPhrase.
const (
	Phrase    = "correct horse battery"
	NewPhrase = "staple of another kind"
)

var newPhrase = roster.PasswordOf(NewPhrase)

func profile(id user.ProfileID, name string, gives user.Role) user.Reference {
	return user.Reference{Kind: user.ReferenceProfile, ID: int64(id), Name: name, Profile: user.Profile{Role: gives}}
}

// Dollars parses an amount of US dollars. It panics if text is no amount.
func Dollars(text string) balance.Money { return balance.MustParse(text, "USD") }

// Populate creates the account of host, with profiles, the skill 7, users and money. The actor of
// host must be the system actor. The users are Boss, Agent, Other, Gone and Manager. Agent has a
// reservation, and Gone is deleted. The account receives 100.00 US dollars. The transfer with the
// id 2 and the key "k1" pays 5.00 US dollars from the account to Agent. Errors: the first error of
// a call of host; Populate stops there.
func Populate(ctx context.Context, host roster.Handle) error {
	if _, err := host.CreateAccount(ctx, user.Account{Currency: "USD", DefaultMaxAsyncChats: 3}); err != nil {
		return err
	}
	for _, ref := range []user.Reference{
		profile(AgentProfile, "Agents", user.Agent), profile(ManagerProfile, "Managers", user.AgentManager),
		profile(AdminProfile, "Admins", user.Admin), profile(PlainProfile, "Plain", ""),
		{Kind: user.ReferenceSkill, ID: 7, Name: "Dutch"},
	} {
		if _, err := host.PutReference(ctx, ref); err != nil {
			return err
		}
	}
	granted := func(role user.Role) user.Access { return user.Access{Granted: user.RolesOf(role)} }
	people := []roster.CreateParams{
		{User: user.User{ID: Boss, Identity: user.Identity{Login: "boss"}, Access: granted(user.Admin)}},
		{Password: roster.PasswordOf(Phrase), User: user.User{
			ID: Agent, Identity: user.Identity{Login: "agent", PID: "p2"}, Names: user.Names{Full: "Ann Agent", Display: "Ann"},
			Contact:  user.Contact{Email: "ann@example.com", Phone: "+31612345678"},
			Presence: user.Presence{Status: user.Ready},
			Capacity: user.Capacity{
				MaxChats: 4, MaxAsyncChats: user.Some(2), MemberOf: user.Assignment{Group: 1},
				Skills: user.IDSetOf[user.SkillID](7),
			},
			Preferences: user.Preferences{
				Views: user.IDSetOf[user.ViewID](1), Statistics: user.ListOf(user.Statistic{Name: "waiting"}),
			},
			Access: granted(user.Agent),
		}},
		{User: user.User{
			ID: Other, Identity: user.Identity{Login: "other"}, Capacity: user.Capacity{MemberOf: user.Assignment{Group: 2}},
			Access: granted(user.Agent),
		}},
		{User: user.User{ID: Gone, Identity: user.Identity{Login: "gone"}}},
		{User: user.User{
			ID: Manager, Identity: user.Identity{Login: "manager"}, Access: granted(user.AgentManager),
			Management: user.Management{ManagerOf: user.ListOf(user.Assignment{Group: 1})},
		}},
	}
	for _, step := range []func() error{
		func() error { return second(host.CreateMany(ctx, people)) },
		func() error { return second(host.Reserve(ctx, Agent, "chat")) },
		func() error { return second(host.Delete(ctx, Gone)) },
		func() error { return second(host.Fund(ctx, roster.FundParams{Amount: Dollars("100.00")})) },
		func() error {
			return second(host.Transfer(ctx, roster.TransferParams{Users: []user.ID{Agent}, Amount: Dollars("5.00"), Key: "k1"}))
		},
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func second[T any](_ T, err error) error { return err }
