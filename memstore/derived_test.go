package memstore

import (
	"bytes"
	"context"
	"math"
	"slices"
	"testing"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	memdb "github.com/hashicorp/go-memdb"
)

// notCompared are the fields of a block that depend on how it came about: a signature may also have
// triples that are gone.
var notCompared = cmp.FilterPath(func(p cmp.Path) bool {
	return slices.Contains([]string{".generation", ".stale", ".signature"}, p.Last().String())
}, cmp.Ignore())

// derived is what the rows that are derived from users hold.
type derived struct {
	claims []claim
	places []place
	blocks []*blockRow
}

// derivedOf returns what the derived rows hold, and the number of items of each row of keys and of
// orders.
func derivedOf(rows *memdb.Txn) (d derived, sizes []int) {
	for row := range all[leafRow[claim]](rows, tableKeys) {
		d.claims, sizes = append(d.claims, row.items...), append(sizes, len(row.items))
	}
	for row := range all[leafRow[place]](rows, tableOrders) {
		d.places, sizes = append(d.places, row.items...), append(sizes, len(row.items))
	}
	d.blocks = slices.Collect(all[blockRow](rows, tableBlocks))
	return d, sizes
}

// rowsOf returns the rows of the account acme.
func rowsOf(s *Store) *memdb.Txn {
	var r reader
	r.open(context.Background(), s, "acme", false)
	return r.rows
}

// rebuilt returns what the derived rows hold if they are made anew from the users.
func rebuilt(s *Store) derived {
	w := newWriter(context.Background(), s, "no such account")
	for page := range all[userPage](rowsOf(s), tableUsers) {
		for _, u := range page.users {
			if u != nil {
				w.users[u.ID] = pendingUser{now: u, keys: u.Keys(), rekeyed: true}
			}
		}
	}
	w.flush()
	d, _ := derivedOf(w.rows)
	return d
}

// After random operations, the rows that are derived from the users hold what they hold when they
// are made anew. No row is too long, and none is empty but the first ones.
func TestDerivedRowsCanBeMadeAnew(t *testing.T) {
	for seed := range uint64(2) {
		d, users := newDice(t, seed), map[user.ID]user.User{}
		s := New()
		defer s.Close()
		for range 20 {
			err := put(t, s, "acme", func(ctx context.Context, w storage.Writer) error {
				for range 1 + d.IntN(3) {
					if err := d.write(ctx, w, users, 1+d.IntN(1<<d.IntN(7))); err != nil {
						return err
					}
					if _, err := w.CountUsers(ctx, storage.Query{}); err != nil { // flushes what was written
						return err
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		stored, sizes := derivedOf(rowsOf(s))
		if diff := cmp.Diff(rebuilt(s), stored, exact, notCompared, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("seed %d: %s", seed, diff)
		}
		slices.Sort(sizes)
		if sizes[2] == 0 || sizes[len(sizes)-1] > pageSize {
			t.Fatalf("seed %d: rows of so many items: %d", seed, sizes)
		}
	}
}

// Keys of numbers sort as the numbers do, and none is the beginning of another one.
func TestNumber(t *testing.T) {
	numbers := []uint64{0, 1, 9, 14, 15}
	for shift := 4; shift < 64; shift++ {
		n := uint64(1) << shift
		numbers = append(numbers, n-1, n, n+1)
	}
	numbers = append(numbers, math.MaxUint64-1, math.MaxUint64)
	for _, m := range numbers {
		for _, n := range numbers {
			a, b := number(nil, m), number(nil, n)
			if (bytes.Compare(a, b) < 0) != (m < n) || m != n && bytes.HasPrefix(b, a) {
				t.Errorf("%d as %v, %d as %v", m, a, n, b)
			}
		}
	}
}
