package differential

import (
	"context"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// consumers are the names of deliveries. Not each of them is valid.
var consumers = []string{"a", "ab", "a.b", "A"}

// consumer draws the name of a delivery.
func (r *Run) consumer() string {
	if r.yes("first consumer") {
		return consumers[0]
	}
	return oneOf(r, "consumer", consumers...)
}

// deliver returns a random step that writes or deletes a delivery or a dead letter. It draws the
// name of the delivery and the id of a change. A step that writes a delivery stores the drawn id as
// the position of the delivery. A step that writes a dead letter stores the change c in it, with
// the drawn id. c.Created must not be nil.
func (r *Run) deliver(c storage.Change) step {
	name := r.consumer()
	c.ID = storage.ChangeID{Revision: user.Revision(r.number("letter", 0, 11)), Index: r.few("letter index")}
	switch r.number("delivery", 0, 7) {
	case 0:
		return onWriter("DeleteDelivery", func(ctx context.Context, w storage.Writer) (any, error) { return nil, w.DeleteDelivery(ctx, name) })
	case 1:
		return onWriter("DeleteDeadLetter", func(ctx context.Context, w storage.Writer) (any, error) {
			return nil, w.DeleteDeadLetter(ctx, name, c.ID)
		})
	case 2, 3, 4:
		l := storage.DeadLetter{Change: c, Attempts: r.number("attempts", 0, 11), Error: r.word("error"), At: c.At}
		return onWriter("PutDeadLetter", func(ctx context.Context, w storage.Writer) (any, error) { return nil, w.PutDeadLetter(ctx, name, l) })
	}
	d := storage.Delivery{Name: name, Position: c.ID}
	if c.Created.Lifecycle.Created.IsZero() || r.yes("no lease") {
		return putDelivery(d)
	}
	d.Holder, d.Until = r.word("holder"), c.Created.Lifecycle.Created
	return putDelivery(d)
}

func putDelivery(d storage.Delivery) step {
	return onWriter("PutDelivery", func(ctx context.Context, w storage.Writer) (any, error) { return nil, w.PutDelivery(ctx, d) })
}
