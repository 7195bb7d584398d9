package stream_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/stream"
	"github.com/ca74b63c/roster/user"
	"github.com/google/go-cmp/cmp"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func update(t testing.TB, s storage.Storage, a user.AccountID, fn func(ctx context.Context, w storage.Writer) error) {
	t.Helper()
	_, err := s.Update(t.Context(), a, fn)
	must(t, err)
}

func at(n int) time.Time {
	return time.Date(2026, 1, 2, 3, 4, 5, 6000, time.UTC).Add(time.Duration(n) * time.Hour)
}

// person is a user with texts that formats of text lose.
func person(id user.ID) user.User {
	u := user.User{ID: id, Version: user.Revision(id)}
	u.Identity.Login = fmt.Sprintf("user%d\x01\ufffd", id)
	u.Identity.CustomData = "\u0301 <script> \u2028 \"\\"
	u.Names.Display = "Zo\u00eb \U0001F600"
	u.Contact.Email = "shared@example.com"
	u.Capacity.Skills = user.IDSetOf[user.SkillID](1, 2)
	u.Capacity.MaxAsyncChats = user.Some(0)
	u.Capacity.MemberOf = user.Assignment{Group: 4, Since: at(1)}
	u.Access.Granted = user.RolesOf(user.Agent)
	u.Access.Roles = user.RolesOf(user.Agent)
	u.Credentials.HasPassword = id%2 == 0
	u.Lifecycle.Created = at(int(id))
	switch id % 5 {
	case 3:
		u.Lifecycle.Deleted, u.Lifecycle.HoldUntil = at(100), at(200)
	case 4:
		u.Identity.Login, u.Lifecycle.Deleted, u.Lifecycle.Erased = "", at(100), true
	}
	return u
}

// live fills an account as a front door would: a change with every write, revisions without
// changes, ids that were given and are gone, money, and forgotten names.
func live(t testing.TB, s storage.Storage, a user.AccountID, people int) {
	t.Helper()
	update(t, s, a, func(ctx context.Context, w storage.Writer) error {
		err := w.PutAccount(ctx, user.Account{ID: a, Version: 1, Name: "Acme\ufffd", Currency: "USD", Overdraft: 7, Created: at(0)})
		return errors.Join(err, w.AppendChange(ctx, storage.Change{At: at(0), Type: storage.AccountUpdated, Reason: "be\x01gin"}))
	})
	update(t, s, a, func(ctx context.Context, w storage.Writer) error {
		for _, k := range []user.ReferenceKind{user.ReferenceSkill, user.ReferenceView} {
			for id := int64(1); id <= 3; id++ {
				r := user.Reference{Kind: k, ID: id, Name: fmt.Sprint("n\ufffd", id), Properties: user.ListOf(user.Property{Name: "p", Value: "\x01"})}
				if err := w.PutReference(ctx, r); err != nil {
					return err
				}
			}
		}
		return w.DeleteReference(ctx, user.ReferenceView, 3)
	})
	update(t, s, a, func(ctx context.Context, w storage.Writer) error { // an id that is given and never used
		_, err := w.NextID(ctx, storage.ReferenceIDs(user.ReferenceQueue))
		return err
	})
	for id := user.ID(1); id <= user.ID(people); id++ {
		update(t, s, a, func(ctx context.Context, w storage.Writer) error {
			u := person(id)
			if err := w.PutUser(ctx, u); err != nil {
				return err
			}
			if u.Credentials.HasPassword {
				if err := w.PutSecret(ctx, id, user.SecretOf(fmt.Sprint("$hash$", id), at(3), "old", "older\ufffd")); err != nil {
					return err
				}
			}
			before := u
			before.Names.Display = "before"
			for _, c := range []storage.Change{
				{At: at(int(id)), Type: storage.UserCreated, Actor: 1, UserID: id, Created: &before},
				{At: at(int(id)), Type: storage.UserUpdated, UserID: id, Diff: user.Diff(before, u), Detail: "d\ufffd"},
			} {
				if err := w.AppendChange(ctx, c); err != nil {
					return err
				}
			}
			return nil
		})
	}
	book := ledger{}
	post := func(kind balance.Kind, from balance.Holder, units balance.Units, to ...balance.Holder) balance.TransferID {
		tr := book.move(kind, from, units, to...)
		update(t, s, a, func(ctx context.Context, w storage.Writer) error {
			c := storage.Change{At: tr.At, Type: storage.MoneyTransferred, TransferID: tr.ID}
			return errors.Join(w.PostTransfer(ctx, tr), w.AppendChange(ctx, c))
		})
		return tr.ID
	}
	post(balance.Funding, balance.World, 1_000_000, balance.Account)
	for id := 1; id+1 <= people; id++ {
		paid := post(balance.Transferring, balance.Account, 10, balance.Holder(id), balance.Holder(id+1))
		if id%4 == 0 {
			book.reverses = paid
			post(balance.Reversing, balance.Holder(id), 10, balance.Account)
		}
	}
	update(t, s, a, func(ctx context.Context, w storage.Writer) error { return w.Scrub(ctx, 2) })
	delivered(t, s, a)
}

