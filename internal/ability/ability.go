// Package ability is the table of all calls of a roster.Handle, each with arguments that succeed in
// an account that Populate made. Tests use it to say something about every call: that it is whole
// if the storage fails, that it refuses strangers, that it takes its options.
//
// The tests of the root package, storage/internal/faulttest and internal/systemtest/soak use it.
// Only tests import it.
package ability

import (
	"context"
	"errors"
	"iter"
	"strings"
	"time"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// Kind says what a call does, and who may make it.
type Kind uint8

// The kinds of calls.
const (
	Read      Kind = iota // it changes nothing
	Write                 // it writes, and takes the options of roster.CallOption or roster.CommonOption
	HostRead              // a Read that only the system actor may make
	HostWrite             // a write without options that only the system actor may make
)

// Reads reports whether the call changes nothing.
func (k Kind) Reads() bool { return k == Read || k == HostRead }

// Host reports whether only the system actor may make the call.
func (k Kind) Host() bool { return k == HostRead || k == HostWrite }

// Ability is a call of a roster.Handle. Its name is that of the method; a suffix distinguishes two
// calls of one method.
type Ability struct {
	Name   string
	Target user.ID // the user that the call is about; 0: none
	Kind   Kind
	Do     func(ctx context.Context, h roster.Handle, id user.ID, opts ...roster.CallOption) (any, error)
}

// Prepare does what the account needs before the call can succeed and write something. host must be
// of the system actor.
func (a Ability) Prepare(ctx context.Context, host roster.Handle) (err error) {
	switch a.Name {
	case "ReserveAnybody": // which chooses among the users without a reservation
		_, err = host.Release(ctx, Agent, "chat")
	case "UnlockStatus":
		_, err = host.LockStatus(ctx, Agent, user.DND)
	case "ReplayDeadLetter", "ReplayDeadLetterInVain", "DeleteDeadLetter", "DeadLetters", "DeleteDelivery", "Deliveries":
		err = roster.Deliver(ctx, host, consumer, func(_ context.Context, c storage.Change) error {
			if c.ID == letter {
				return errors.New("refused")
			}
			return roster.ErrStopDelivery
		}, roster.DeliverOptions{Attempts: 1})
		if errors.Is(err, roster.ErrStopDelivery) {
			err = nil
		}
	}
	return err
}

// consumer is the delivery that Prepare makes, and letter the change of its dead letter.
const consumer = "consumer"

// letter is the first change of the account.
var letter = storage.ChangeID{Revision: 1}

// replay hands letter out again to a handler that returns err.
func replay(ctx context.Context, h roster.Handle, err error) error {
	return h.ReplayDeadLetter(ctx, consumer, letter, func(context.Context, storage.Change) error { return err })
}

// Common converts options for a call that takes only CommonOptions. It panics for another option.
func Common(opts []roster.CallOption) (list []roster.CommonOption) {
	for _, o := range opts {
		list = append(list, o.(roster.CommonOption))
	}
	return list
}

func first[T any](seq iter.Seq2[T, error]) (any, error) {
	for v, err := range seq {
		return v, err
	}
	return nil, nil
}

// All returns an Ability for each call of a roster.Handle.
func All() []Ability {
	type (
		c = context.Context
		h = roster.Handle
		o = roster.CallOption
	)
	waiting := user.Statistic{Name: "waiting"}
	return []Ability{
		{"Get", Agent, Read, func(c c, h h, id user.ID, _ ...o) (any, error) { return h.Get(c, id) }},
		{"GetDeleted", Gone, Read, func(c c, h h, id user.ID, _ ...o) (any, error) { return h.GetDeleted(c, id) }},
		{"GetMany", Agent, Read, func(c c, h h, id user.ID, _ ...o) (any, error) { return h.GetMany(c, id) }},
		{"Check", Agent, Read, func(c c, h h, id user.ID, _ ...o) (any, error) {
			return nil, h.Check(c, permission.UserRead, id)
		}},
		{"Settings", Agent, Read, func(c c, h h, id user.ID, _ ...o) (any, error) { return h.Settings(c, id) }},
		{"Views", Agent, Read, func(c c, h h, id user.ID, _ ...o) (any, error) { return h.Views(c, id) }},
		{"Balances", Agent, Read, func(c c, h h, id user.ID, _ ...o) (any, error) { return h.Balances(c, id) }},
		{"Export", Agent, Read, func(c c, h h, id user.ID, _ ...o) (any, error) {
			var b strings.Builder
			err := h.Export(c, id, &b)
			return b.String(), err
		}},
		{"Statement", Agent, Read, func(c c, h h, id user.ID, _ ...o) (any, error) {
			return h.Statement(c, balance.HolderOf(id), storage.EntryID{}, 0)
		}},
		{"Find", 0, Read, func(c c, h h, _ user.ID, _ ...o) (any, error) { return h.Find(c, user.KeyLogin, "agent") }},
		{"List", 0, Read, func(c c, h h, _ user.ID, _ ...o) (any, error) {
			return h.List(c, roster.ListParams{Total: true, Balances: true})
		}},
		{"Count", 0, Read, func(c c, h h, _ user.ID, _ ...o) (any, error) { return h.Count(c, roster.ListParams{}) }},
		{"All", 0, Read, func(c c, h h, _ user.ID, _ ...o) (any, error) { return first(h.All(c, roster.ListParams{})) }},
		{"Account", 0, Read, func(c c, h h, _ user.ID, _ ...o) (any, error) { return h.Account(c) }},
		{"Balance", 0, Read, func(c c, h h, _ user.ID, _ ...o) (any, error) { return h.Balance(c) }},
		{"GetTransfer", 0, Read, func(c c, h h, _ user.ID, _ ...o) (any, error) { return h.GetTransfer(c, 1) }},
		{"Transfers", 0, Read, func(c c, h h, _ user.ID, _ ...o) (any, error) {
			return h.Transfers(c, roster.TransferListParams{})
		}},
		{"Reference", 0, Read, func(c c, h h, _ user.ID, _ ...o) (any, error) {
			return h.Reference(c, user.ReferenceSkill, 7)
		}},
		{"ReferenceByName", 0, Read, func(c c, h h, _ user.ID, _ ...o) (any, error) {
			return h.ReferenceByName(c, user.ReferenceSkill, "Dutch")
		}},
		{"References", 0, Read, func(c c, h h, _ user.ID, _ ...o) (any, error) {
			return h.References(c, user.ReferenceSkill, 0, 0)
		}},
		{"Changes", 0, Read, func(c c, h h, _ user.ID, _ ...o) (any, error) {
			return h.Changes(c, storage.ChangeQuery{})
		}},
		{"Watch", 0, Read, func(c c, h h, _ user.ID, _ ...o) (any, error) { return first(h.Watch(c, storage.ChangeID{})) }},
		{"Revision", 0, Read, func(c c, h h, _ user.ID, _ ...o) (any, error) { return h.Revision(c) }},
		{"ConfigRevision", 0, Read, func(c c, h h, _ user.ID, _ ...o) (any, error) { return h.ConfigRevision(c) }},

		{"UpdateAccount", 0, Write, func(c c, h h, _ user.ID, o ...o) (any, error) {
			return h.UpdateAccount(c, user.Account{Currency: "USD", Name: "Acme"}, Common(o)...)
		}},
		{"PutReference", 0, Write, func(c c, h h, _ user.ID, o ...o) (any, error) {
			return h.PutReference(c, user.Reference{Kind: user.ReferenceSkill, Name: "German"}, Common(o)...)
		}},
		{"DeleteReference", 0, Write, func(c c, h h, _ user.ID, o ...o) (any, error) {
			return nil, h.DeleteReference(c, user.ReferenceSkill, 7, Common(o)...)
		}},
		{"Create", 0, Write, func(c c, h h, _ user.ID, o ...o) (any, error) {
			return h.Create(c, roster.CreateParams{User: user.User{Identity: user.Identity{Login: "new"}}}, o...)
		}},
		{"CreateMany", 0, Write, func(c c, h h, _ user.ID, o ...o) (any, error) {
			u := user.User{Identity: user.Identity{Login: "new"}}
			return h.CreateMany(c, []roster.CreateParams{{User: u, Password: newPhrase}}, o...)
		}},
		{"Import", 0, Write, func(c c, h h, _ user.ID, o ...o) (any, error) {
			r, err := h.Import(c, strings.NewReader("identity.login\nnew\n"), roster.ImportParams{}, Common(o)...)
			r.Written = 0 // which a dry run has not
			return r, err
		}},
		{"Fund", 0, Write, func(c c, h h, _ user.ID, o ...o) (any, error) {
			return h.Fund(c, roster.FundParams{Amount: Dollars("1.00"), Key: "k2"}, Common(o)...)
		}},
		{"Reverse", 0, Write, func(c c, h h, _ user.ID, o ...o) (any, error) {
			return h.Reverse(c, roster.ReverseParams{TransferID: 2, Key: "k3"}, Common(o)...)
		}},
		{"DeleteAll", 0, Write, func(c c, h h, _ user.ID, o ...o) (any, error) {
			return h.DeleteAll(c, roster.ListParams{}, []user.ID{Boss}, o...)
		}},
		{"TransferToAll", 0, Write, func(c c, h h, _ user.ID, o ...o) (any, error) {
			return h.Transfer(c, roster.TransferParams{All: true, Amount: Dollars("1.00")}, Common(o)...)
		}},
		{"RefreshTab", 0, Write, func(c c, h h, _ user.ID, o ...o) (any, error) {
			return h.RefreshTab(c, "inbox", Common(o)...)
		}},
		{"ReserveAnybody", 0, Write, func(c c, h h, _ user.ID, o ...o) (any, error) {
			return h.Reserve(c, 0, "chat", o...)
		}},

		{"Patch", Agent, Write, func(c c, h h, id user.ID, o ...o) (any, error) {
			return h.Patch(c, id, user.Patch{LastName: user.Set("Agent")}, o...)
		}},
		{"Replace", Agent, Write, func(c c, h h, id user.ID, o ...o) (any, error) {
			return h.Replace(c, id, user.User{Identity: user.Identity{Login: "agent"}}, 0, o...)
		}},
		{"Edit", Agent, Write, func(c c, h h, id user.ID, o ...o) (any, error) {
			e := roster.Edit{ID: id, Patch: user.Patch{LastName: user.Set("Agent")}}
			e.Password = &roster.PasswordChange{New: newPhrase}
			return h.Edit(c, []roster.Edit{e}, o...)
		}},
		{"ResetPassword", Agent, Write, func(c c, h h, id user.ID, o ...o) (any, error) {
			return h.ResetPassword(c, id, roster.PasswordChange{New: newPhrase}, o...)
		}},
		{"SetRoles", Agent, Write, func(c c, h h, id user.ID, o ...o) (any, error) {
			return h.SetRoles(c, id, user.RolesOf(user.Supervisor), o...)
		}},
		{"Disable", Agent, Write, func(c c, h h, id user.ID, o ...o) (any, error) { return h.Disable(c, id, o...) }},
		{"Delete", Agent, Write, func(c c, h h, id user.ID, o ...o) (any, error) { return h.Delete(c, id, o...) }},
		{"DeleteMany", Agent, Write, func(c c, h h, id user.ID, o ...o) (any, error) {
			return h.DeleteMany(c, []user.ID{id}, o...)
		}},
		{"Restore", Gone, Write, func(c c, h h, id user.ID, o ...o) (any, error) { return h.Restore(c, id, o...) }},
		{"Erase", Agent, Write, func(c c, h h, id user.ID, o ...o) (any, error) { return h.Erase(c, id, o...) }},
		{"SetStatus", Agent, Write, func(c c, h h, id user.ID, o ...o) (any, error) {
			return h.SetStatus(c, id, user.DND, 3, o...)
		}},
		{"LockStatus", Agent, Write, func(c c, h h, id user.ID, o ...o) (any, error) {
			return h.LockStatus(c, id, user.DND, o...)
		}},
		{"UnlockStatus", Agent, Write, func(c c, h h, id user.ID, o ...o) (any, error) {
			return h.UnlockStatus(c, id, o...)
		}},
		{"Reserve", Agent, Write, func(c c, h h, id user.ID, o ...o) (any, error) {
			return h.Reserve(c, id, "chat", o...)
		}},
		{"Release", Agent, Write, func(c c, h h, id user.ID, o ...o) (any, error) {
			return h.Release(c, id, "chat", o...)
		}},
		{"SetView", Agent, Write, func(c c, h h, id user.ID, o ...o) (any, error) {
			return h.SetView(c, id, 2, true, o...)
		}},
		{"AddStatistic", Agent, Write, func(c c, h h, id user.ID, o ...o) (any, error) {
			return h.AddStatistic(c, id, user.Statistic{Name: "calls"}, o...)
		}},
		{"WatchStatistic", Agent, Write, func(c c, h h, id user.ID, o ...o) (any, error) {
			return h.WatchStatistic(c, id, waiting, true, o...)
		}},
		{"DeleteStatistic", Agent, Write, func(c c, h h, id user.ID, o ...o) (any, error) {
			return h.DeleteStatistic(c, id, waiting, o...)
		}},
		{"SetCampaign", Agent, Write, func(c c, h h, id user.ID, o ...o) (any, error) {
			return h.SetCampaign(c, id, user.Campaign{Name: "spring"}, o...)
		}},
		{"RequestActivation", Agent, Write, func(c c, h h, id user.ID, o ...o) (any, error) {
			return h.RequestActivation(c, id, o...)
		}},
		{"Transfer", Agent, Write, func(c c, h h, id user.ID, o ...o) (any, error) {
			return h.Transfer(c, roster.TransferParams{Users: []user.ID{id}, Amount: Dollars("1.00"), Key: "k4"}, Common(o)...)
		}},

		{"Deliveries", 0, HostRead, func(c c, h h, _ user.ID, _ ...o) (any, error) { return h.Deliveries(c, "", 0) }},
		{"DeadLetters", 0, HostRead, func(c c, h h, _ user.ID, _ ...o) (any, error) {
			return h.DeadLetters(c, consumer, storage.ChangeID{}, 0)
		}},
		{"ReplayDeadLetter", 0, HostWrite, func(c c, h h, _ user.ID, _ ...o) (any, error) {
			return nil, replay(c, h, nil)
		}},
		{"ReplayDeadLetterInVain", 0, HostWrite, func(c c, h h, _ user.ID, _ ...o) (any, error) {
			away := errors.New("away")
			err := replay(c, h, away)
			if err == away { // without an error of the storage beside it
				err = nil
			}
			return nil, err
		}},
		{"DeleteDeadLetter", 0, HostWrite, func(c c, h h, _ user.ID, _ ...o) (any, error) {
			return nil, h.DeleteDeadLetter(c, consumer, letter)
		}},
		{"DeleteDelivery", 0, HostWrite, func(c c, h h, _ user.ID, _ ...o) (any, error) {
			return nil, h.DeleteDelivery(c, consumer)
		}},
		{"CompactChanges", 0, HostWrite, func(c c, h h, _ user.ID, _ ...o) (any, error) {
			a, err := h.Account(c)
			if err != nil {
				return nil, err
			}
			return h.CompactChanges(c, a.Created.Add(time.Second))
		}},
		{"DeleteAccount", 0, HostWrite, func(c c, h h, _ user.ID, _ ...o) (any, error) { return nil, h.DeleteAccount(c) }},
	}
}
