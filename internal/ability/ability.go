// Package ability is the table of all calls of a roster.Handle, each with arguments that succeed in
// an account that Populate made. Tests use it to say something about every call: that it is whole
// if the storage fails, that it refuses strangers, that it takes its options.
//
// The tests of the root package and storage/internal/faulttest use it. Only tests import it.
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
	do     func(c call) (any, error)
}

// call is what an Ability needs beside its own arguments.
type call struct {
	roster.Handle
	ctx  context.Context
	id   user.ID
	opts []roster.CallOption
}

// common returns the options for a call that takes only CommonOptions.
func (c call) common() []roster.CommonOption { return Common(c.opts) }

// Do makes the call about the user with the id, and returns its result. Calls that are about no
// user ignore id, and calls that take no options ignore opts.
func (a Ability) Do(ctx context.Context, h roster.Handle, id user.ID, opts ...roster.CallOption) (any, error) {
	return a.do(call{h, ctx, id, opts})
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

// Again returns a call that repeats the transfer under the key "k1". It writes nothing.
func Again() Ability {
	return Ability{"TransferAgain", 0, Read, func(c call) (any, error) {
		p := roster.TransferParams{Users: []user.ID{Agent}, Amount: Dollars("5.00"), Key: "k1"}
		return c.Transfer(c.ctx, p)
	}}
}

// All returns an Ability for each call of a roster.Handle.
func All() []Ability {
	waiting := user.Statistic{Name: "waiting"}
	return []Ability{
		{"Get", Agent, Read, func(c call) (any, error) { return c.Get(c.ctx, c.id) }},
		{"GetDeleted", Gone, Read, func(c call) (any, error) { return c.GetDeleted(c.ctx, c.id) }},
		{"GetMany", Agent, Read, func(c call) (any, error) { return c.GetMany(c.ctx, c.id) }},
		{"Check", Agent, Read, func(c call) (any, error) { return nil, c.Check(c.ctx, permission.UserRead, c.id) }},
		{"Settings", Agent, Read, func(c call) (any, error) { return c.Settings(c.ctx, c.id) }},
		{"Views", Agent, Read, func(c call) (any, error) { return c.Views(c.ctx, c.id) }},
		{"Balances", Agent, Read, func(c call) (any, error) { return c.Balances(c.ctx, c.id) }},
		{"Export", Agent, Read, func(c call) (any, error) {
			var b strings.Builder
			err := c.Export(c.ctx, c.id, &b)
			return b.String(), err
		}},
		{"Statement", Agent, Read, func(c call) (any, error) {
			return c.Statement(c.ctx, balance.HolderOf(c.id), storage.EntryID{}, 0)
		}},
		{"Find", 0, Read, func(c call) (any, error) { return c.Find(c.ctx, user.KeyLogin, "agent") }},
		{"List", 0, Read, func(c call) (any, error) {
			return c.List(c.ctx, roster.ListParams{Total: true, Balances: true})
		}},
		{"Count", 0, Read, func(c call) (any, error) { return c.Count(c.ctx, roster.ListParams{}) }},
		{"All", 0, Read, func(c call) (any, error) { return first(c.All(c.ctx, roster.ListParams{})) }},
		{"Account", 0, Read, func(c call) (any, error) { return c.Account(c.ctx) }},
		{"Balance", 0, Read, func(c call) (any, error) { return c.Balance(c.ctx) }},
		{"GetTransfer", 0, Read, func(c call) (any, error) { return c.GetTransfer(c.ctx, 1) }},
		{"Transfers", 0, Read, func(c call) (any, error) { return c.Transfers(c.ctx, roster.TransferListParams{}) }},
		{"Reference", 0, Read, func(c call) (any, error) { return c.Reference(c.ctx, user.ReferenceSkill, 7) }},
		{"ReferenceByName", 0, Read, func(c call) (any, error) {
			return c.ReferenceByName(c.ctx, user.ReferenceSkill, "Dutch")
		}},
		{"References", 0, Read, func(c call) (any, error) { return c.References(c.ctx, user.ReferenceSkill, 0, 0) }},
		{"Changes", 0, Read, func(c call) (any, error) { return c.Changes(c.ctx, storage.ChangeQuery{}) }},
		{"Watch", 0, Read, func(c call) (any, error) { return first(c.Watch(c.ctx, storage.ChangeID{})) }},
		{"Revision", 0, Read, func(c call) (any, error) { return c.Revision(c.ctx) }},
		{"ConfigRevision", 0, Read, func(c call) (any, error) { return c.ConfigRevision(c.ctx) }},

		{"UpdateAccount", 0, Write, func(c call) (any, error) {
			return c.UpdateAccount(c.ctx, user.Account{Currency: "USD", Name: "Acme"}, c.common()...)
		}},
		{"PutReference", 0, Write, func(c call) (any, error) {
			return c.PutReference(c.ctx, user.Reference{Kind: user.ReferenceSkill, Name: "German"}, c.common()...)
		}},
		{"DeleteReference", 0, Write, func(c call) (any, error) {
			return nil, c.DeleteReference(c.ctx, user.ReferenceSkill, 7, c.common()...)
		}},
		{"Create", 0, Write, func(c call) (any, error) {
			return c.Create(c.ctx, roster.CreateParams{User: user.User{Identity: user.Identity{Login: "new"}}}, c.opts...)
		}},
		{"CreateMany", 0, Write, func(c call) (any, error) {
			u := user.User{Identity: user.Identity{Login: "new"}}
			return c.CreateMany(c.ctx, []roster.CreateParams{{User: u, Password: newPhrase}}, c.opts...)
		}},
		{"Import", 0, Write, func(c call) (any, error) {
			r, err := c.Import(c.ctx, strings.NewReader("identity.login\nnew\n"), roster.ImportParams{}, c.common()...)
			r.Written = 0 // which a dry run has not
			return r, err
		}},
		{"Fund", 0, Write, func(c call) (any, error) {
			return c.Fund(c.ctx, roster.FundParams{Amount: Dollars("1.00"), Key: "k2"}, c.common()...)
		}},
		{"Reverse", 0, Write, func(c call) (any, error) {
			return c.Reverse(c.ctx, roster.ReverseParams{TransferID: 2, Key: "k3"}, c.common()...)
		}},
		{"DeleteAll", 0, Write, func(c call) (any, error) {
			return c.DeleteAll(c.ctx, roster.ListParams{}, []user.ID{Boss}, c.opts...)
		}},
		{"TransferToAll", 0, Write, func(c call) (any, error) {
			return c.Transfer(c.ctx, roster.TransferParams{All: true, Amount: Dollars("1.00")}, c.common()...)
		}},
		{"RefreshTab", 0, Write, func(c call) (any, error) { return c.RefreshTab(c.ctx, "inbox", c.common()...) }},
		{"ReserveAnybody", 0, Write, func(c call) (any, error) { return c.Reserve(c.ctx, 0, "chat", c.opts...) }},

		{"Patch", Agent, Write, func(c call) (any, error) {
			return c.Patch(c.ctx, c.id, user.Patch{LastName: user.Set("Agent")}, c.opts...)
		}},
		{"Replace", Agent, Write, func(c call) (any, error) {
			return c.Replace(c.ctx, c.id, user.User{Identity: user.Identity{Login: "agent"}}, 0, c.opts...)
		}},
		{"Edit", Agent, Write, func(c call) (any, error) {
			e := roster.Edit{ID: c.id, Patch: user.Patch{LastName: user.Set("Agent")}}
			e.Password = &roster.PasswordChange{New: newPhrase}
			return c.Edit(c.ctx, []roster.Edit{e}, c.opts...)
		}},
		{"ResetPassword", Agent, Write, func(c call) (any, error) {
			return c.ResetPassword(c.ctx, c.id, roster.PasswordChange{New: newPhrase}, c.opts...)
		}},
		{"SetRoles", Agent, Write, func(c call) (any, error) {
			return c.SetRoles(c.ctx, c.id, user.RolesOf(user.Supervisor), c.opts...)
		}},
		{"Disable", Agent, Write, func(c call) (any, error) { return c.Disable(c.ctx, c.id, c.opts...) }},
		{"Delete", Agent, Write, func(c call) (any, error) { return c.Delete(c.ctx, c.id, c.opts...) }},
		{"DeleteMany", Agent, Write, func(c call) (any, error) {
			return c.DeleteMany(c.ctx, []user.ID{c.id}, c.opts...)
		}},
		{"Restore", Gone, Write, func(c call) (any, error) { return c.Restore(c.ctx, c.id, c.opts...) }},
		{"Erase", Agent, Write, func(c call) (any, error) { return c.Erase(c.ctx, c.id, c.opts...) }},
		{"SetStatus", Agent, Write, func(c call) (any, error) {
			return c.SetStatus(c.ctx, c.id, user.DND, 3, c.opts...)
		}},
		{"LockStatus", Agent, Write, func(c call) (any, error) {
			return c.LockStatus(c.ctx, c.id, user.DND, c.opts...)
		}},
		{"UnlockStatus", Agent, Write, func(c call) (any, error) { return c.UnlockStatus(c.ctx, c.id, c.opts...) }},
		{"Reserve", Agent, Write, func(c call) (any, error) { return c.Reserve(c.ctx, c.id, "chat", c.opts...) }},
		{"Release", Agent, Write, func(c call) (any, error) { return c.Release(c.ctx, c.id, "chat", c.opts...) }},
		{"SetView", Agent, Write, func(c call) (any, error) { return c.SetView(c.ctx, c.id, 2, true, c.opts...) }},
		{"AddStatistic", Agent, Write, func(c call) (any, error) {
			return c.AddStatistic(c.ctx, c.id, user.Statistic{Name: "calls"}, c.opts...)
		}},
		{"WatchStatistic", Agent, Write, func(c call) (any, error) {
			return c.WatchStatistic(c.ctx, c.id, waiting, true, c.opts...)
		}},
		{"DeleteStatistic", Agent, Write, func(c call) (any, error) {
			return c.DeleteStatistic(c.ctx, c.id, waiting, c.opts...)
		}},
		{"SetCampaign", Agent, Write, func(c call) (any, error) {
			return c.SetCampaign(c.ctx, c.id, user.Campaign{Name: "spring"}, c.opts...)
		}},
		{"RequestActivation", Agent, Write, func(c call) (any, error) {
			return c.RequestActivation(c.ctx, c.id, c.opts...)
		}},
		{"Transfer", Agent, Write, func(c call) (any, error) {
			return c.Transfer(c.ctx, roster.TransferParams{Users: []user.ID{c.id}, Amount: Dollars("1.00"), Key: "k4"}, c.common()...)
		}},

		{"Deliveries", 0, HostRead, func(c call) (any, error) { return c.Deliveries(c.ctx, "", 0) }},
		{"DeadLetters", 0, HostRead, func(c call) (any, error) {
			return c.DeadLetters(c.ctx, consumer, storage.ChangeID{}, 0)
		}},
		{"ReplayDeadLetter", 0, HostWrite, func(c call) (any, error) { return nil, replay(c.ctx, c.Handle, nil) }},
		{"ReplayDeadLetterInVain", 0, HostWrite, func(c call) (any, error) {
			away := errors.New("away")
			err := replay(c.ctx, c.Handle, away)
			if err == away { // without an error of the storage beside it
				err = nil
			}
			return nil, err
		}},
		{"DeleteDeadLetter", 0, HostWrite, func(c call) (any, error) {
			return nil, c.DeleteDeadLetter(c.ctx, consumer, letter)
		}},
		{"DeleteDelivery", 0, HostWrite, func(c call) (any, error) { return nil, c.DeleteDelivery(c.ctx, consumer) }},
		{"CompactChanges", 0, HostWrite, func(c call) (any, error) {
			a, err := c.Account(c.ctx)
			if err != nil {
				return nil, err
			}
			return c.CompactChanges(c.ctx, a.Created.Add(time.Second))
		}},
		{"DeleteAccount", 0, HostWrite, func(c call) (any, error) { return nil, c.DeleteAccount(c.ctx) }},
	}
}
