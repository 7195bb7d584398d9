package roster

import (
	"context"
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

// Deliveries returns deliveries of the account (Deliver), each with its position and its lease.
// They are in the order of their names by bytes, and begin after the name in the parameter after.
// The list has at most limit deliveries (1 to storage.MaxPage; 0 is storage.MaxPage). An empty list
// is not nil. Only the system actor may call Deliveries.
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

// DeleteDelivery removes a delivery, with its position and its dead letters. A running Deliver with
// this name returns storage.ErrNotFound. A later Deliver with this name starts a new delivery. Only
// the system actor may call DeleteDelivery.
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

// checkDeliveryName returns a *validate.Error with the given path if name is no valid name of a
// delivery. The rules are those of user.ValidCustomName. For a valid name it returns nil.
func checkDeliveryName(path, name string) error {
	if user.ValidCustomName(name) {
		return nil
	}
	return problem(path, validate.Invalid)
}
