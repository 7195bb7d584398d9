package differential

import (
	"context"
	"slices"
	"time"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// onWriter returns a step that writes.
func onWriter(name string, call func(ctx context.Context, w storage.Writer) (any, error)) step {
	return step{name, func(ctx context.Context, r storage.Reader) (any, error) { return call(ctx, r.(storage.Writer)) }}
}

// write returns a random step that writes by one method of storage.Writer with random arguments.
// Some arguments are invalid on purpose, such as a transfer with a wrong balance. A step that posts
// a transfer first reads the balances and takes the next transfer id.
func (r *Run) write() step {
	u := r.User()
	word, id, amount := r.word("word"), r.id("id"), balance.Units(r.Draw("amount", 1, 50))
	kind := user.ReferenceKind(r.number("kind", 0, 3))
	on := onWriter
	switch r.number("write", 0, 17) {
	case 0:
		a := user.Account{ID: oneOf(r, "own", r.accounts()...), Name: word, Currency: "USD", Created: u.Lifecycle.Created}
		return on("PutAccount", func(ctx context.Context, w storage.Writer) (any, error) { return nil, w.PutAccount(ctx, a) })
	case 1:
		s := user.SecretOf(word, time.Time{}, u.Identity.Login)
		return on("PutSecret", func(ctx context.Context, w storage.Writer) (any, error) { return nil, w.PutSecret(ctx, user.ID(id), s) })
	case 2:
		r := user.Reference{Kind: kind, ID: id, Name: word, Properties: user.ListOf(user.Property{Name: word, Value: u.Identity.PID})}
		return on("PutReference", func(ctx context.Context, w storage.Writer) (any, error) { return nil, w.PutReference(ctx, r) })
	case 3:
		return on("DeleteReference", func(ctx context.Context, w storage.Writer) (any, error) { return nil, w.DeleteReference(ctx, kind, id) })
	case 4:
		name := oneOf(r, "sequence", storage.UserIDs, storage.TransferIDs, storage.ReferenceIDs(1), storage.ReferenceIDs(2))
		return on("NextID", func(ctx context.Context, w storage.Writer) (any, error) { return w.NextID(ctx, name) })
	case 5:
		return on("Scrub", func(ctx context.Context, w storage.Writer) (any, error) { return nil, w.Scrub(ctx, user.ID(id)) })
	case 6, 7:
		c := storage.Change{
			Type: oneOf(r, "type", storage.UserUpdated, storage.StatusChanged), Actor: user.ID(r.few("actor")), At: u.Lifecycle.Created,
			UserID: user.ID(id), Created: &u, Detail: word, Reason: word,
		}
		if r.yes("a diff") {
			c.Created, c.Diff = nil, user.Diff(user.User{}, u)
		}
		return on("AppendChange", func(ctx context.Context, w storage.Writer) (any, error) { return nil, w.AppendChange(ctx, c) })
	case 11:
		last := storage.ChangeID{Revision: user.Revision(r.number("last", 0, 20)), Index: r.few("last index")}
		return on("CompactChanges", func(ctx context.Context, w storage.Writer) (any, error) { return nil, w.CompactChanges(ctx, last) })
	case 12, 13, 14, 15:
		return r.deliver(storage.Change{Type: storage.UserUpdated, UserID: user.ID(id), Created: &u, Detail: word})
	case 8, 9, 10:
		to := []balance.Holder{balance.Holder(id), balance.Holder(r.id("to"))}
		wrong := r.number("wrong", 0, 9) == 9
		key, reverses := oneOf(r, "key", "", "", "", "k", "K", "k\x01", "k\ufffd"), oneOf[uint64](r, "reverses", 0, 0, 0, 1, 2, 3)
		return on("PostTransfer", func(ctx context.Context, w storage.Writer) (any, error) {
			x, err := pays(ctx, w, amount, to)
			if err != nil {
				return nil, err
			}
			x.Key, x.Reverses, x.AccountDescription, x.At = key, balance.TransferID(reverses), word, u.Lifecycle.Created
			if wrong {
				x.Postings[len(x.Postings)-1].ToAfter++
			}
			return nil, w.PostTransfer(ctx, x)
		})
	}
	return on("PutUser", func(ctx context.Context, w storage.Writer) (any, error) { return nil, w.PutUser(ctx, u) })
}

// pays returns a new transfer that fits the current balances in w, and does not post it. The first
// posting moves money from the world to the account. Then the account pays the amount to each
// holder in the parameter to, once even if a holder occurs twice. The first posting is the sum of
// these payments. pays takes the next transfer id from w. Errors: those of w.
func pays(ctx context.Context, w storage.Writer, amount balance.Units, to []balance.Holder) (balance.Transfer, error) {
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
