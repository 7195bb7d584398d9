package stream_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/internal/differential"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/stream"
	"github.com/ca74b63c/roster/user"
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
		var errs []error
		for _, k := range []user.ReferenceKind{user.ReferenceSkill, user.ReferenceView} {
			for id := int64(1); id <= 3; id++ {
				r := user.Reference{Kind: k, ID: id, Name: fmt.Sprint("n\ufffd", id), Properties: user.ListOf(user.Property{Name: "p", Value: "\x01"})}
				errs = append(errs, w.PutReference(ctx, r))
			}
		}
		return errors.Join(append(errs, w.DeleteReference(ctx, user.ReferenceView, 3))...)
	})
	update(t, s, a, func(ctx context.Context, w storage.Writer) error { // an id that is given and never used
		_, err := w.NextID(ctx, storage.ReferenceIDs(user.ReferenceQueue))
		return err
	})
	for id := user.ID(1); id <= user.ID(people); id++ {
		update(t, s, a, func(ctx context.Context, w storage.Writer) error {
			u := person(id)
			errs := []error{w.PutUser(ctx, u)}
			if u.Credentials.HasPassword {
				errs = append(errs, w.PutSecret(ctx, id, user.SecretOf(fmt.Sprint("$hash$", id), at(3), "old", "older\ufffd")))
			}
			before := u
			before.Names.Display = "before"
			return errors.Join(append(errs,
				w.AppendChange(ctx, storage.Change{At: at(int(id)), Type: storage.UserCreated, Actor: 1, UserID: id, Created: &before}),
				w.AppendChange(ctx, storage.Change{
					At: at(int(id)), Type: storage.UserUpdated, UserID: id, Diff: user.Diff(before, u), Detail: "d\ufffd",
				}))...)
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
		var errs []error
		for i, d := range []storage.Delivery{{Name: "audit"}, {Name: "web-hooks", Position: list[0].ID}} {
			errs = append(errs, w.PutDelivery(ctx, d))
			for n, c := range list[i:] {
				l := storage.DeadLetter{Change: c, Attempts: n + 1, Error: "refused\ufffd", At: at(n)}
				errs = append(errs, w.PutDeadLetter(ctx, d.Name, l))
			}
		}
		return errors.Join(errs...)
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

// equal demands that two storages export the same accounts, and that they answer the same for the
// account acme, so that not only this package says what is in them.
func equal(t testing.TB, a, b storage.Storage) {
	t.Helper()
	differential.New(t, 1, "", a, b).End()
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
