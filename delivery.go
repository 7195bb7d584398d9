package roster

import (
	"context"
	"fmt"
	"time"

	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// DeliveryStep says which step of Deliver an operation is, and how far the delivery has come.
type DeliveryStep struct {
	Name    string           // of the delivery; "" for any other operation
	Change  storage.ChangeID // of an attempt; zero for a page that Deliver reads
	Attempt int              // from 1; 0 for a page
	Dead    bool             // the attempt failed and was the last one: the change is a dead letter
	// Behind is the revision of the account, as the page saw it, less that of the change or, for a
	// page, of the position.
	Behind user.Revision
	// Age is the time from the change to the attempt; 0 for a page.
	Age time.Duration
}

// Deliveries returns deliveries of the account (Deliver), each with its position and its lease, in
// the order of their names by bytes. The list begins with the first name greater than after, has at
// most limit deliveries (1 to storage.MaxPage; 0 is storage.MaxPage), and is not nil. Only the
// system actor may call it.
//
// Errors, in this order:
//   - *validate.Error at /after for a text that is no name of a delivery and not ""
//   - *permission.Denied for every actor except the system actor
//   - storage.ErrInvalid for a limit out of range
func (h Handle) Deliveries(ctx context.Context, after string, limit int) ([]storage.Delivery, error) {
	m := method{name: "Deliveries", action: permission.ChangesRead, host: true}
	if after != "" {
		m.invalid = checkDeliveryName("/after", after)
	}
	return runView(ctx, &h, m, func(ctx context.Context, s *readTx) ([]storage.Delivery, error) {
		return orEmpty(s.Deliveries(ctx, after, limit))
	})
}

// DeleteDelivery removes a delivery, with its position and its dead letters. A later Deliver with
// this name starts a new delivery. A running Deliver with this name returns an error at its next
// change, such as storage.ErrNotFound; but if another Deliver has created the delivery again by
// then, the running one may continue with the new delivery. Only the system actor may call
// DeleteDelivery.
//
// Errors, in this order:
//   - *validate.Error at /name for a text that is no name of a delivery
//   - *permission.Denied for every actor except the system actor
//   - storage.ErrNotFound if there is no such delivery
func (h Handle) DeleteDelivery(ctx context.Context, name string) error {
	m := method{name: "DeleteDelivery", invalid: checkDeliveryName("/name", name), action: permission.AccountWrite, host: true}
	_, _, err := runUpdate(ctx, &h, m, []CommonOption(nil), noResult(func(ctx context.Context, t *tx) error {
		return t.DeleteDelivery(ctx, name)
	}))
	return err
}

// checkDeliveryName returns nil if name is a valid name of a delivery (user.ValidCustomName).
// Otherwise it returns a *validate.Error at path.
func checkDeliveryName(path, name string) error {
	if user.ValidCustomName(name) {
		return nil
	}
	return problem(path, validate.Invalid)
}

// errLeaseLost says that another process holds the lease of a delivery, or has moved its position.
// It is an ErrStale.
var errLeaseLost = fmt.Errorf("%w: another process holds the lease of the delivery", ErrStale)

const (
	// leaseSlack is how much longer a lease is than an attempt, at most.
	leaseSlack = 2 * time.Second
	// standbyPoll is the time between two looks at a lease that another process holds.
	standbyPoll = time.Second
	// saveTimeout bounds a write of the position, which the end of the context does not stop.
	saveTimeout = 5 * time.Second
)

// lease returns the time for which a lease lasts: longer than one attempt, by leaseSlack at most.
func (d *deliverer) lease() time.Duration { return d.o.Timeout + min(d.o.Timeout, leaseSlack) }

// heldByOther returns how long to wait because another process holds the lease in row, at most
// standbyPoll. It returns 0 if no other process holds the lease, or if the lease ended before now.
func (d *deliverer) heldByOther(row storage.Delivery, now time.Time) time.Duration {
	if row.Holder == "" || row.Holder == d.holder || !now.Before(row.Until) {
		return 0
	}
	return min(row.Until.Sub(now), standbyPoll)
}

// claim acquires or prolongs the lease, creates the delivery if it is new, and sets d.held, d.until
// and d.position. It writes nothing if d holds the lease at this position and for the time of one
// more attempt. Errors, after which d.held is false: errLeaseLost if another process holds the
// lease or the stored position is not position; storage.ErrNotFound if the delivery was deleted;
// those of the storage.
func (d *deliverer) claim(ctx context.Context, h Handle, position storage.ChangeID) error {
	now := user.NormalizeTime(h.dir.clock())
	if d.held && d.position == position && d.until.Sub(now) >= d.o.Timeout {
		return nil
	}
	until := now.Add(d.lease())
	_, err := h.dir.store.Update(ctx, h.account, func(ctx context.Context, w storage.Writer) error {
		h.obs.writing(false)
		row, err := w.Delivery(ctx, d.name)
		switch {
		case isNotFound(err) && !d.found:
			row = storage.Delivery{Name: d.name, Position: d.o.Start}
		case err != nil:
			return fmt.Errorf("delivery %s: %w", d.name, err)
		}
		if d.heldByOther(row, now) > 0 || row.Position != position {
			return errLeaseLost
		}
		row.Holder, row.Until = d.holder, until
		return w.PutDelivery(ctx, row)
	})
	if err != nil {
		d.held = false
		return err
	}
	d.found, d.held, d.until, d.position, d.unsaved = true, true, until, position, 0
	return nil
}

// save writes d.position. It also writes the dead letter in letter, if this is not nil. If release
// is true, it releases the lease, and otherwise it prolongs the lease. It ignores the end of ctx
// and waits at most saveTimeout, because a change whose position is not written is handled again.
// After an error or a release, d.held is false. Errors: errLeaseLost; storage.ErrNotFound if the
// delivery was deleted; those of the storage.
func (d *deliverer) save(ctx context.Context, h Handle, letter *storage.DeadLetter, release bool) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), saveTimeout)
	defer cancel()
	until := user.NormalizeTime(h.dir.clock()).Add(d.lease())
	_, err := h.dir.store.Update(ctx, h.account, func(ctx context.Context, w storage.Writer) error {
		h.obs.writing(false)
		row, err := w.Delivery(ctx, d.name)
		if err != nil {
			return fmt.Errorf("delivery %s: %w", d.name, err)
		}
		if row.Holder != d.holder {
			return errLeaseLost
		}
		row.Position, row.Until = d.position, until
		if release {
			row.Holder, row.Until = "", time.Time{}
		}
		if err := w.PutDelivery(ctx, row); err != nil || letter == nil {
			return err
		}
		return putDeadLetter(ctx, w, d.name, *letter)
	})
	d.held = d.held && err == nil && !release
	if err == nil {
		d.until, d.unsaved = until, 0
	}
	return err
}

// release writes the position and releases the lease, if the deliverer holds the lease. It ignores
// an error; the lease then ends by itself.
func (d *deliverer) release(ctx context.Context) {
	if d.held {
		_ = d.save(ctx, d.h, nil, true)
		d.held = false
	}
}

// renew calls save if the lease could end during one more attempt, or if force is true and
// d.position is not written yet. Errors: those of save.
func (d *deliverer) renew(ctx context.Context, force bool) error {
	now := user.NormalizeTime(d.h.dir.clock())
	if d.until.Sub(now) >= d.o.Timeout && !(force && d.unsaved > 0) {
		return nil
	}
	return d.save(ctx, d.h, nil, false)
}

// pause blocks for the time wait and returns nil. It writes the position first, and prolongs the
// lease as often as necessary. Errors: that of ctx if it is done; those of renew.
func (d *deliverer) pause(ctx context.Context, wait time.Duration) error {
	for err := d.renew(ctx, true); ; err = d.renew(ctx, false) {
		if err != nil || wait <= 0 {
			return err
		}
		part := min(wait, d.lease()/2)
		if err := sleep(ctx, part); err != nil {
			return err
		}
		wait -= part
	}
}
