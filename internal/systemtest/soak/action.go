package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/internal/ability"
	"github.com/ca74b63c/roster/user"
)

// action is a call that clients make.
type action func(ctx context.Context, c *client, p *place, because roster.CommonOption) (promise, error)

// about converts a result to the promise that the settlement checks. A call that changed nothing
// becomes roster.ErrStale, because it leaves nothing to be found.
func about(r roster.Result, err error) (promise, error) {
	switch {
	case err != nil:
		return promise{}, err
	case r.Changed == 0:
		return promise{}, roster.ErrStale
	}
	return promise{revision: r.Revision, user: &r.User}, nil
}

func often(n int, a action) []action { return slices.Repeat([]action{a}, n) }

// drawn has each action as often as clients make it, of a hundred and ten calls.
var drawn = slices.Concat(
	often(30, func(ctx context.Context, c *client, p *place, because roster.CommonOption) (promise, error) {
		t := roster.TransferParams{Amount: dollars(1 + c.random.Int64N(2000)), Key: c.call(), Lenient: c.random.IntN(4) == 0}
		if c.random.IntN(3) == 0 {
			t.Amount = t.Amount.Neg()
		}
		for range 1 + c.random.IntN(4) {
			t.Users = append(t.Users, c.one(p))
		}
		r, err := p.handle.Transfer(ctx, t, because)
		if err == nil {
			p.locked(func() { p.last = r.Transfer.ID })
		}
		return promise{revision: r.Revision, money: true, again: &t}, err
	}),
	often(2, func(ctx context.Context, c *client, p *place, because roster.CommonOption) (promise, error) {
		r, err := p.handle.Fund(ctx, roster.FundParams{Amount: dollars(1 + c.random.Int64N(5000))}, because)
		return promise{revision: r.Revision, money: true}, err
	}),
	often(3, func(ctx context.Context, c *client, p *place, because roster.CommonOption) (promise, error) {
		var back roster.ReverseParams
		p.locked(func() { back.TransferID = p.last - balance.TransferID(c.random.IntN(50)) })
		r, err := p.handle.Reverse(ctx, back, because)
		return promise{revision: r.Revision, money: true}, err
	}),
	often(20, func(ctx context.Context, c *client, p *place, because roster.CommonOption) (promise, error) {
		u, err := p.handle.Get(ctx, c.one(p))
		if err != nil {
			return promise{}, err
		}
		note := user.Patch{CustomData: user.Set(c.call())}
		return about(p.handle.Patch(ctx, u.ID, note, because, roster.IfVersion(u.Version)))
	}),
	often(8, func(ctx context.Context, c *client, p *place, because roster.CommonOption) (promise, error) {
		return about(p.handle.Patch(ctx, c.one(p), user.Patch{
			Description: user.Set(c.call()), Status: user.Set(user.Ready), MaxChats: user.Set(c.random.IntN(5)),
			Skills: user.Set(user.IDSetOf(user.SkillID(1 + c.random.IntN(9)))),
		}, because))
	}),
	often(4, func(ctx context.Context, c *client, p *place, because roster.CommonOption) (promise, error) {
		given, err := about(p.handle.Create(ctx, agent(fmt.Sprint("login", c.random.IntN(500))), because))
		if err == nil {
			p.locked(func() { p.ids = append(p.ids, given.user.ID) })
		}
		return given, err
	}),
	often(18, func(ctx context.Context, c *client, p *place, because roster.CommonOption) (promise, error) {
		v, err := writes[c.random.IntN(len(writes))].Do(ctx, p.handle, c.one(p), because)
		r, _ := v.(roster.Result)
		return about(r, err)
	}),
	often(25, func(ctx context.Context, c *client, p *place, _ roster.CommonOption) (promise, error) {
		_, err := reads[c.random.IntN(len(reads))].Do(ctx, p.handle, c.one(p))
		return promise{reads: true}, err
	}),
)

// reads are the calls of users that change nothing. writes are those of the other calls that change
// a single user and return a roster.Result, and that hash no password and erase no change.
var reads, writes = func() (reads, writes []ability.Ability) {
	results := []string{
		"SetRoles", "Delete", "Restore", "Reserve", "ReserveAnybody", "Release", "SetView", "AddStatistic", "DeleteStatistic",
		"SetCampaign",
	}
	for _, a := range ability.All() {
		switch {
		case a.Kind == ability.Read:
			reads = append(reads, a)
		case slices.Contains(results, a.Name):
			writes = append(writes, a)
		}
	}
	return reads, writes
}()
