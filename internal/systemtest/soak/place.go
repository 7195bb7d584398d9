package main

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/user"
)

// place is an account of a round, with the users that clients know and the results that they got.
type place struct {
	id     user.AccountID
	handle roster.Handle
	dir    *roster.Directory

	mu       sync.Mutex
	ids      []user.ID
	last     balance.TransferID // the last transfer
	promises map[string]promise // by the reason of the call
	accepted []string           // calls that should have been refused
}

// promise is the result of one write as its caller saw it.
type promise struct {
	said     verdict
	revision user.Revision // 0: the caller got the result later
	user     *user.User    // the user in the result; nil if there is none
	money    bool
	reads    bool                   // it is no write
	again    *roster.TransferParams // to be asked again
}

// verdict is the outcome of a call as its caller saw it.
type verdict uint8

const (
	done verdict = iota
	refused
	unsure
)

// locked runs the function do while no other goroutine reads or changes what the clients know of
// the account.
func (p *place) locked(do func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	do()
}

// known returns the users that clients can choose for their calls.
func (p *place) known() (ids []user.ID) {
	p.locked(func() { ids = slices.Clip(p.ids) })
	return ids
}

// note stores the result of a write, as its caller saw it, under the reason of the call. It
// replaces an earlier result with the same reason.
func (p *place) note(reason string, given promise) {
	p.locked(func() { p.promises[reason] = given })
}

// accept records a call that should have been refused but was not. checkAccount reports it as a
// loss.
func (p *place) accept(what string) {
	p.locked(func() { p.accepted = append(p.accepted, what) })
}

const (
	crew  = 20        // users of an account at the beginning
	money = 1_000_000 // what it has then, in hundredths
)

// newPlace creates the account id with a currency, some money and some agents, and returns a place
// for it. It returns the first error; if creating the agents fails, it returns the place as well.
func newPlace(ctx context.Context, dir *roster.Directory, id user.AccountID) (*place, error) {
	p := &place{id: id, dir: dir, handle: dir.As(id, roster.SystemActor()), promises: map[string]promise{}}
	because := roster.WithReason("beginning")
	if _, err := p.handle.CreateAccount(ctx, user.Account{Currency: "USD", ReservationTime: time.Hour}, because); err != nil {
		return nil, err
	}
	if _, err := p.handle.Fund(ctx, roster.FundParams{Amount: dollars(money)}, because); err != nil {
		return nil, err
	}
	var list []roster.CreateParams
	for n := range crew {
		list = append(list, agent(fmt.Sprint("agent", n)))
	}
	results, err := p.handle.CreateMany(ctx, list, because)
	for _, r := range results {
		p.ids = append(p.ids, r.User.ID)
	}
	return p, err
}

func agent(login string) roster.CreateParams {
	return roster.CreateParams{User: user.User{
		Identity: user.Identity{Login: login}, Names: user.Names{Display: "Agent " + login},
		Contact:  user.Contact{Email: login + "@example.com"},
		Capacity: user.Capacity{MaxChats: 3}, Presence: user.Presence{Status: user.Ready},
		Access: user.Access{Granted: user.RolesOf(user.Agent)},
	}}
}

func dollars(cents int64) balance.Money {
	m, err := balance.FromUnits(balance.Units(cents*100), "USD")
	if err != nil {
		panic(err) // the amounts here are small
	}
	return m
}
