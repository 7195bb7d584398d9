package differential

import (
	"context"
	"slices"
	"time"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// write returns a random step that writes by one method of storage.Writer with random arguments.
// Some arguments are invalid on purpose, such as a transfer with a wrong balance. A step that posts
// a transfer first reads the balances and takes the next transfer id.
func (r *Run) write() step {
	u := r.User()
	word, id, amount := r.word("word"), r.id("id"), balance.Units(r.Draw("amount", 1, 50))
	kind := user.ReferenceKind(r.number("kind", 0, 3))
	switch r.number("write", 0, 17) {
	case 0:
		a := user.Account{ID: oneOf(r, "own", r.accounts()...), Name: word, Currency: "USD", Created: u.Lifecycle.Created}
		return call("PutAccount", a)
	case 1:
		s := user.SecretOf(word, time.Time{}, u.Identity.Login)
		return call("PutSecret", user.ID(id), s)
	case 2:
		r := user.Reference{Kind: kind, ID: id, Name: word, Properties: user.ListOf(user.Property{Name: word, Value: u.Identity.PID})}
		return call("PutReference", r)
	case 3:
		return call("DeleteReference", kind, id)
	case 4:
		name := oneOf(r, "sequence", storage.UserIDs, storage.TransferIDs, storage.ReferenceIDs(1), storage.ReferenceIDs(2))
		return call("NextID", name)
	case 5:
		return call("Scrub", user.ID(id))
	case 6, 7:
		c := storage.Change{
			Type: oneOf(r, "type", storage.UserUpdated, storage.StatusChanged), Actor: user.ID(r.few("actor")), At: u.Lifecycle.Created,
			UserID: user.ID(id), Created: &u, Detail: word, Reason: word,
		}
		if r.yes("a diff") {
			c.Created, c.Diff = nil, user.Diff(user.User{}, u)
		}
		return call("AppendChange", c)
	case 11:
		last := storage.ChangeID{Revision: user.Revision(r.number("last", 0, 20)), Index: r.few("last index")}
		return call("CompactChanges", last)
	case 12, 13, 14, 15:
		return r.writeDelivery(storage.Change{Type: storage.UserUpdated, UserID: user.ID(id), Created: &u, Detail: word})
	case 8, 9, 10:
		to := []balance.Holder{balance.Holder(id), balance.Holder(r.id("to"))}
		wrong := r.number("wrong", 0, 9) == 9
		key, reverses := oneOf(r, "key", "", "", "", "k", "K", "k\x01", "k\ufffd"), oneOf[uint64](r, "reverses", 0, 0, 0, 1, 2, 3)
		return step{"PostTransfer", nil, func(ctx context.Context, reader storage.Reader) (any, error) {
			w := reader.(storage.Writer)
			x, err := newTransfer(ctx, w, amount, to)
			if err != nil {
				return nil, err
			}
			x.Key, x.Reverses, x.AccountDescription, x.At = key, balance.TransferID(reverses), word, u.Lifecycle.Created
			if wrong {
				x.Postings[len(x.Postings)-1].ToAfter++
			}
			return nil, w.PostTransfer(ctx, x)
		}}
	}
	return call("PutUser", u)
}

// newTransfer returns a transfer with the next transfer id that fits the balances in w. It does not
// post the transfer. The account pays the amount to each holder in the parameter to, once even if a
// holder occurs twice. A posting before that moves the sum of these payments from the world to the
// account. Errors: those of w.
func newTransfer(ctx context.Context, w storage.Writer, amount balance.Units, to []balance.Holder) (balance.Transfer, error) {
	to = slices.Compact(slices.Sorted(slices.Values(to)))
	has, err := w.Balances(ctx, append([]balance.Holder{balance.Account}, to...)...)
	if err != nil {
		return balance.Transfer{}, err
	}
	id, err := w.NextID(ctx, storage.TransferIDs)
	if err != nil {
		return balance.Transfer{}, err
	}
	sum := amount * balance.Units(len(to))
	x := balance.Transfer{
		ID: balance.TransferID(id), Kind: balance.Transferring, Currency: "USD", UserDescription: "a gift", Actor: 1, Reason: "spring",
		Rate: "1.5", Strict: true, Users: balance.FingerprintUsers([]user.ID{1, 2}), Skipped: []balance.Skip{{User: 7, Reason: balance.AccountShort}},
		Postings: []balance.Posting{{From: balance.World, To: balance.Account, Amount: sum, ToAfter: has[0] + sum}},
	}
	for i, h := range to {
		sum -= amount
		x.Postings = append(x.Postings, balance.Posting{
			From: balance.Account, To: h, Amount: amount, FromAfter: has[0] + sum, ToAfter: has[i+1] + amount, Name: h.String(),
		})
	}
	return x, nil
}

// consumers are the names of deliveries. Not each of them is valid.
var consumers = []string{"a", "ab", "a.b", "A"}

// consumer draws the name of a delivery.
func (r *Run) consumer() string {
	if r.yes("first consumer") {
		return consumers[0]
	}
	return oneOf(r, "consumer", consumers...)
}

// writeDelivery returns a random step that writes or deletes a delivery or a dead letter. The name
// of the delivery and the id of a change are random. A delivery gets the id as its position, and
// sometimes a lease until the time at which c.Created was created. A dead letter gets the change c,
// with the random id. c.Created must not be nil.
func (r *Run) writeDelivery(c storage.Change) step {
	name := r.consumer()
	c.ID = storage.ChangeID{Revision: user.Revision(r.number("letter", 0, 11)), Index: r.few("letter index")}
	switch r.number("delivery", 0, 7) {
	case 0:
		return call("DeleteDelivery", name)
	case 1:
		return call("DeleteDeadLetter", name, c.ID)
	case 2, 3, 4:
		l := storage.DeadLetter{Change: c, Attempts: r.number("attempts", 0, 11), Error: r.word("error"), At: c.At}
		return call("PutDeadLetter", name, l)
	}
	d := storage.Delivery{Name: name, Position: c.ID}
	if until := c.Created.Lifecycle.Created; !until.IsZero() && !r.yes("no lease") {
		d.Holder, d.Until = r.word("holder"), until
	}
	return call("PutDelivery", d)
}
