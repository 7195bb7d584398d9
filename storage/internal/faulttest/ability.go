package faulttest

import (
	"context"
	"errors"
	"time"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// The users of each account.
const (
	boss  user.ID = 1 // administrator
	agent user.ID = 2 // with a password and money
	gone  user.ID = 3 // deleted
)

// consumer is a delivery, and letter the change of its dead letter.
const consumer = "consumer"

var letter = storage.ChangeID{Revision: 1}

// ability is a call of the front door, as a server makes it.
type ability struct {
	name  string
	reads bool
	host  bool // only the system actor may do it
	do    func(context.Context, roster.Handle) error
}

// abilities returns calls of a roster.Handle that Run tests. Together they call every method of
// storage.Storage and storage.Writer, except those in unused. money parses an amount of US dollars.
func abilities(money func(string) balance.Money) []ability {
	type c = context.Context
	type h = roster.Handle
	return []ability{
		{"get", true, false, func(c c, h h) error { return second(h.Get(c, agent)) }},
		{"find by login", true, false, func(c c, h h) error { return second(h.Find(c, user.KeyLogin, "agent")) }},
		{"list with total and money", true, false, func(c c, h h) error { return second(h.List(c, roster.ListParams{Total: true, Balances: true})) }},
		{"count", true, false, func(c c, h h) error { return second(h.Count(c, roster.ListParams{})) }},
		{"list the skills", true, false, func(c c, h h) error { return second(h.References(c, user.ReferenceSkill, 0, 0)) }},
		{"a skill by name", true, false, func(c c, h h) error { return second(h.ReferenceByName(c, user.ReferenceSkill, "Dutch")) }},
		{"statement", true, false, func(c c, h h) error {
			return second(h.Statement(c, balance.HolderOf(agent), storage.EntryID{}, 0))
		}},
		{"changes", true, false, func(c c, h h) error {
			return second(h.Changes(c, storage.ChangeQuery{}))
		}},
		{"transfers", true, false, func(c c, h h) error {
			return second(h.Transfers(c, roster.TransferListParams{UserID: agent, Newest: true}))
		}},

		{"create", false, false, func(c c, h h) error {
			return second(h.Create(c, roster.CreateParams{User: user.User{Identity: user.Identity{Login: "new"}}, Password: phrase}))
		}},
		{"patch", false, false, func(c c, h h) error {
			return second(h.Patch(c, agent, user.Patch{LastName: user.Set("Agent"), Skills: user.Set(user.IDSetOf[user.SkillID](7))}))
		}},
		{"change roles", false, false, func(c c, h h) error { return second(h.SetRoles(c, agent, user.RolesOf(user.Supervisor))) }},
		{"reset a password", false, false, func(c c, h h) error {
			return second(h.ResetPassword(c, agent, roster.PasswordChange{New: phrase}))
		}},
		{"restore", false, false, func(c c, h h) error { return second(h.Restore(c, gone)) }},
		{"erase", false, false, func(c c, h h) error { return second(h.Erase(c, agent)) }},
		{"delete all but one", false, false, func(c c, h h) error { return second(h.DeleteAll(c, roster.ListParams{}, []user.ID{boss})) }},
		{"reserve any user", false, false, func(c c, h h) error { return second(h.Reserve(c, 0, "chat")) }},
		{"change the account", false, false, func(c c, h h) error {
			return second(h.UpdateAccount(c, user.Account{Currency: "USD", Name: "Acme"}))
		}},
		{"put a skill", false, false, func(c c, h h) error {
			return second(h.PutReference(c, user.Reference{Kind: user.ReferenceSkill, Name: "German"}))
		}},
		{"delete a skill", false, false, func(c c, h h) error { return h.DeleteReference(c, user.ReferenceSkill, 7) }},
		{"fund", false, false, func(c c, h h) error { return second(h.Fund(c, roster.FundParams{Amount: money("1.00"), Key: "fund"})) }},
		{"transfer to all", false, false, func(c c, h h) error {
			return second(h.Transfer(c, roster.TransferParams{All: true, Amount: money("1.00"), Key: "all"}))
		}},
		{"transfer once more under a key", true, false, func(c c, h h) error {
			return second(h.Transfer(c, roster.TransferParams{Users: []user.ID{agent}, Amount: money("5.00"), Key: "first"}))
		}},
		{"reverse", false, false, func(c c, h h) error { return second(h.Reverse(c, roster.ReverseParams{TransferID: 2, Key: "back"})) }},
		{"list the deliveries", true, true, func(c c, h h) error { return second(h.Deliveries(c, "", 0)) }},
		{"list the dead letters", true, true, func(c c, h h) error {
			return second(h.DeadLetters(c, consumer, storage.ChangeID{}, 0))
		}},
		{"replay a dead letter", false, true, func(c c, h h) error {
			return h.ReplayDeadLetter(c, consumer, letter, func(context.Context, storage.Change) error { return nil })
		}},
		{"replay a dead letter in vain", false, true, func(c c, h h) error {
			away := errors.New("away")
			err := h.ReplayDeadLetter(c, consumer, letter, func(context.Context, storage.Change) error { return away })
			if err == away { // without an error of the storage beside it
				return nil
			}
			return err
		}},
		{"delete a dead letter", false, true, func(c c, h h) error { return h.DeleteDeadLetter(c, consumer, letter) }},
		{"delete a delivery", false, true, func(c c, h h) error { return h.DeleteDelivery(c, consumer) }},
		{"compact the changes", false, true, func(c c, h h) error { return second(h.CompactChanges(c, noon.Add(time.Minute))) }},
		{"delete the account", false, true, func(c c, h h) error { return h.DeleteAccount(c) }},
	}
}

func second[T any](_ T, err error) error { return err }
