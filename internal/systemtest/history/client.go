package history

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// What the callers contend for.
const (
	logins  = 10 // in each account
	most    = 2_000
	channel = "chat"
)

// sharedAccount is an account and the users that clients know.
type sharedAccount struct {
	handle roster.Handle

	mu  sync.Mutex
	ids []user.ID
}

// add adds the id of a user, which a call created or showed, to the ids of the account. It does
// nothing if the id is there. Concurrent calls are safe.
func (p *sharedAccount) add(id user.ID) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !slices.Contains(p.ids, id) {
		p.ids = append(p.ids, id)
	}
}

// userIDs returns the ids of the users that were added so far.
func (p *sharedAccount) userIDs() []user.ID {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clip(p.ids)
}

// client is one caller. It makes one call after another.
type client struct {
	number int
	random *rand.Rand
	shared []*sharedAccount
	asked  int
	seen   map[[2]int64]user.Revision // the versions of users that the client saw, by account and id
	again  *operation                 // a transfer of unknown outcome, to be asked again under its key
}

// draw returns the next call of the client, with a new reason. If an earlier transfer with an
// idempotency key had an unknown outcome, draw returns that transfer again. Otherwise the account,
// the kind of the call and the arguments are random.
func (c *client) draw() operation {
	c.asked++
	o := operation{reason: fmt.Sprintf("%d-%d", c.number, c.asked)}
	if c.again != nil {
		again := *c.again
		again.reason, c.again = o.reason, nil
		return again
	}
	o.kind, o.account = c.kind(), c.random.IntN(len(c.shared))
	ids := c.shared[o.account].userIDs()
	login := fmt.Sprintf("login%d", c.random.IntN(logins))
	switch o.kind {
	case get, remove, restore, release:
		o.id = c.one(ids)
	case find:
		o.login = login
	case create:
		o.login, o.max = login, 1+c.random.IntN(2)
	case patch:
		o.id, o.note = c.one(ids), o.reason
		if v, ok := c.seen[[2]int64{int64(o.account), int64(o.id)}]; ok && c.random.IntN(2) == 0 {
			o.version = v
		}
		if c.random.IntN(3) == 0 {
			o.max = 1 + c.random.IntN(2)
		}
	case rename:
		o.id, o.login = c.one(ids), login
	case reserve:
		if c.random.IntN(3) > 0 {
			o.id = c.one(ids)
		}
	case fund:
		o.amount = 1 + c.random.Int64N(most)
	case transfer:
		o.users = c.some(ids)
		if o.amount = 1 + c.random.Int64N(most); c.random.IntN(3) == 0 {
			o.amount = -o.amount
		}
		o.lenient = c.random.IntN(4) == 0
		if c.random.IntN(3) > 0 {
			o.key = o.reason
			if c.random.IntN(20) == 0 {
				o.key = fmt.Sprint("common ", c.random.IntN(3)) // used before, perhaps for something else
			}
		}
	case balances:
		o.users = c.some(ids)
	}
	return o
}

func (c *client) kind() kind {
	sum := 0
	for _, k := range kinds {
		sum += k.weight
	}
	n := c.random.IntN(sum)
	for k := range kinds {
		if n -= kinds[k].weight; n < 0 {
			return kind(k)
		}
	}
	return get
}

// one returns a random id of ids. It picks one of the first three ids in half of the cases, so that
// clients compete for these users. In one of fifty cases, and if ids is empty, one returns
// 1,000,000, the id of no user.
func (c *client) one(ids []user.ID) user.ID {
	if len(ids) == 0 || c.random.IntN(50) == 0 {
		return 1_000_000
	}
	if c.random.IntN(2) == 0 {
		ids = ids[:min(len(ids), 3)]
	}
	return ids[c.random.IntN(len(ids))]
}

