package history

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/ca74b63c/roster/internal/systemtest/faulty"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/storage"
)

// brief is a history in which a fault is sown.
func brief(seed uint64) Setting {
	return Setting{Seed: seed, Prefix: "s", Operations: 400, Accounts: 1}
}

// TestSownFaultsAreNoticedEveryTime records the same histories with a fault, of which all are
// refused, and without one, of which none is.
func TestSownFaultsAreNoticedEveryTime(t *testing.T) {
	for _, c := range []struct {
		what  string
		fault func(s *memstore.Store, random *rand.Rand) storage.Storage
		shown bool // the data of the account shows the fault in most cases
	}{
		{"", func(s *memstore.Store, _ *rand.Rand) storage.Storage { return s }, false},
		{"a lost write", func(s *memstore.Store, random *rand.Rand) storage.Storage {
			return faulty.Forgetful(s, 20+random.Int64N(30)) // there are some 70 to 110 writes
		}, true},
		{"a stale read", func(s *memstore.Store, random *rand.Rand) storage.Storage {
			n := 20 + random.IntN(50) // there are some 110 views
			return faulty.Stale(s, "s0", n, n+20)
		}, false},
		{"a lost update", func(s *memstore.Store, random *rand.Rand) storage.Storage {
			return faulty.Behind(s, "s0", 20+random.IntN(100), 1000)
		}, true},
	} {
		t.Run(c.what, func(t *testing.T) {
			shown := 0
			for seed := range uint64(20) {
				store := memstore.New()
				h, err := Record(t.Context(), c.fault(store, rand.New(rand.NewPCG(seed, 7))), brief(seed))
				if err != nil {
					shown++
				}
				err = h.Check(time.Minute)
				if (err != nil) != (c.what != "") || err != nil && !strings.Contains(err.Error(), "none of these can be the next") {
					t.Errorf("seed %d: %v", seed, err)
				}
				_ = store.Close()
			}
			if c.shown && shown < 10 || !c.shown && shown > 0 {
				t.Errorf("the data of %d accounts of 20 shows the fault", shown)
			}
		})
	}
}
