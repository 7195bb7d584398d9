package enginetest

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/sample"
	"github.com/ca74b63c/roster/user"
)

// HostTx is a transaction that a host began on the database of a store.
type HostTx struct {
	In               storage.Storage // the storage inside the transaction
	Exec             func(sql string) error
	Commit, Rollback func() error
}

// Tx tests that a write of roster and a row of the host are committed together or not at all, and
// that Wait returns after the host's commit. It also tests that the storage inside a transaction
// refuses calls after the transaction has ended, and after Close, which leaves the transaction
// open. s must be empty, and the database must have an empty table orders with one column of
// numbers. orders must return the number of rows in this table.
func Tx(t *testing.T, s storage.Storage, begin func() HostTx, orders func() int) {
	t.Helper()
	sample.Crowd(t, s, account, 1)
	for committed, end := range []func(HostTx) error{
		func(tx HostTx) error { return tx.Rollback() },
		func(tx HostTx) error {
			var waiting sync.WaitGroup
			waiting.Go(func() {
				ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
				defer cancel()
				_, err := s.(storage.Waiter).Wait(ctx, account, 1)
				must(t, err)
			})
			defer waiting.Wait()
			return tx.Commit()
		},
	} {
		tx := begin()
		must(t, tx.Exec("INSERT INTO orders VALUES (2)"))
		must(t, sample.Put(t.Context(), tx.In, 2))
		must(t, end(tx))
		n, rev := sample.Count(t, s, account, storage.Query{})
		if got := orders(); got != committed || n != 1+committed || rev != user.Revision(1+committed) {
			t.Errorf("%d orders, %d users, revision %d; %d transactions are committed", got, n, rev, committed)
		}
		if err := sample.Put(t.Context(), tx.In, 3); err == nil {
			t.Error("a transaction that has ended took a user")
		}
	}
	tx := begin()
	must(t, tx.In.Close())
	if err := sample.Put(t.Context(), tx.In, 3); !errors.Is(err, storage.ErrClosed) {
		t.Errorf("Update of a closed storage: %v", err)
	}
	must(t, tx.Rollback())
}
