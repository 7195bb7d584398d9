package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/storagetest"
	"github.com/ca74b63c/roster/user"
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
	calls, refused, hurt, unsure, bad int // bad: those that must be refused
	longest                           time.Duration
}

func (c *counts) merge(o counts) {
	c.calls, c.refused, c.hurt = c.calls+o.calls, c.refused+o.refused, c.hurt+o.hurt
	c.unsure, c.bad, c.longest = c.unsure+o.unsure, c.bad+o.bad, max(c.longest, o.longest)
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
		err := c.ask(p, drawn[c.random.IntN(len(drawn))])
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
	switch roster.CodeOf(err) {
	case roster.CodeOK, roster.CodeInternal, roster.CodeUnavailable, roster.CodeUnknownOutcome, roster.CodeCanceled:
		return false
	}
	return true
}

// patience returns the context of a call and the function that cancels it. The timeout is 30
// seconds, but less than 3 milliseconds for one call in fifty.
func (c *client) patience() (context.Context, context.CancelFunc) {
	limit := 30 * time.Second
	if c.random.IntN(50) == 0 {
		limit = time.Duration(c.random.IntN(3000)) * time.Microsecond
	}
	return context.WithTimeout(context.Background(), limit)
}

// call returns a text that names the client's current call.
func (c *client) call() string { return fmt.Sprintf("%d/%d", c.number, c.asked) }

// ask makes a call and returns its error. It notes the result of a write on p. An injected fault
// must not have an unknown outcome: ask records this as a loss.
func (c *client) ask(p *place, a action) error {
	ctx, cancel := c.patience()
	defer cancel()
	begun := time.Now()
	given, err := a(ctx, c, p, roster.WithReason(c.call()))
	switch {
	case errors.Is(err, storage.ErrUnknownOutcome):
		given.said = unsure
	case err != nil:
		given.said = refused
	default:
		c.count.longest = max(c.count.longest, time.Since(begun))
	}
	if !given.reads {
		p.note(c.call(), given)
	}
	if errors.Is(err, storagetest.ErrInjected) && given.said == unsure {
		p.accept("a fault of unknown outcome") // it is known: nothing is committed
	}
	return err
}

// one picks a known user.
func (c *client) one(p *place) user.ID {
	ids := p.known()
	return ids[c.random.IntN(len(ids))]
}
