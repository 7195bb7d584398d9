package memstore

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

func put(t testing.TB, s storage.Storage, a user.AccountID, fn func(ctx context.Context, w storage.Writer) error) error {
	t.Helper()
	_, err := s.Update(t.Context(), a, fn)
	return err
}

func named(id user.ID, login string) user.User {
	return user.User{ID: id, Identity: user.Identity{Login: login}}
}

func putUser(u user.User) func(context.Context, storage.Writer) error {
	return func(ctx context.Context, w storage.Writer) error { return w.PutUser(ctx, u) }
}

// What is over a bound is ErrLimit, and what was there before can still be changed.
func TestBounds(t *testing.T) {
	s := New(MaxAccounts(2), MaxUsers(2), MaxReferences(1), MaxTransfers(2), MaxPostings(3),
		MaxDeliveries(2), MaxDeadLetters(2))
	defer s.Close()
	transfer := func(id balance.TransferID, postings int) func(context.Context, storage.Writer) error {
		return func(ctx context.Context, w storage.Writer) error {
			x := balance.Transfer{ID: id}
			had, err := w.Balances(ctx, balance.Account)
			for range postings {
				had[0]++
				x.Postings = append(x.Postings, balance.Posting{From: balance.World, To: balance.Account, Amount: 1, ToAfter: had[0]})
			}
			return errors.Join(err, w.PostTransfer(ctx, x))
		}
	}
	ref := func(id int64) func(context.Context, storage.Writer) error {
		return func(ctx context.Context, w storage.Writer) error {
			return w.PutReference(ctx, user.Reference{Kind: user.ReferenceSkill, ID: id, Name: fmt.Sprint(id)})
		}
	}
	deliver := func(name string, letters ...int) func(context.Context, storage.Writer) error {
		return func(ctx context.Context, w storage.Writer) error {
			err := w.PutDelivery(ctx, storage.Delivery{Name: name})
			for _, n := range letters {
				c := storage.Change{ID: storage.ChangeID{Revision: 1, Index: n}}
				err = errors.Join(err, w.PutDeadLetter(ctx, name, storage.DeadLetter{Change: c, Attempts: 1}))
			}
			return err
		}
	}
	remove := func(ctx context.Context, w storage.Writer) error { return w.DeleteDelivery(ctx, "second") }
	for _, c := range []struct {
		what    string
		account user.AccountID
		fn      func(context.Context, storage.Writer) error
		want    error
	}{
		{"first user", "a", putUser(named(1, "one")), nil},
		{"second user", "a", putUser(named(2, "two")), nil},
		{"third user", "a", putUser(named(3, "three")), storage.ErrLimit},
		{"third user with a name that is taken", "a", putUser(named(3, "one")), storage.ErrExists},
		{"second user again", "a", putUser(named(2, "deux")), nil},
		{"user of another account", "b", putUser(named(1, "one")), nil},
		{"third account", "c", putUser(named(1, "one")), storage.ErrLimit},
		{"first reference", "a", ref(1), nil},
		{"second reference", "a", ref(2), storage.ErrLimit},
		{"first reference again", "a", ref(1), nil},
		{"too many postings", "a", transfer(1, 4), storage.ErrLimit},
		{"first transfer", "a", transfer(1, 2), nil},
		{"too many postings together", "a", transfer(2, 2), storage.ErrLimit},
		{"second transfer", "a", transfer(2, 1), nil},
		{"third transfer", "a", transfer(3, 0), storage.ErrLimit},
		{"first delivery", "a", deliver("first", 1), nil},
		{"second delivery", "a", deliver("second", 1), nil},
		{"third delivery", "a", deliver("third"), storage.ErrLimit},
		{"first delivery again", "a", deliver("first", 1), nil},
		{"third dead letter", "a", deliver("first", 2), storage.ErrLimit},
		{"deleting a delivery", "a", remove, nil},
		{"another dead letter after that", "a", deliver("first", 2), nil},
		{"another delivery after that", "a", deliver("third"), nil},
		{"fourth dead letter", "a", deliver("third", 1), storage.ErrLimit},
		{"sequence that is none", "a", func(ctx context.Context, w storage.Writer) error {
			_, err := w.NextID(ctx, 200)
			return err
		}, storage.ErrInvalid},
	} {
		if err := put(t, s, c.account, c.fn); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.what, err, c.want)
		}
	}
}

