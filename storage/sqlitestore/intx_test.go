package sqlitestore

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/sample"
	"github.com/ca74b63c/roster/user"
)

// TestInTx runs operations inside the server's own transactions on the same file: both stay or
// neither.
func TestInTx(t *testing.T) {
	path := filepath.Join(t.TempDir(), "host.db")
	host := plain(t, path)
	_, err := host.Exec("CREATE TABLE orders (user INTEGER)")
	must(t, err)
	s := openAt(t, path)
	sample.Crowd(t, s, "acme", 1)
	errFn := errors.New("fn says no")
	state := func(orders, users int, rev user.Revision) {
		t.Helper()
		var n int
		must(t, host.QueryRow("SELECT count(*) FROM orders").Scan(&n))
		must(t, s.View(t.Context(), "acme", func(ctx context.Context, r storage.Reader) error {
			got, err := r.CountUsers(ctx, storage.Query{})
			if n != orders || got != users || r.Revision() != rev {
				t.Errorf("%d orders, %d users, revision %d; want %d, %d, %d", n, got, r.Revision(), orders, users, rev)
			}
			return err
		}))
	}
	for _, commit := range []bool{false, true} {
		tx, err := host.Begin()
		must(t, err)
		_, err = tx.Exec("INSERT INTO orders VALUES (2)")
		must(t, err)
		rev, err := s.InTx(t.Context(), tx, "acme", func(ctx context.Context, w storage.Writer) error {
			if _, err := put(s, ctx, "acme", 9); !errors.Is(err, storage.ErrNestedTx) {
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
		_, err = s.InTx(t.Context(), tx, "acme", func(ctx context.Context, w storage.Writer) error {
			return errors.Join(w.PutUser(ctx, sample.Person(3)), errFn)
		})
		if !errors.Is(err, errFn) {
			t.Errorf("InTx whose fn fails: %v", err)
		}
		_, err = s.InTx(t.Context(), tx, "acme", func(ctx context.Context, w storage.Writer) error {
			u := sample.Person(1)
			u.ID = 4
			_ = w.PutUser(ctx, u)
			return nil
		})
		if !errors.Is(err, storage.ErrExists) {
			t.Errorf("InTx whose fn swallows an error: %v", err)
		}
		func() {
			defer func() {
				if p := recover(); p != "thrown" {
					t.Errorf("recovered %v", p)
				}
			}()
			_, _ = s.InTx(t.Context(), tx, "acme", func(ctx context.Context, w storage.Writer) error {
				must(t, w.PutUser(ctx, sample.Person(5)))
				panic("thrown")
			})
		}()
		if !commit {
			must(t, tx.Rollback())
			state(0, 1, 1)
			continue
		}
		woken := make(chan error, 1)
		go func() {
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
			defer cancel()
			_, err := s.Wait(ctx, "acme", 1)
			woken <- err
		}()
		must(t, tx.Commit())
		must(t, <-woken)
		state(1, 2, 2)
	}
	ended, err := host.Begin()
	must(t, err)
	must(t, ended.Rollback())
	if _, err := s.InTx(t.Context(), ended, "acme", func(context.Context, storage.Writer) error { return nil }); err == nil {
		t.Error("InTx of a transaction that has ended returned no error")
	}
	must(t, s.Close())
	if _, err := s.InTx(t.Context(), ended, "acme", nil); !errors.Is(err, storage.ErrInvalid) {
		t.Errorf("InTx without a function: %v", err)
	}
	if _, err := s.InTx(t.Context(), ended, "acme", func(context.Context, storage.Writer) error { return nil }); !errors.Is(err, storage.ErrClosed) {
		t.Errorf("InTx of a closed store: %v", err)
	}
}
