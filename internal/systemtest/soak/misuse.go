package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime/debug"
	"strings"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// misuse makes one random call with an input that must be refused, on the account p. It counts the
// call by its name. If the call succeeds, panics or fails with storage.ErrUnknownOutcome, misuse
// records this as an accepted input. A panic does not end the program. Any other error of the call
// is the expected result. misuse also notes the call as refused, so that a later check finds a
// change of this call.
func (c *client) misuse(p *place) {
	bad := &misuses[c.random.IntN(len(misuses))]
	ctx, cancel := c.patience()
	defer cancel()
	if c.count.bad == nil {
		c.count.bad = map[string]int{}
	}
	c.count.bad[bad.name]++
	reason := fmt.Sprintf("bad %d/%d", c.number, c.asked)
	p.note(reason, promise{said: refused})
	defer func() {
		if thrown := recover(); thrown != nil {
			p.accept(fmt.Sprintf("%s: panic: %v\n%s", bad.name, thrown, debug.Stack()))
		}
	}()
	switch err := bad.call(ctx, p, roster.WithReason(reason)); {
	case err == nil:
		p.accept(bad.name)
	case errors.Is(err, storage.ErrUnknownOutcome):
		p.accept(bad.name + ": it came as far as the commit")
	}
}

// nobody is an id that no user has.
const nobody = user.ID(1 << 40)

func created(h roster.Handle) func(ctx context.Context, n roster.CreateParams, because roster.CommonOption) error {
	return func(ctx context.Context, n roster.CreateParams, because roster.CommonOption) error {
		_, err := h.Create(ctx, n, because)
		return err
	}
}

func patched(ctx context.Context, p *place, id user.ID, patch user.Patch, opts ...roster.CallOption) error {
	_, err := p.handle.Patch(ctx, id, patch, opts...)
	return err
}

func paid(ctx context.Context, p *place, t roster.TransferParams, because roster.CommonOption) error {
	_, err := p.handle.Transfer(ctx, t, because)
	return err
}

func listed(ctx context.Context, p *place, l roster.ListParams) error {
	_, err := p.handle.List(ctx, l)
	return err
}

