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
	busy     time.Duration           // until the lease of another process ends; 0: none holds it
	found    bool                    // the storage has the delivery
	lost     bool                    // another process took the lease after the page was read
	gap      *storage.CompactedError // the account no longer keeps the next change
}

// deliverPage reads a page of changes and delivers them one by one. It returns nil after the page,
// and also in these cases:
//   - The page is empty: it releases the lease and waits for the next commit.
//   - Another process holds the lease: it waits until the lease ends, at most standbyPoll.
//   - Another process took the lease meanwhile: it returns at once.
//   - The next changes were removed and DeliverOptions.Compacted is set: it calls skip.
//
// Errors: those of readPage, skip, deliver and wait; that of ctx.
func (d *deliverer) deliverPage(ctx context.Context) error {
	p, err := d.readPage(ctx)
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
		if err := ctx.Err(); err != nil {
			return err // the last handler succeeded in spite of it
		}
		if err := d.deliver(ctx, &p, i); err != nil {
			return err
		}
	}
	return nil
}

// readPage reads the next changes, as one operation for observers, into p.changes. They come after
// p.position: the stored position, or DeliverOptions.Start for a new delivery. If another process
// holds the lease, p has no changes, and p.busy is the time to wait. If there are changes, readPage
// acquires the lease (claim); p.lost is true if another process was faster. If there are none, it
// creates a new delivery in the storage. Errors: *permission.Denied; storage.ErrNotFound without an
// account or if the delivery was deleted; *storage.CompactedError if the next changes were removed;
// those of the storage.
func (d *deliverer) readPage(ctx context.Context) (p deliveryPage, err error) {
	h := d.h
	ctx, h.obs = start(ctx, &h, "Deliver")
	defer h.obs.end(&err)
	observe := func(p deliveryPage) {
		if h.obs != nil {
			h.obs.Delivery = DeliveryStep{Name: d.name, Behind: behind(p.seen, p.position)}
		}
	}
	observe(deliveryPage{})
	p, err = view(ctx, &h, call{}, method{}, func(ctx context.Context, s *readTx) (deliveryPage, error) {
		p := deliveryPage{seen: s.Revision(), position: d.o.Start}
		observe(p)
		if err := s.may(ctx, permission.ChangesRead); err != nil {
			return p, err
		}
		row, err := s.Delivery(ctx, d.name)
		switch {
		case err == nil:
			p.position, p.found = row.Position, true
			observe(p)
		case !isNotFound(err):
			return p, err
		default:
			if _, err := s.Account(ctx); err != nil {
				return p, err
			}
		}
		if p.busy = d.heldByOther(row, s.now); p.busy > 0 {
			return p, nil
		}
		p.changes, err = s.Changes(ctx, storage.ChangeQuery{After: p.position, Limit: watchPage})
		if errors.As(err, &p.gap) {
			return p, nil
		}
		return p, err
	})
	d.found = d.found || p.found
	switch {
	case err != nil:
		return p, err
	case len(p.changes) > 0:
		if err = d.claim(ctx, h, p.position); errors.Is(err, errLeaseLost) {
			p.lost, err = true, nil
		}
	case !d.found:
		err = d.create(ctx, h)
	}
	if err == nil && p.gap != nil {
		err = p.gap
	}
	return p, err
}

// behind returns by how many revisions the position is before now, the revision of the account.
func behind(now user.Revision, position storage.ChangeID) user.Revision {
	return now - min(now, position.Revision)
}

// create writes the delivery at the position DeliverOptions.Start, unless the storage has the
// delivery, and sets d.found. Errors: those of the storage.
func (d *deliverer) create(ctx context.Context, h Handle) error {
	_, err := h.dir.store.Update(ctx, h.account, func(ctx context.Context, w storage.Writer) error {
		h.obs.writing(false)
		if _, err := w.Delivery(ctx, d.name); !isNotFound(err) {
			return err
		}
		return w.PutDelivery(ctx, storage.Delivery{Name: d.name, Position: d.o.Start})
	})
	d.found = d.found || err == nil
	return err
}

// skip calls DeliverOptions.Compacted with gap, which names the removed changes. Then it moves the
// stored position to gap.Last and releases the lease, unless the position is already there or
// later. Errors: that of Compacted; storage.ErrNotFound if the delivery was deleted; those of
// claim, save and the storage.
func (d *deliverer) skip(ctx context.Context, gap *storage.CompactedError) error {
	if err := d.o.Compacted(ctx, gap); err != nil {
		return err
	}
	position, err := view(ctx, &d.h, call{}, method{}, func(ctx context.Context, s *readTx) (storage.ChangeID, error) {
		row, err := s.Delivery(ctx, d.name)
		return row.Position, err
	})
	if err != nil || !position.Less(gap.Last) {
		return err
	}
	if err := d.claim(ctx, d.h, position); err != nil {
		return err
	}
	d.position = gap.Last
	return d.save(ctx, d.h, nil, true)
}

// deliver calls attempt with the change i of the page p until the change is handled or is a dead
// letter. Between two attempts it waits for the time of backoff. Errors: those of renew, attempt
// and pause.
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

// attempt calls the handler once with the change i of the page p, as one operation for observers. n
// is the number of the attempt, from 1. If failure is not nil and err is nil, the caller must try
// again. In all other cases the caller is done with the change and returns err:
//   - The handler returns nil: d.position becomes the id of the change. attempt calls save if Batch
//     changes are unsaved or the change is the last of p. err is that of save.
//   - The error of the handler wraps ErrStopDelivery: err is this error.
//   - ctx is done: err is that of ctx.
//   - n reaches DeliverOptions.Attempts: save writes a dead letter. err is that of save.
func (d *deliverer) attempt(ctx context.Context, p *deliveryPage, i, n int) (failure, err error) {
	c, h := &p.changes[i], d.h
	var seen error // by an observer
	ctx, h.obs = start(ctx, &h, "Deliver", c.UserID)
	defer h.obs.end(&seen)
	if h.obs != nil {
		h.obs.Delivery = DeliveryStep{
			Name: d.name, Change: c.ID, Attempt: n, Behind: behind(p.seen, c.ID),
			Age: max(0, h.dir.clock().Sub(c.At)),
		}
	}
	attemptCtx, cancel := context.WithTimeout(ctx, d.o.Timeout)
	failure = handleChange(attemptCtx, d.handler, c) // it waits until the handler returns
	cancel()
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

// handleChange calls handler with a copy of the change c and returns its error. If handler panics,
// the result is an error with the value of the panic.
func handleChange(ctx context.Context, handler ChangeHandler, c *storage.Change) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("roster: the handler panicked: %v", r)
		}
	}()
	return handler(ctx, c.Clone())
}

// backoff returns how long to wait after the n-th failure in a row: DeliverOptions.Backoff, doubled
// for each earlier failure, at most MaxBackoff, less a random part of up to a half. A RetryAfter of
// err, which may be nil, raises the result, up to MaxBackoff.
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

// sleep blocks for the time wait and returns nil. If ctx is done first, sleep returns the error of
// ctx at once.
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
