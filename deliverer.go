package roster

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// deliverer is a running Deliver.
type deliverer struct {
	h       Handle
	name    string
	handler ChangeHandler
	o       DeliverOptions
	holder  string // of the lease; no other deliverer has the same

	found    bool             // the storage has the delivery
	held     bool             // the deliverer took the lease and did not release it
	until    time.Time        // when the lease ends
	position storage.ChangeID // the last change that was handled, if held
	unsaved  int              // changes that were handled since the position was written
}

// deliveryPage is what a deliverer reads at a time.
type deliveryPage struct {
	seen     user.Revision // of the account
	changes  []storage.Change
	position storage.ChangeID
	busy     time.Duration // until the lease of another process ends; 0: none holds it
	found    bool          // the storage has the delivery
	lost     bool          // another process took the lease after the page was read
}

// turn delivers the changes of one page, or waits for the next change, or for the lease.
func (d *deliverer) turn(ctx context.Context) error {
	p, err := d.look(ctx)
	var gap *storage.CompactedError
	switch {
	case errors.As(err, &gap) && d.o.Compacted != nil:
		return d.skip(ctx, gap)
	case err != nil || p.lost:
		return err
	case p.busy > 0:
		return sleep(ctx, p.busy)
	case len(p.changes) == 0:
		d.release(ctx)
		return d.h.wait(ctx, p.seen)
	}
	for i := range p.changes {
		if err := d.deliver(ctx, &p, i); err != nil {
			return err
		}
	}
	return nil
}

// look reads the next page, and takes the lease if the page has changes. The first look makes the
// delivery if the storage has none. An observer sees a look as one operation.
//
// Errors: *permission.Denied; storage.ErrNotFound if there is no account, or the delivery was
// deleted; *storage.CompactedError; those of the storage.
func (d *deliverer) look(ctx context.Context) (p deliveryPage, err error) {
	h := d.h
	if ctx, h.obs = start(ctx, &h, "Deliver"); h.obs != nil {
		defer h.obs.end(&err)
	}
	err = h.view(ctx, func(ctx context.Context, s *readTx) error {
		p = deliveryPage{seen: s.Revision(), position: d.o.Start}
		if err := s.may(ctx, permission.ChangesRead); err != nil {
			return err
		}
		row, err := s.Delivery(ctx, d.name)
		switch {
		case err == nil:
			p.position, p.found = row.Position, true
		case !isNotFound(err):
			return err
		default:
			if _, err := s.Account(ctx); err != nil {
				return err
			}
		}
		if p.busy = d.heldByOther(row, s.now); p.busy > 0 {
			return nil
		}
		p.changes, err = s.Changes(ctx, storage.ChangeQuery{After: p.position, Limit: watchPage})
		return err
	})
	if h.obs != nil {
		h.obs.Delivery = DeliveryStep{Name: d.name, Behind: behind(p.seen, p.position)}
	}
	d.found = d.found || p.found
	switch {
	case err == nil && len(p.changes) > 0:
		if err = d.claim(ctx, h, p.position); errors.Is(err, errLeaseLost) {
			p.lost, err = true, nil
		}
	case !d.found && (err == nil || errors.Is(err, storage.ErrCompacted)):
		err = firstOf(d.create(ctx, h), err)
	}
	return p, err
}

// behind returns how many revisions a position is before the revision of the account.
func behind(now user.Revision, position storage.ChangeID) user.Revision {
	return now - min(now, position.Revision)
}

// create writes a new delivery, whose position is Start. It changes nothing if there is one.
func (d *deliverer) create(ctx context.Context, h Handle) error {
	_, err := h.dir.store.Update(ctx, h.account, func(ctx context.Context, w storage.Writer) error {
		h.obs.moving()
		if _, err := w.Delivery(ctx, d.name); !isNotFound(err) {
			return err
		}
		return w.PutDelivery(ctx, storage.Delivery{Name: d.name, Position: d.o.Start})
	})
	d.found = d.found || err == nil
	return err
}

