package history

import (
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"github.com/ca74b63c/roster/internal/systemtest/faulty"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/storage"
)

const seeds = 20

// brief is a history in which a fault is sown.
func brief(seed uint64) Setting {
	return Setting{Seed: seed, Prefix: "s", Operations: 400, Accounts: 1}
}

// noticed checks that a history is refused, and for one of them that the picture of it is there:
// to draw takes long.
func noticed(t *testing.T, h History, what string) {
	t.Helper()
	if porcupine.CheckOperations(model, h.Operations) {
		t.Errorf("seed %d: %s was not noticed", h.Setting.Seed, what)
		return
	}
	if h.Setting.Seed != 0 {
		return
	}
	err := h.Check(time.Minute)
	if err == nil {
		t.Fatal("what porcupine refuses is no error")
	}
	_, path, ok := strings.Cut(err.Error(), "file://")
	path, _, _ = strings.Cut(path, " ")
	if text, err := os.ReadFile(path); !ok || err != nil || !strings.Contains(string(text), "revision") {
		t.Errorf("no picture at %q: %v", path, err)
	}
	if !strings.Contains(err.Error(), "none of these can be the next") {
		t.Errorf("the error does not say what does not fit: %v", err)
	}
	_ = os.Remove(path)
}

// TestSownFaultsAreNoticedEveryTime records the same histories with a fault, of which all are
// refused, and without one, of which none is.
func TestSownFaultsAreNoticedEveryTime(t *testing.T) {
	for _, c := range []struct {
		what  string
		fault func(s *memstore.Store, random *rand.Rand) storage.Storage
		shown string // how often the data of the account shows the fault
	}{
		{"", func(s *memstore.Store, _ *rand.Rand) storage.Storage { return s }, "never"},
		{"a lost write", func(s *memstore.Store, random *rand.Rand) storage.Storage {
			return faulty.Forgetful(s, 20+random.Int64N(30)) // there are some 70 to 110 writes
		}, "often"},
		{"a stale read", func(s *memstore.Store, random *rand.Rand) storage.Storage {
			n := 20 + random.IntN(50) // there are some 110 views
			return faulty.Stale(s, "s0", n, n+20)
		}, "never"},
		{"a lost update", func(s *memstore.Store, random *rand.Rand) storage.Storage {
			return faulty.Behind(s, "s0", 20+random.IntN(100), 1000)
		}, "always"},
	} {
		t.Run(c.what, func(t *testing.T) {
			for seed := range uint64(seeds) {
				store := memstore.New()
				h, err := Record(t.Context(), c.fault(store, rand.New(rand.NewPCG(seed, 7))), brief(seed))
				if err == nil && c.shown == "always" || err != nil && c.shown == "never" {
					t.Errorf("seed %d: the data of the account: %v", seed, err)
				}
				if c.what != "" {
					noticed(t, h, c.what)
				} else if err := h.Check(time.Minute); err != nil {
					t.Error(err)
				}
				_ = store.Close()
			}
		})
	}
}
