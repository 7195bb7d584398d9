package main

import (
	"context"
	"fmt"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// action is a call that clients make. Either read or write is set.
type action struct {
	name   string
	weight int
	read   func(ctx context.Context, c *client, p *place) error
	write  func(ctx context.Context, c *client, p *place, because roster.CommonOption) (promise, error)
}

// about converts a result to the promise that the settlement checks.
func about(r roster.Result, err error) (promise, error) {
	if err != nil {
		return promise{}, err
	}
	return promise{revision: r.Revision, user: &r.User}, nil
}

var actions = []action{
	{name: "transfer", weight: 30, write: func(ctx context.Context, c *client, p *place, because roster.CommonOption) (promise, error) {
		t := roster.TransferParams{
			Amount: dollars(1 + c.random.Int64N(2000)), Key: fmt.Sprintf("%d/%d", c.number, c.asked), Lenient: c.random.IntN(4) == 0,
		}
		if c.random.IntN(3) == 0 {
			t.Amount = t.Amount.Neg()
		}
		for range 1 + c.random.IntN(4) {
			t.Users = append(t.Users, c.one(p))
		}
		r, err := p.handle.Transfer(ctx, t, because)
		if err == nil {
			p.remember(r.Transfer.ID)
		}
		return promise{revision: r.Revision, money: true, again: &t}, err
	}},
	{name: "fund", weight: 2, write: func(ctx context.Context, c *client, p *place, because roster.CommonOption) (promise, error) {
		r, err := p.handle.Fund(ctx, roster.FundParams{Amount: dollars(1 + c.random.Int64N(5000))}, because)
		return promise{revision: r.Revision, money: true}, err
	}},
	{name: "reverse", weight: 3, write: func(ctx context.Context, c *client, p *place, because roster.CommonOption) (promise, error) {
		list := p.recent()
		if len(list) == 0 {
			return promise{}, storage.ErrNotFound
		}
		r, err := p.handle.Reverse(ctx, roster.ReverseParams{TransferID: list[c.random.IntN(len(list))]}, because)
		return promise{revision: r.Revision, money: true}, err
	}},
	{name: "exchange", weight: 20, write: func(ctx context.Context, c *client, p *place, because roster.CommonOption) (promise, error) {
		u, err := p.handle.Get(ctx, c.one(p))
		if err != nil {
			return promise{}, err
		}
		note := user.Patch{CustomData: user.Set(fmt.Sprintf("%d/%d", c.number, c.asked))}
		return about(p.handle.Patch(ctx, u.ID, note, because, roster.IfVersion(u.Version)))
	}},
	{name: "patch", weight: 8, write: func(ctx context.Context, c *client, p *place, because roster.CommonOption) (promise, error) {
		return about(p.handle.Patch(ctx, c.one(p), user.Patch{
			Description: user.Set(fmt.Sprintf("%d/%d", c.number, c.asked)), Status: user.Set(user.Ready),
			Skills: user.Set(user.IDSetOf(user.SkillID(1 + c.random.IntN(9)))), MaxChats: user.Set(c.random.IntN(5)),
		}, because))
	}},
	{name: "roles", weight: 2, write: func(ctx context.Context, c *client, p *place, because roster.CommonOption) (promise, error) {
		r, err := p.handle.SetRoles(ctx, c.one(p), user.RolesOf(user.Supervisor, user.Agent), because)
		if err == nil && r.Changed == 0 {
			return promise{}, roster.ErrStale // nothing happened, so nothing is to be found
		}
		return about(r, err)
	}},
	{name: "create", weight: 4, write: func(ctx context.Context, c *client, p *place, because roster.CommonOption) (promise, error) {
		given, err := about(p.handle.Create(ctx, agent(fmt.Sprint("login", c.random.IntN(500))), because))
		if err == nil {
			p.meet(given.user.ID)
		}
		return given, err
	}},
	{name: "delete", weight: 2, write: func(ctx context.Context, c *client, p *place, because roster.CommonOption) (promise, error) {
		return about(p.handle.Delete(ctx, c.one(p), because))
	}},
	{name: "restore", weight: 4, write: func(ctx context.Context, c *client, p *place, because roster.CommonOption) (promise, error) {
		return about(p.handle.Restore(ctx, c.one(p), because))
	}},
	{name: "reserve", weight: 5, write: func(ctx context.Context, c *client, p *place, because roster.CommonOption) (promise, error) {
		id := c.one(p)
		if c.random.IntN(3) == 0 {
			id = 0
		}
		return about(p.handle.Reserve(ctx, id, "chat", because))
	}},
	{name: "release", weight: 4, write: func(ctx context.Context, c *client, p *place, because roster.CommonOption) (promise, error) {
		return about(p.handle.Release(ctx, c.one(p), "chat", because))
	}},
	{name: "get", weight: 10, read: func(ctx context.Context, c *client, p *place) error {
		_, err := p.handle.Get(ctx, c.one(p))
		return err
	}},
	{name: "find", weight: 4, read: func(ctx context.Context, c *client, p *place) error {
		_, err := p.handle.Find(ctx, user.KeyLogin, fmt.Sprint("agent", c.random.IntN(crew)))
		return err
	}},
	{name: "search", weight: 4, read: func(ctx context.Context, c *client, p *place) error {
		_, err := p.handle.List(ctx, roster.ListParams{
			Query: storage.Query{Text: fmt.Sprint("gent", c.random.IntN(10)), Order: storage.OrderByLogin}, Total: true, Balances: true,
		})
		return err
	}},
	{name: "count", weight: 2, read: func(ctx context.Context, c *client, p *place) error {
		_, err := p.handle.Count(ctx, roster.ListParams{Query: storage.Query{Skill: user.SkillID(1 + c.random.IntN(9))}})
		return err
	}},
	{name: "statement", weight: 2, read: func(ctx context.Context, c *client, p *place) error {
		_, err := p.handle.Statement(ctx, balance.Account, storage.EntryID{}, 20)
		return err
	}},
	{name: "balances", weight: 4, read: func(ctx context.Context, c *client, p *place) error {
		_, err := p.handle.Balances(ctx, c.one(p), c.one(p))
		return err
	}},
}

var weights = func() (sum int) {
	for _, a := range actions {
		sum += a.weight
	}
	return sum
}()