// delivered adds two deliveries with dead letters. No lease is held, because a move takes no lease.
func delivered(t testing.TB, s storage.Storage, a user.AccountID) {
	t.Helper()
	update(t, s, a, func(ctx context.Context, w storage.Writer) error {
		list, err := w.Changes(ctx, storage.ChangeQuery{Newest: true, Limit: 5})
		if err != nil {
			return err
		}
		for i, name := range []string{"audit", "web-hooks"} {
			d := storage.Delivery{Name: name}
			if i == 1 {
				d.Position = list[0].ID
			}
			if err := w.PutDelivery(ctx, d); err != nil {
				return err
			}
			for n, c := range list[i:] {
				l := storage.DeadLetter{Change: c, Attempts: n + 1, Error: "refused\ufffd", At: at(n)}
				if err := w.PutDeadLetter(ctx, name, l); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// ledger makes transfers that follow from each other.
type ledger struct {
	last     balance.TransferID
	has      map[balance.Holder]balance.Units
	reverses balance.TransferID
}

func (l *ledger) move(kind balance.Kind, from balance.Holder, units balance.Units, to ...balance.Holder) balance.Transfer {
	if l.has == nil {
		l.has = map[balance.Holder]balance.Units{}
	}
	l.last += 2
	t := balance.Transfer{
		ID: l.last, Kind: kind, At: at(int(l.last)), Actor: 1, Currency: "USD", Key: fmt.Sprint("key\ufffd", l.last), Reason: "r",
		Users: balance.Fingerprint{1, 2, 255}, AccountDescription: "\x01", Reverses: l.reverses,
		Skipped: []balance.Skip{{User: 99, Reason: balance.AccountShort}},
	}
	if kind == balance.Transferring {
		t.Requested, _ = balance.FromUnits(units, "USD")
		t.Rate = "1.5"
	}
	l.reverses = 0
	for _, h := range to {
		l.has[from] -= units
		l.has[h] += units
		p := balance.Posting{From: from, To: h, Amount: units, FromAfter: l.has[from], ToAfter: l.has[h], Name: "Zo\u00eb"}
		if from == balance.World {
			p.FromAfter, l.has[from] = 0, 0
		}
		t.Postings = append(t.Postings, p)
	}
	return t
}

// world returns a store with accounts of all sorts.
func world(t testing.TB, opts ...memstore.Option) *memstore.Store {
	s := memstore.New(opts...)
	t.Cleanup(func() { _ = s.Close() })
	live(t, s, "acme", 12)
	live(t, s, "other\x01\ufffd", 3)
	update(t, s, "bare", func(ctx context.Context, w storage.Writer) error { return w.PutUser(ctx, person(7)) }) // no settings, no changes
	update(t, s, "given", func(ctx context.Context, w storage.Writer) error {                                    // an id, and nothing else
		_, err := w.NextID(ctx, storage.UserIDs)
		return errors.Join(err, w.PutAccount(ctx, user.Account{ID: "given", Currency: "EUR"}))
	})
	return s
}

// look reads an account by every method that reads, so that nothing but the storage says what is in
// it.
func look(t testing.TB, s storage.Storage, a user.AccountID) map[string]any {
	t.Helper()
	seen := map[string]any{}
	must(t, s.View(t.Context(), a, func(ctx context.Context, r storage.Reader) error {
		note := func(what string, v any, err error) {
			seen[what] = v
			if err != nil {
				seen[what] = err.Error()
			}
		}
		seen["revision"] = r.Revision()
		account, err := r.Account(ctx)
		note("account", account, err)
		for _, order := range []storage.Order{storage.OrderByID, storage.OrderByLogin, storage.OrderByDisplayName} {
			list, err := r.Users(ctx, storage.Query{Deleted: storage.WithDeleted, Order: order})
			note(fmt.Sprint("users ", order), list, err)
			for _, u := range list {
				secret, err := r.Secret(ctx, u.ID)
				note(fmt.Sprint("secret ", u.ID), fmt.Sprint(secret.Hash(), secret.Previous().Slice(), secret.Changed()), err)
				entries, err := r.Statement(ctx, balance.HolderOf(u.ID), storage.EntryID{}, 0)
				note(fmt.Sprint("statement ", u.ID), entries, err)
				for k, value := range u.Keys() {
					owner, err := r.UserByKey(ctx, user.Key{Kind: user.KeyKind(k), Value: value})
					if !errors.Is(err, storage.ErrAmbiguous) && !errors.Is(err, storage.ErrNotFound) {
						note(fmt.Sprint("owner of ", k, value), owner, err)
					}
				}
			}
		}
		n, err := r.CountUsers(ctx, storage.Query{Text: "zo\u00eb"})
		note("found", n, err)
		for k := user.ReferenceKind(1); k.Valid(); k++ {
			list, err := r.References(ctx, k, 0, 0)
			note(fmt.Sprint("refs ", k), list, err)
		}
		units, err := r.Balances(ctx, balance.Account, balance.World, 1, 2, 3, 4, 5)
		note("balances", units, err)
		list, err := r.Transfers(ctx, storage.TransferQuery{})
		note("transfers", list, err)
		for _, tr := range list {
			same, err := r.TransferByKey(ctx, tr.Key)
			note("by key "+tr.Key, same, err)
			by, err := r.Reversal(ctx, tr.ID)
			if !errors.Is(err, storage.ErrNotFound) {
				note(fmt.Sprint("reversal ", tr.ID), by, err)
			}
		}
		c, err := r.Counters(ctx)
		note("counters", c, err)
		feed, err := r.Changes(ctx, storage.ChangeQuery{After: c.Compacted})
		note("changes", feed, err)
		way, err := r.Deliveries(ctx, "", 0)
		note("deliveries", way, err)
		for _, d := range way {
			letters, err := r.DeadLetters(ctx, d.Name, storage.ChangeID{}, 0)
			note("dead letters of "+d.Name, letters, err)
		}
		_, err = r.Changes(ctx, storage.ChangeQuery{})
		seen["is compacted"] = errors.Is(err, storage.ErrCompacted)
		return nil
	}))
	return seen
}

// equal demands that two storages have the same accounts.
func equal(t testing.TB, a, b storage.Storage) {
	t.Helper()
	listA, err := a.Accounts(t.Context(), storage.NotDeleted, "", 0)
	must(t, err)
	listB, err := b.Accounts(t.Context(), storage.NotDeleted, "", 0)
	must(t, err)
	if d := cmp.Diff(listA, listB); d != "" {
		t.Fatalf("accounts (-want +got):\n%s", d)
	}
	for _, id := range listA {
		if d := cmp.Diff(look(t, a, id), look(t, b, id)); d != "" {
			t.Fatalf("account %q (-want +got):\n%s", id, d)
		}
	}
	if x, y := exported(t, a), exported(t, b); !bytes.Equal(x, y) {
		t.Fatal("the streams of both differ")
	}
}

func exported(t testing.TB, s storage.Storage, opts ...stream.Option) []byte {
	t.Helper()
	var b bytes.Buffer
	_, err := stream.Export(t.Context(), s, &b, opts...)
	must(t, err)
	return b.Bytes()
}