// misuses are calls that must be refused in every state of the account.
var misuses = []struct {
	name string
	call func(ctx context.Context, p *place, because roster.CommonOption) error
}{
	{"create without a login", func(ctx context.Context, p *place, b roster.CommonOption) error {
		return created(p.handle)(ctx, roster.CreateParams{}, b)
	}},
	{"create with a login of a mebibyte", func(ctx context.Context, p *place, b roster.CommonOption) error {
		return created(p.handle)(ctx, agent(strings.Repeat("a", 1<<20)), b)
	}},
	{"create with a NUL in the login", func(ctx context.Context, p *place, b roster.CommonOption) error {
		return created(p.handle)(ctx, agent("a\x00b"), b)
	}},
	{"create with broken UTF-8", func(ctx context.Context, p *place, b roster.CommonOption) error {
		return created(p.handle)(ctx, agent("a\xff"), b)
	}},
	{"create with an id that is taken", func(ctx context.Context, p *place, b roster.CommonOption) error {
		n := agent("another")
		n.User.ID = p.known()[0]
		return created(p.handle)(ctx, n, b)
	}},
	{"create with a negative id", func(ctx context.Context, p *place, b roster.CommonOption) error {
		n := agent("negative")
		n.User.ID = -1
		return created(p.handle)(ctx, n, b)
	}},
	{"create a thousand and one", func(ctx context.Context, p *place, b roster.CommonOption) error {
		_, err := p.handle.CreateMany(ctx, make([]roster.CreateParams, storage.MaxPage+1), b)
		return err
	}},
	{"create two with one login", func(ctx context.Context, p *place, b roster.CommonOption) error {
		_, err := p.handle.CreateMany(ctx, []roster.CreateParams{agent("twin"), agent("TWIN")}, b)
		return err
	}},
	{"patch with an e-mail that is none", func(ctx context.Context, p *place, b roster.CommonOption) error {
		return patched(ctx, p, p.known()[0], user.Patch{Email: user.Set("a@b@c\r\nBcc: d")}, b)
	}},
	{"patch with fewer chats than none", func(ctx context.Context, p *place, b roster.CommonOption) error {
		return patched(ctx, p, p.known()[0], user.Patch{MaxChats: user.Set(-1)}, b)
	}},
	{"patch with a status that there is not", func(ctx context.Context, p *place, b roster.CommonOption) error {
		return patched(ctx, p, p.known()[0], user.Patch{Status: user.Set(user.Status(200))}, b)
	}},
	{"patch nobody", func(ctx context.Context, p *place, b roster.CommonOption) error {
		return patched(ctx, p, nobody, user.Patch{Description: user.Set("x")}, b)
	}},
	{"patch user 0", func(ctx context.Context, p *place, b roster.CommonOption) error {
		return patched(ctx, p, 0, user.Patch{Description: user.Set("x")}, b)
	}},
	{"patch user -1", func(ctx context.Context, p *place, b roster.CommonOption) error {
		return patched(ctx, p, -1, user.Patch{Description: user.Set("x")}, b)
	}},
	{"patch a version that never was", func(ctx context.Context, p *place, b roster.CommonOption) error {
		return patched(ctx, p, p.known()[0], user.Patch{Description: user.Set("x")}, b, roster.IfVersion(math.MaxInt64))
	}},
	{"patch a revision that never was", func(ctx context.Context, p *place, b roster.CommonOption) error {
		return patched(ctx, p, p.known()[0], user.Patch{Description: user.Set("y")}, b, roster.IfRevision(math.MaxInt64))
	}},
	{"patch for a reason of a thousand characters", func(ctx context.Context, p *place, _ roster.CommonOption) error {
		return patched(ctx, p, p.known()[0], user.Patch{Description: user.Set("x")}, roster.WithReason(strings.Repeat("r", 1000)))
	}},
	{"patch as nobody", func(ctx context.Context, p *place, b roster.CommonOption) error {
		_, err := p.dir.As(p.id, roster.UserActor(nobody)).Patch(ctx, p.known()[0], user.Patch{Description: user.Set("x")}, b)
		return err
	}},
	{"delete by a key that may do nothing", func(ctx context.Context, p *place, b roster.CommonOption) error {
		_, err := p.dir.As(p.id, roster.KeyActor(0, permission.Permissions{})).Delete(ctx, p.known()[0], b)
		return err
	}},
	{"delete one twice", func(ctx context.Context, p *place, b roster.CommonOption) error {
		id := p.known()[0]
		_, err := p.handle.DeleteMany(ctx, []user.ID{id, id}, b)
		return err
	}},
	{"transfer no amount", func(ctx context.Context, p *place, b roster.CommonOption) error {
		return paid(ctx, p, roster.TransferParams{Users: p.known()[:1]}, b)
	}},
	{"transfer a part of a cent", func(ctx context.Context, p *place, b roster.CommonOption) error {
		m, _ := balance.FromUnits(1, "USD")
		return paid(ctx, p, roster.TransferParams{Users: p.known()[:1], Amount: m}, b)
	}},
	{"transfer more than there is", func(ctx context.Context, p *place, b roster.CommonOption) error {
		m, _ := balance.FromUnits(999_999_999_999_999_900, "USD")
		return paid(ctx, p, roster.TransferParams{Users: p.known()[:1], Amount: m}, b)
	}},
	{"transfer a currency without a rate", func(ctx context.Context, p *place, b roster.CommonOption) error {
		m, _ := balance.FromUnits(100_0000, "EUR")
		return paid(ctx, p, roster.TransferParams{Users: p.known()[:1], Amount: m}, b)
	}},
	{"transfer to nobody", func(ctx context.Context, p *place, b roster.CommonOption) error {
		return paid(ctx, p, roster.TransferParams{Amount: dollars(1)}, b)
	}},
	{"transfer to one who is not there", func(ctx context.Context, p *place, b roster.CommonOption) error {
		return paid(ctx, p, roster.TransferParams{Users: []user.ID{p.known()[0], nobody}, Amount: dollars(1)}, b)
	}},
	{"transfer to some and to all", func(ctx context.Context, p *place, b roster.CommonOption) error {
		return paid(ctx, p, roster.TransferParams{Users: p.known()[:1], All: true, Amount: dollars(1)}, b)
	}},
	{"transfer under a key of a kilobyte", func(ctx context.Context, p *place, b roster.CommonOption) error {
		return paid(ctx, p, roster.TransferParams{Users: p.known()[:1], Amount: dollars(1), Key: strings.Repeat("k", 1024)}, b)
	}},
	{"reverse what never was", func(ctx context.Context, p *place, b roster.CommonOption) error {
		_, err := p.handle.Reverse(ctx, roster.ReverseParams{TransferID: 1 << 40}, b)
		return err
	}},
	{"reserve for a channel that is no word", func(ctx context.Context, p *place, b roster.CommonOption) error {
		_, err := p.handle.Reserve(ctx, p.known()[0], "a^b<script>", b)
		return err
	}},
	{"change the currency", func(ctx context.Context, p *place, b roster.CommonOption) error {
		_, err := p.handle.UpdateAccount(ctx, user.Account{Currency: "EUR"}, b)
		return err
	}},
	{"make the account again", func(ctx context.Context, p *place, b roster.CommonOption) error {
		_, err := p.handle.CreateAccount(ctx, user.Account{Currency: "USD"}, b)
		return err
	}},
	{"list from a cursor that is none", func(ctx context.Context, p *place, _ roster.CommonOption) error {
		return listed(ctx, p, roster.ListParams{Cursor: "AAAA"})
	}},
	{"list a million", func(ctx context.Context, p *place, _ roster.CommonOption) error {
		return listed(ctx, p, roster.ListParams{Query: storage.Query{Limit: 1_000_000}})
	}},
	{"list in an order that there is not", func(ctx context.Context, p *place, _ roster.CommonOption) error {
		return listed(ctx, p, roster.ListParams{Query: storage.Query{Order: 99}})
	}},
	{"changes below none", func(ctx context.Context, p *place, _ roster.CommonOption) error {
		_, err := p.handle.Changes(ctx, storage.ChangeQuery{Limit: -1})
		return err
	}},
	{"find an e-mail that is none", func(ctx context.Context, p *place, _ roster.CommonOption) error {
		_, err := p.handle.Find(ctx, user.KeyEmail, "\x00")
		return err
	}},
	{"an account that nobody can have", func(ctx context.Context, p *place, b roster.CommonOption) error {
		return created(p.dir.As("../\x00", roster.SystemActor()))(ctx, agent("a"), b)
	}},
	{"the account of a neighbour that is not there", func(ctx context.Context, p *place, b roster.CommonOption) error {
		_, err := p.dir.As("nobody", roster.SystemActor()).Fund(ctx, roster.FundParams{Amount: dollars(1)}, b)
		return err
	}},
	{"a call that nobody waits for", func(ctx context.Context, p *place, b roster.CommonOption) error {
		ctx, cancel := context.WithCancel(ctx)
		cancel()
		return patched(ctx, p, p.known()[0], user.Patch{Description: user.Set("x")}, b)
	}},
}