// skip reports changes that are no longer kept, and moves the position behind them. Errors: that of
// DeliverOptions.Compacted; errLeaseLost; those of the storage.
func (d *deliverer) skip(ctx context.Context, gap *storage.CompactedError) error {
	if err := d.o.Compacted(ctx, gap); err != nil {
		return err
	}
	position, err := d.stored(ctx)
	if err != nil || !position.Less(gap.Last) {
		return err
	}
	if err := d.claim(ctx, d.h, position); err != nil {
		return err
	}
	d.position = gap.Last
	return d.save(ctx, d.h, nil, true)
}

// stored returns the position that the storage has.
func (d *deliverer) stored(ctx context.Context) (position storage.ChangeID, err error) {
	err = d.h.dir.store.View(ctx, d.h.account, func(ctx context.Context, r storage.Reader) error {
		row, err := r.Delivery(ctx, d.name)
		position = row.Position
		return err
	})
	return position, err
}

// deliver handles the change i of a page: it is handled, or is a dead letter, when deliver returns
// nil. Errors: those of attempt and save.
func (d *deliverer) deliver(ctx context.Context, p *deliveryPage, i int) error {
	for n := 1; ; n++ {
		if err := d.renew(ctx, false); err != nil {
			return err
		}
		failure, err := d.attempt(ctx, p, i, n)
		if failure == nil || err != nil {
			return err
		}
		if err := d.pause(ctx, d.backoff(n, failure)); err != nil {
			return err
		}
	}
}

// attempt calls the handler with the change i of a page for the nth time, and writes the outcome.
// An observer sees an attempt as one operation. failure is the error of the handler if another
// attempt is wanted.
//
// Errors: the handler's if it wraps ErrStopDelivery; that of ctx; those of save.
func (d *deliverer) attempt(ctx context.Context, p *deliveryPage, i, n int) (failure, err error) {
	c, h := &p.changes[i], d.h
	var seen error // by an observer
	if ctx, h.obs = start(ctx, &h, "Deliver", c.UserID); h.obs != nil {
		h.obs.Delivery = DeliveryStep{
			Name: d.name, Change: c.ID, Attempt: n, Behind: behind(p.seen, c.ID),
			Age: max(0, h.dir.clock().Sub(c.At)),
		}
		defer h.obs.end(&seen)
	}
	failure = d.call(ctx, c)
	last := i == len(p.changes)-1
	switch {
	case failure == nil:
		d.position = c.ID
		if d.unsaved++; d.unsaved >= d.o.Batch || last {
			err = d.save(ctx, h, nil, last && len(p.changes) < watchPage)
		}
	case errors.Is(failure, ErrStopDelivery):
		err = failure
	case ctx.Err() != nil:
		err = ctx.Err()
	case n >= d.o.Attempts:
		if h.obs != nil {
			h.obs.Delivery.Dead = true
		}
		d.position = c.ID
		err = d.save(ctx, h, &storage.DeadLetter{
			Change: *c, Attempts: n, Error: deadLetterText(failure), At: user.NormalizeTime(h.dir.clock()),
		}, last && len(p.changes) < watchPage)
		seen = firstOf(err, failure)
		return nil, err
	}
	seen = firstOf(err, failure)
	return failure, err
}

// call calls the handler once, within the Timeout. A panic of the handler becomes an error.
func (d *deliverer) call(ctx context.Context, c *storage.Change) error {
	ctx, cancel := context.WithTimeout(ctx, d.o.Timeout)
	defer cancel()
	return handleChange(ctx, d.handler, c)
}

// handleChange calls a handler with a copy of a change. A panic of the handler becomes an error.
func handleChange(ctx context.Context, handler ChangeHandler, c *storage.Change) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("roster: the handler panicked: %v", r)
		}
	}()
	return handler(ctx, c.Clone())
}

// backoff returns how long to wait after the nth failure in a row. err, if not nil, may ask for a
// longer wait.
func (d *deliverer) backoff(n int, err error) time.Duration {
	wait := d.o.Backoff
	for ; n > 1 && wait < d.o.MaxBackoff; n-- {
		wait *= 2
	}
	wait = min(wait, d.o.MaxBackoff)
	wait -= rand.N(wait/2 + 1)
	var later interface{ RetryAfter() time.Duration }
	if errors.As(err, &later) {
		wait = max(wait, min(later.RetryAfter(), d.o.MaxBackoff))
	}
	return wait
}

// sleep waits. Errors: the context's.
func sleep(ctx context.Context, wait time.Duration) error {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
