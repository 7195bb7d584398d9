package pgstore

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/ca74b63c/roster/internal/pgserver"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// TestLeaseOfTwoProcesses lets two stores on one database, each with several callers, move a
// position on. No commit raises the revision, so a store that compared revisions would lose some.
func TestLeaseOfTwoProcesses(t *testing.T) {
	const callers, rounds = 3, 30
	dsn := scratch(t, pgserver.Shared(t))
	stores := []*Store{openAt(t, dsn), openAt(t, dsn)}
	put := func(ctx context.Context, w storage.Writer) error {
		return w.PutDelivery(ctx, storage.Delivery{Name: "consumer"})
	}
	_, err := stores[0].Update(t.Context(), "acme", put)
	must(t, err)
	var group sync.WaitGroup
	for i, s := range stores {
		for range callers {
			group.Go(func() {
				for range rounds {
					rev, err := s.Update(t.Context(), "acme", func(ctx context.Context, w storage.Writer) error {
						d, err := w.Delivery(ctx, "consumer")
						if err != nil {
							return err
						}
						d.Position.Revision++
						d.Holder, d.Until = fmt.Sprint("store ", i), time.Unix(1, 0)
						return w.PutDelivery(ctx, d)
					})
					if rev != 0 || err != nil {
						t.Errorf("revision %d, %v", rev, err)
						return
					}
				}
			})
		}
	}
	group.Wait()
	for _, s := range stores {
		must(t, s.View(t.Context(), "acme", func(ctx context.Context, r storage.Reader) error {
			d, err := r.Delivery(ctx, "consumer")
			if want := user.Revision(len(stores) * callers * rounds); d.Position.Revision != want {
				t.Errorf("position %d after %d Updates", d.Position.Revision, want)
			}
			return err
		}))
	}
}
