package roster

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"math"
	"time"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/validate"
)

// ErrStopDelivery ends a delivery. If the error of a handler wraps it, Deliver returns that error
// and makes no further attempt. The position stays before the change.
var ErrStopDelivery = errors.New("roster: the delivery is to stop")

// ChangeHandler handles one change of an account. A nil error says that the change is handled. The
// context ends at the deadline of the attempt (DeliverOptions.Timeout).
//
// If the error, or one that it wraps, has the method RetryAfter() time.Duration, the next attempt
// waits that long at least, up to DeliverOptions.MaxBackoff. The text of the error may become a
// dead letter, which the storage keeps, so it must quote no secret.
type ChangeHandler func(ctx context.Context, c storage.Change) error

// DeliverOptions are options of Deliver. The zero value has the defaults.
type DeliverOptions struct {
	// Start is where a delivery begins that is new: after this change. The zero ChangeID begins
	// with the first change, storage.AfterRevision of what Revision returns with the next one.
	Start storage.ChangeID
	// Timeout is how long one attempt may take. 0 is 5 seconds.
	Timeout time.Duration
	// Attempts is how often the handler is called with one change before the change becomes a dead
	// letter. 0 is 10. Use math.MaxInt to wait for the handler for ever.
	Attempts int
	// Backoff is the wait after the first failure. It doubles with each further failure of the same
	// change, up to MaxBackoff. The wait is a random time from a half to the whole of this. 0 is 1
	// second, and 1 minute for MaxBackoff.
	Backoff, MaxBackoff time.Duration
	// Batch is how many changes may be handled before their position is written, at most 100. 0 is
	// 1. With more, Deliver writes less often, and a crash repeats up to so many changes.
	Batch int
	// Compacted is called if the account no longer keeps changes that were not delivered. If it
	// returns nil, the delivery goes on after gap.Last. Without Compacted, Deliver returns the gap.
	Compacted func(ctx context.Context, gap *storage.CompactedError) error
}

// maxTimeout is the greatest time that DeliverOptions may have.
const maxTimeout = 24 * time.Hour

// check adds to c a problem below /options for each option that is out of range, and for a Start
// that is not valid.
func (o *DeliverOptions) check(c *validate.Collector) {
	c.Range("/options/timeout", int64(o.Timeout), 0, int64(maxTimeout))
	c.Range("/options/attempts", int64(o.Attempts), 0, math.MaxInt)
	c.Range("/options/backoff", int64(o.Backoff), 0, int64(maxTimeout))
	c.Range("/options/maxBackoff", int64(o.MaxBackoff), 0, int64(maxTimeout))
	c.Range("/options/batch", int64(o.Batch), 0, watchPage)
	if (storage.Delivery{Name: "start", Position: o.Start}).Check() != nil {
		c.Add(validate.Problem{Path: "/options/start", Code: validate.Invalid})
	}
}

// Deliver calls handler with every change of the account of h, in order, each at least once. The
// storage keeps the position of the delivery with the given name: the id of the last change that
// was handled. A new process continues after the position, a new delivery begins after
// DeliverOptions.Start. Deliver runs in the goroutine of the caller until ctx is done or an error
// below occurs, and never returns nil. The actor of h needs permission.ChangesRead.
//
//   - Step 1: Deliver reads the changes after the position, or waits for the next commit. If
//     CompactChanges removed the next changes, it calls DeliverOptions.Compacted, and skips them if
//     Compacted returns nil.
//   - Step 2: It acquires the lease of the delivery. If another process holds the lease, Deliver
//     waits and returns to step 1.
//   - Step 3: It calls handler with a change. If handler returns an error or panics, Deliver waits
//     and calls handler again. After DeliverOptions.Attempts failed attempts it stores the change
//     as a dead letter (Handle.DeadLetters), in one transaction with the position. An attempt that
//     ctx ends does not count. A new process counts the attempts from 1 again.
//   - Step 4: It writes the position, unless it lost the lease. With DeliverOptions.Batch it writes
//     the position once for several changes.
//   - Step 5: It releases the lease when no change is left, and when it returns.
//
// If a process dies or loses its lease between steps 3 and 4, handler gets the same change again.
// The account and storage.Change.ID identify a duplicate. The changes of one user are delivered in
// order, except dead letters that are replayed.
//
// Several processes may run the same delivery. Only the process with the lease calls handler. The
// lease lasts for DeliverOptions.Timeout plus 2 seconds, or for twice the Timeout if this is less.
// A handler that ignores the end of its context may outlive the lease; another process then handles
// the same change at the same time. Each process compares the lease with its own clock, so clocks
// that differ shorten or prolong the lease by the difference.
//
// After storage.ErrUnavailable and storage.ErrUnknownOutcome, Deliver waits and tries again. A
// delivery does not raise the revision of the account, and no change records it. CompactChanges
// does not wait for deliveries: choose a time before the positions that Handle.Deliveries returns.
// Each page that Deliver reads and each attempt is an operation "Deliver" of an Observer
// (Observation.Delivery).
//
// Errors:
//   - *validate.Error: at /name for a name that is not like that of a custom attribute
//     (user.ValidCustomName), at /handler for a nil handler, at /options for options out of range
//   - *permission.Denied
//   - storage.ErrNotFound if the account does not exist, or the delivery was deleted meanwhile
//   - *storage.CompactedError if the next change was removed and DeliverOptions.Compacted is nil;
//     the error of Compacted if it returns one
//   - an error of handler that wraps ErrStopDelivery
//   - the error of ctx, and other errors of the storage
func Deliver(ctx context.Context, h Handle, name string, handler ChangeHandler, o DeliverOptions) error {
	if err := h.checkCall(ctx); err != nil {
		return err
	}
	var c validate.Collector
	c.Merge("", checkDeliveryName("/name", name))
	c.Require("/handler", handler != nil)
	o.check(&c)
	if err := c.Err(); err != nil {
		return err
	}
	o.Timeout, o.Backoff = cmp.Or(o.Timeout, 5*time.Second), cmp.Or(o.Backoff, time.Second)
	o.MaxBackoff, o.Attempts, o.Batch = cmp.Or(o.MaxBackoff, time.Minute), cmp.Or(o.Attempts, 10), cmp.Or(o.Batch, 1)
	d := &deliverer{h: h, name: name, handler: handler, o: o, holder: rand.Text()}
	defer d.release(ctx)
	for failures := 0; ; {
		err := d.deliverPage(ctx)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err == nil, errors.Is(err, errLeaseLost):
			failures = 0
		case errors.Is(err, storage.ErrUnavailable), errors.Is(err, storage.ErrUnknownOutcome):
			failures++
			if err := sleep(ctx, d.backoff(failures, nil)); err != nil {
				return err
			}
		default:
			return err
		}
	}
}
