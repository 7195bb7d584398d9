package enginetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/sample"
)

// Close tests the method Close of a store while many goroutines use the store. The first call of
// open must open an empty database, and the second call must open the same database again. Each
// goroutine repeats a call until the call returns storage.ErrClosed. The test fails on any other
// error. After the database is opened again, it must contain exactly the acknowledged transfers.
func Close(t *testing.T, open func() storage.Storage) {
	t.Helper()
	s := open()
	sample.Fund(t, s, account)
	var done atomic.Int64
	var all sync.WaitGroup
	work := func(what string, once func(i int) error) {
		all.Go(func() {
			for i := 0; ; i++ {
				if err := once(i); errors.Is(err, storage.ErrClosed) {
					return
				} else if err != nil {
					t.Errorf("%s: %v", what, err)
					return
				}
			}
		})
	}
	for g := range 4 {
		work("Update", func(i int) error {
			err := sample.Pay(t.Context(), s, account, balance.Holder(g+1), fmt.Sprint(g, "/", i))
			if err == nil {
				done.Add(1)
			}
			return err
		})
		work("View", func(int) error {
			return s.View(t.Context(), account, func(ctx context.Context, r storage.Reader) error {
				_, err := r.Transfers(ctx, storage.TransferQuery{})
				return err
			})
		})
	}
	if w, ok := s.(storage.Waiter); ok {
		work("Wait", func(int) error {
			_, err := w.Wait(t.Context(), account, 1<<62)
			return err
		})
	}
	work("Accounts", func(int) error {
		_, err := s.Accounts(t.Context(), storage.NotDeleted, "", 0)
		return err
	})
	time.Sleep(100 * time.Millisecond)
	must(t, s.Close())
	all.Wait()
	if keys := sample.Check(t, open(), account); int64(len(keys)) != done.Load()+1 {
		t.Errorf("%d transfers are there, %d were acknowledged", len(keys)-1, done.Load())
	}
}