// Changes beyond the bound go, the oldest first, and a reader who asks for them is told so.
func TestCompactedChanges(t *testing.T) {
	s := New(MaxChanges(100))
	defer s.Close()
	record(t, s, 350, func(i int) storage.Change { return storage.Change{Detail: fmt.Sprint(i)} })
	err := s.View(t.Context(), "acme", func(ctx context.Context, r storage.Reader) error {
		if _, err := r.Changes(ctx, storage.ChangeQuery{After: storage.ChangeID{Revision: 5, Index: 48}}); !errors.Is(err, storage.ErrCompacted) {
			t.Errorf("changes that are gone: %v", err)
		}
		list, err := r.Changes(ctx, storage.ChangeQuery{After: storage.ChangeID{Revision: 5, Index: 49}})
		if err != nil || len(list) != 100 || list[0].Detail != "250" || list[99].Detail != "349" {
			t.Errorf("%d changes, %v", len(list), err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// A posting that is refused may already have moved what its transfer posted before it, so the
// transaction must not look at that again.
func TestNothingIsDoneAfterAWriteThatFailed(t *testing.T) {
	s := New()
	defer s.Close()
	err := put(t, s, "a", func(ctx context.Context, w storage.Writer) error {
		first := w.PostTransfer(ctx, balance.Transfer{ID: 1, Postings: []balance.Posting{
			{From: balance.World, To: 1, Amount: 5, ToAfter: 5},
			{From: balance.World, To: 1, Amount: 5, ToAfter: 7}, // does not follow
		}})
		if err := w.Scrub(ctx, 1); !errors.Is(first, storage.ErrConflict) || !errors.Is(err, storage.ErrConflict) {
			t.Errorf("PostTransfer: %v, Scrub after it: %v, want ErrConflict", first, err)
		}
		return nil
	})
	if !errors.Is(err, storage.ErrConflict) {
		t.Errorf("Update: %v, want ErrConflict", err)
	}
}

// Calls for accounts that nothing is kept of leave nothing behind, and no call leaves a goroutine.
func TestLeavesNothingBehind(t *testing.T) {
	before := runtime.NumGoroutine()
	s := New(MaxAccounts(1))
	var wg sync.WaitGroup
	for i := range 50 {
		wg.Go(func() {
			a := user.AccountID(fmt.Sprint("account", i%7))
			ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
			defer cancel()
			if _, err := s.Wait(ctx, a, 0); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("Wait: %v", err)
			}
			err := put(t, s, a, func(ctx context.Context, w storage.Writer) error {
				return errors.Join(w.PutUser(ctx, named(1, "one")), errRollback)
			})
			if !errors.Is(err, errRollback) {
				t.Errorf("Update: %v", err)
			}
		})
	}
	wg.Wait()
	if n := len(s.turns); n != 0 {
		t.Errorf("%d accounts are still known", n)
	}
	if err := put(t, s, "real", putUser(named(1, "one"))); err != nil {
		t.Errorf("the one account that there may be: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	for range 100 {
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(time.Millisecond)
	}
	t.Errorf("%d goroutines, %d before", runtime.NumGoroutine(), before)
}

// TestSnapshotKeepsDeletedAccounts: a snapshot keeps the counters of a deleted account, so a new
// account of the same name continues them after Restore. MaxAccounts counts deleted accounts, too.
func TestSnapshotKeepsDeletedAccounts(t *testing.T) {
	s := New(MaxAccounts(2))
	add := func(ctx context.Context, w storage.Writer) error {
		id, err := w.NextID(ctx, storage.UserIDs)
		return errors.Join(err, w.PutUser(ctx, user.User{ID: user.ID(id)}))
	}
	if err := errors.Join(put(t, s, "acme", add), put(t, s, "other", add)); err != nil {
		t.Fatal(err)
	}
	if rev, err := s.DeleteAccount(t.Context(), "acme"); rev != 2 || err != nil {
		t.Fatalf("revision %d, %v", rev, err)
	}
	restored, err := Restore(t.Context(), bytes.NewReader(snapshot(t, s)), MaxAccounts(2))
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []*Store{s, restored} {
		gone, err := s.Accounts(t.Context(), storage.OnlyDeleted, "", 0)
		if len(gone) != 1 || gone[0] != "acme" || err != nil {
			t.Errorf("deleted accounts: %v, %v", gone, err)
		}
		if rev, err := s.Update(t.Context(), "acme", add); rev != 3 || err != nil {
			t.Errorf("a write after the deletion makes revision %d, %v", rev, err)
		}
		err = s.View(t.Context(), "acme", func(ctx context.Context, r storage.Reader) error {
			_, err := r.User(ctx, 2)
			return err
		})
		if err != nil {
			t.Errorf("the user of the new account: %v", err)
		}
		if err := put(t, s, "third", add); !errors.Is(err, storage.ErrLimit) {
			t.Errorf("a third account, where two may be: %v", err)
		}
	}
}
