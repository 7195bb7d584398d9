package memstore_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// populated is a store with some of everything in two accounts.
func populated(t testing.TB, seed uint64, opts ...memstore.Option) *memstore.Store {
	t.Helper()
	d := newDice(seed)
	s := memstore.New(opts...)
	t.Cleanup(func() { _ = s.Close() })
	for _, a := range []user.AccountID{"acme", "other one"} {
		m := model{}
		for range 6 {
			_, err := s.Update(t.Context(), a, func(ctx context.Context, w storage.Writer) error {
				if _, err := w.NextID(ctx, storage.ReferenceIDs(user.ReferenceView)); err != nil {
					return err
				}
				return d.write(ctx, w, m)
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	return s
}

// write writes some of everything.
func (d dice) write(ctx context.Context, w storage.Writer, m model) error {
	account := user.Account{
		ID: "acme", Version: w.Next(), Name: d.text(), Currency: "USD", Overdraft: d.Int64N(9), MaxUsers: d.IntN(9),
		NameReuse: user.NameReuse{Never: d.one(2), Hold: time.Hour}, ReservationTime: time.Minute, Created: d.time(), DefaultMaxAsyncChats: d.IntN(5),
	}
	if err := w.PutAccount(ctx, account); err != nil {
		return err
	}
	for range 8 {
		u, change := d.user(d.id(), w.Next()), storage.Change{Type: storage.UserUpdated, Detail: d.text(), Reason: d.text(), At: d.time(), Actor: 1}
		if m.taken(u) {
			continue
		}
		if before, ok := m[u.ID]; ok {
			change.Diff = user.Diff(before, u)
		} else {
			change.Created = &u
		}
		if err := w.PutUser(ctx, u); err != nil {
			return err
		}
		m[u.ID], change.UserID = u, u.ID
		if err := w.AppendChange(ctx, change); err != nil {
			return err
		}
		if d.one(2) {
			secret := user.SecretOf(d.text()+"hash", d.time(), d.text(), "old")
			if err := w.PutSecret(ctx, u.ID, secret); err != nil {
				return err
			}
		}
		ref := user.Reference{
			Kind: user.ReferenceKind(1 + d.IntN(9)), ID: 1 + d.Int64N(100), Version: w.Next(), Description: d.text(), AutoLink: d.one(2),
			Profile: user.Profile{Role: pick(d, user.Agent, "")}, Properties: user.ListOf(user.Property{Name: d.text(), Value: d.text()}),
		}
		ref.Name = fmt.Sprint(d.text(), ref.Kind, ref.ID)
		if err := w.PutReference(ctx, ref); err != nil {
			return err
		}
		if err := d.pay(ctx, w, u.ID); err != nil {
			return err
		}
		if err := d.deliver(ctx, w, change); err != nil {
			return err
		}
	}
	return nil
}

// deliver moves one of some deliveries, and sometimes leaves the change in it as a dead letter.
func (d dice) deliver(ctx context.Context, w storage.Writer, c storage.Change) error {
	c.ID = storage.ChangeID{Revision: w.Next(), Index: d.IntN(9)}
	way := storage.Delivery{Name: pick(d, "a", "ab", "b"), Position: c.ID}
	if d.one(2) {
		way.Holder, way.Until = fmt.Sprint("process ", d.IntN(9)), d.time()
	}
	if err := w.PutDelivery(ctx, way); err != nil || d.one(2) {
		return err
	}
	return w.PutDeadLetter(ctx, way.Name, storage.DeadLetter{Change: c, Attempts: 1 + d.IntN(9), Error: d.text(), At: d.time()})
}

// pay moves money to the user, and sometimes takes the transfer before back.
func (d dice) pay(ctx context.Context, w storage.Writer, id user.ID) error {
	n, err := w.NextID(ctx, storage.TransferIDs)
	if err != nil {
		return err
	}
	had, err := w.Balances(ctx, balance.Account, balance.HolderOf(id))
	if err != nil {
		return err
	}
	amount := balance.Units(1 + d.Int64N(1e6))
	money, err := balance.FromUnits(amount, "USD")
	if err != nil {
		return err
	}
	t := balance.Transfer{
		ID: balance.TransferID(n), Kind: balance.Transferring, At: d.time(), Actor: 1, Reason: d.text(), Currency: "USD", Requested: money,
		Rate: d.text(), Strict: d.one(2), Users: balance.FingerprintUsers([]user.ID{id}), AccountDescription: "to ${user_name}", UserDescription: d.text(),
		Postings: []balance.Posting{{
			From: balance.Account, To: balance.HolderOf(id), Amount: amount, FromAfter: had[0] - amount, ToAfter: had[1] + amount, Name: d.text(),
		}},
		Skipped: []balance.Skip{{User: 7, Reason: balance.AccountShort}},
	}
	if d.one(2) {
		t.Key = fmt.Sprint("key ", n)
	}
	if n > 1 && d.one(3) {
		t.Reverses = balance.TransferID(n - 1)
	}
	if d.one(4) {
		t.Postings = append(t.Postings, balance.Posting{From: balance.World, To: balance.Account, Amount: 5, ToAfter: had[0] - amount + 5})
	}
	return w.PostTransfer(ctx, t)
}
