package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/storagetest"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// client is one caller. It makes one call after another.
type client struct {
	number int
	random *rand.Rand
	places []*place
	asked  int
	count  counts
}

// counts has the outcomes of the calls on one storage.
type counts struct {
	calls, refused, hurt, unsure int
	bad                          map[string]int // inputs that must be refused
	reads, writes                histogram      // of those that went well
}

func (c *counts) merge(o *counts) {
	c.calls, c.refused, c.hurt, c.unsure = c.calls+o.calls, c.refused+o.refused, c.hurt+o.hurt, c.unsure+o.unsure
	if c.bad == nil {
		c.bad = map[string]int{}
	}
	for name, n := range o.bad {
		c.bad[name] += n
	}
	c.reads.merge(&o.reads)
	c.writes.merge(&o.writes)
}

// work makes calls until the context ends, at most most calls.
func (c *client) work(ctx context.Context, most int) {
	for ctx.Err() == nil && c.asked < most {
		c.asked++
		p := c.places[c.random.IntN(len(c.places))]
		if c.random.IntN(10) == 0 {
			c.misuse(p)
			continue
		}
		a := c.draw()
		err := c.ask(p, a)
		c.count.calls++
		switch {
		case err == nil:
		case errors.Is(err, storage.ErrUnknownOutcome):
			c.count.unsure++
		case byRule(err):
			c.count.refused++
		default:
			c.count.hurt++
			time.Sleep(time.Duration(c.random.IntN(2000)) * time.Microsecond) // as a patient caller would
		}
	}
}

// byRule reports whether err means that a rule of the domain refused the call, such as a missing
// user, a stale version or a validation error. It returns false for faults of the storage, for
// other errors and for nil.
func byRule(err error) bool {
	for _, rule := range []error{
		storage.ErrNotFound, storage.ErrExists, roster.ErrStale, roster.ErrNoAgentAvailable, user.ErrNotDeleted, user.ErrNoCapacity,
		user.ErrNotReady, user.ErrNoSlot, balance.ErrInsufficient, balance.ErrReversed, balance.ErrNotReversible, permission.ErrDenied,
	} {
		if errors.Is(err, rule) {
			return true
		}
	}
	var invalid *validate.Error
	return errors.As(err, &invalid)
}

// patience returns the context of a call and the function that cancels it. The context times out
// after 30 seconds. One call in fifty gets a random timeout of less than 3 milliseconds instead, so
// that some calls are interrupted.
func (c *client) patience() (context.Context, context.CancelFunc) {
	limit := 30 * time.Second
	if c.random.IntN(50) == 0 {
		limit = time.Duration(c.random.IntN(3000)) * time.Microsecond
	}
	return context.WithTimeout(context.Background(), limit)
}

func (c *client) ask(p *place, a *action) error {
	ctx, cancel := c.patience()
	defer cancel()
	begun := time.Now()
	if a.read != nil {
		err := a.read(ctx, c, p)
		if err == nil {
			c.count.reads.add(time.Since(begun))
		}
		return err
	}
	reason := fmt.Sprintf("%d/%d", c.number, c.asked)
	given, err := a.write(ctx, c, p, roster.WithReason(reason))
	switch {
	case errors.Is(err, storage.ErrUnknownOutcome):
		given.said = unsure
	case err != nil:
		given.said = refused
	default:
		c.count.writes.add(time.Since(begun))
	}
	p.note(reason, given)
	if errors.Is(err, storagetest.ErrInjected) && given.said == unsure {
		p.accept("a fault of unknown outcome") // it is known: nothing is committed
	}
	return err
}

func (c *client) draw() *action {
	n := c.random.IntN(weights)
	for i := range actions {
		if n -= actions[i].weight; n < 0 {
			return &actions[i]
		}
	}
	return &actions[0]
}

// one picks a known user.
func (c *client) one(p *place) user.ID {
	ids := p.known()
	return ids[c.random.IntN(len(ids))]
}
