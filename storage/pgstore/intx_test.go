package pgstore

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/sample"
)

// TestInTx runs operations inside the server's own transactions: both stay or neither, and a failed
// operation leaves the server's transaction as it was.
func TestInTx(t *testing.T) {
	s := open(t)
	ctx := t.Context()
	_, err := s.pool.Exec(ctx, "CREATE TABLE orders (buyer bigint)")
	must(t, err)
	sample.Crowd(t, s, "acme", 1)
	state := func(orders, users int) {
		t.Helper()
		var n int
		must(t, s.pool.QueryRow(ctx, "SELECT count(*) FROM orders").Scan(&n))
		must(t, s.View(ctx, "acme", func(ctx context.Context, r storage.Reader) error {
			found, err := r.CountUsers(ctx, storage.Query{})
			if n != orders || found != users {
				t.Errorf("%d orders and %d users, want %d and %d", n, found, orders, users)
			}
			return err
		}))
	}
	for _, commit := range []bool{false, true} {
		tx, err := s.pool.Begin(ctx)
		must(t, err)
		_, err = tx.Exec(ctx, "INSERT INTO orders VALUES (2)")
		must(t, err)
		rev, err := s.InTx(ctx, tx, "acme", func(ctx context.Context, w storage.Writer) error {
			_, err := s.Update(ctx, "acme", func(context.Context, storage.Writer) error { return nil })
			if !errors.Is(err, storage.ErrNestedTx) {
				t.Errorf("Update inside InTx: %v", err)
			}
			if err := w.PutUser(ctx, sample.Person(2)); err != nil {
				return err
			}
			list, err := w.Users(ctx, storage.Query{Text: "Kim Park", Order: storage.OrderByLogin})
			if len(list) != 2 {
				t.Errorf("inside, %d users", len(list))
			}
			return err
		})
		if err != nil || rev != 2 {
			t.Fatalf("InTx: revision %d, %v", rev, err)
		}
		_, err = s.InTx(ctx, tx, "acme", func(ctx context.Context, w storage.Writer) error {
			err := w.PutUser(ctx, sample.Person(3))
			_, err2 := w.CountUsers(ctx, storage.Query{}) // sends it
			return errors.Join(err, err2, errFn)
		})
		if !errors.Is(err, errFn) {
			t.Errorf("InTx whose fn fails: %v", err)
		}
		func() {
			defer func() {
				if p := recover(); p != "thrown" {
					t.Errorf("recovered %v", p)
				}
			}()
			_, _ = s.InTx(ctx, tx, "acme", func(ctx context.Context, w storage.Writer) error {
				must(t, w.PutUser(ctx, sample.Person(5)))
				panic("thrown")
			})
		}()
		if !commit {
			must(t, tx.Rollback(ctx))
			state(0, 1)
			continue
		}
		woken := make(chan error, 1)
		go func() {
			ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
			defer cancel()
			_, err := s.Wait(ctx, "acme", 1)
			woken <- err
		}()
		must(t, tx.Commit(ctx))
		must(t, <-woken)
		state(1, 2)
	}
	ended, err := s.pool.Begin(ctx)
	must(t, err)
	must(t, ended.Rollback(ctx))
	if _, err := s.InTx(ctx, ended, "acme", func(context.Context, storage.Writer) error { return nil }); err == nil {
		t.Error("InTx of a transaction that has ended returned no error")
	}
	must(t, s.Close())
	if _, err := s.InTx(ctx, ended, "acme", nil); !errors.Is(err, storage.ErrInvalid) {
		t.Errorf("InTx without a function: %v", err)
	}
	if _, err := s.InTx(ctx, ended, "acme", func(context.Context, storage.Writer) error { return nil }); !errors.Is(err, storage.ErrClosed) {
		t.Errorf("InTx of a closed store: %v", err)
	}
}