// some returns one to three different ids in ascending order. The method one draws each of them
// from ids. In about one of fifty draws it returns an id that no user has.
func (c *client) some(ids []user.ID) []user.ID {
	var list []user.ID
	for range 1 + c.random.IntN(3) {
		list = append(list, c.one(ids))
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// remember stores what later calls of the client need: the ids and versions of the users in the
// result a, and the transfer o if it has a key and its outcome is unknown.
func (c *client) remember(o operation, a answer) {
	for _, p := range a.people {
		c.shared[o.account].add(p.id)
		c.seen[[2]int64{int64(o.account), int64(p.id)}] = p.version
	}
	if a.fault == unknown && o.key != "" {
		c.again = &o
	}
}

// ask calls the method of h that the operation o describes, and returns the method's result and
// error. Changes get the reason of o. If the method fails, the result contains the known error and
// the id or version that the error names (see refusal).
func ask(ctx context.Context, h roster.Handle, o operation) (a answer, err error) {
	because := roster.WithReason(o.reason)
	changed := func(r roster.Result, err error) error {
		a.revision, a.people = r.Revision, []person{personOf(r.User)}
		return err
	}
	switch o.kind {
	case get:
		err = one(&a)(h.Get(ctx, o.id))
	case find:
		err = one(&a)(h.Find(ctx, user.KeyLogin, o.login))
	case list:
		var page roster.Page
		page, err = h.List(ctx, roster.ListParams{
			Query: storage.Query{Deleted: storage.WithDeleted, Limit: storage.MaxPage}, Balances: true,
		})
		a.revision = page.Revision
		for i, u := range page.Users {
			p := personOf(u)
			if page.Balances != nil {
				p.funds = cents(page.Balances[i].Own)
			}
			a.people = append(a.people, p)
		}
	case create:
		err = changed(h.Create(ctx, roster.CreateParams{User: user.User{
			ID: o.id, Identity: user.Identity{Login: o.login}, Capacity: user.Capacity{MaxChats: o.max},
			Access: user.Access{Granted: user.RolesOf(user.Agent)}, Presence: user.Presence{Status: user.Ready},
		}}, because))
	case patch:
		p := user.Patch{Description: user.Set(o.note)}
		if o.max != 0 {
			p.MaxChats, p.Status = user.Set(o.max), user.Set(user.Ready)
		}
		options := []roster.CallOption{because}
		if o.version != 0 {
			options = append(options, roster.IfVersion(o.version))
		}
		err = changed(h.Patch(ctx, o.id, p, options...))
	case rename:
		err = changed(h.Patch(ctx, o.id, user.Patch{Login: user.Set(o.login)}, because))
	case remove:
		err = changed(h.Delete(ctx, o.id, because))
	case restore:
		err = changed(h.Restore(ctx, o.id, because))
	case reserve:
		err = changed(h.Reserve(ctx, o.id, channel, because))
	case release:
		err = changed(h.Release(ctx, o.id, channel, because))
	case fund:
		err = moved(&a)(h.Fund(ctx, roster.FundParams{Amount: dollars(o.amount)}, because))
	case transfer:
		err = moved(&a)(h.Transfer(ctx, roster.TransferParams{
			Users: o.users, Amount: dollars(o.amount), Lenient: o.lenient, Key: o.key,
		}, because))
	case balances:
		var funds []roster.UserBalance
		funds, err = h.Balances(ctx, o.users...)
		for i, f := range funds {
			a.after = append(a.after, holding{o.users[i], cents(f.Own)})
		}
	}
	if err != nil {
		return refusal(err), err
	}
	return a, nil
}

func one(a *answer) func(user.User, error) error {
	return func(u user.User, err error) error {
		a.people = []person{personOf(u)}
		return err
	}
}

func moved(a *answer) func(roster.Receipt, error) error {
	return func(r roster.Receipt, err error) error {
		a.revision, a.funds, a.replayed = r.Revision, cents(r.Account), r.Replayed
		for _, p := range r.Transfer.Postings {
			id, ok := p.User()
			switch {
			case !ok:
			case p.To == balance.HolderOf(id):
				a.after = append(a.after, holding{id, int64(p.ToAfter) / unitsPerCent})
			default:
				a.after = append(a.after, holding{id, int64(p.FromAfter) / unitsPerCent})
			}
		}
		return err
	}
}

func personOf(u user.User) person {
	return person{
		id: u.ID, version: u.Version, login: u.Identity.Login, note: u.Identity.Description,
		max: u.Capacity.MaxChats, slots: u.Capacity.Reservations.Len(),
		ready: u.Presence.Status == user.Ready, live: u.Live(),
	}
}

// unitsPerCent is the number of balance units in a hundredth of a dollar.
const unitsPerCent = 100

func dollars(cents int64) balance.Money {
	m, err := balance.FromUnits(balance.Units(cents*unitsPerCent), "USD")
	if err != nil {
		panic(err) // the amounts drawn here are small
	}
	return m
}

func cents(m balance.Money) int64 { return int64(m.Units()) / unitsPerCent }

// callContext returns the context of a call, which lasts 30 seconds. In one of thirty cases it ends
// during the call.
func (c *client) callContext(ctx context.Context) (context.Context, context.CancelFunc) {
	if c.random.IntN(30) > 0 {
		return context.WithTimeout(ctx, 30*time.Second)
	}
	return context.WithTimeout(ctx, time.Duration(c.random.IntN(400))*time.Microsecond)
}
