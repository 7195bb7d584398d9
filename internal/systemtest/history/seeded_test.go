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

// The same histories on a store without a fault are fine, so it is the faults that are noticed.
func TestHistoriesWithoutAFault(t *testing.T) {
	for seed := range uint64(seeds) {
		store := memstore.New()
		h, err := Record(t.Context(), store, brief(seed))
		if err != nil {
			t.Errorf("seed %d: %v", seed, err)
		}
		if err := h.Check(time.Minute); err != nil {
			t.Error(err)
		}
		_ = store.Close()
	}
}

func TestALostWriteIsNoticedEveryTime(t *testing.T) {
	for seed := range uint64(seeds) {
		store := memstore.New()
		n := 20 + rand.New(rand.NewPCG(seed, 7)).Int64N(30)                  // there are some 70 to 110 writes
		h, _ := Record(t.Context(), faulty.Forgetful(store, n), brief(seed)) // the feed lacks it too
		noticed(t, h, "a lost write")
		_ = store.Close()
	}
}

func TestAStaleReadIsNoticedEveryTime(t *testing.T) {
	for seed := range uint64(seeds) {
		store := memstore.New()
		n := 20 + rand.New(rand.NewPCG(seed, 7)).IntN(50) // there are some 110 views
		late := faulty.Stale(store, "s0", n, n+20)
		h, err := Record(t.Context(), late, brief(seed))
		if err != nil {
			t.Errorf("seed %d: %v", seed, err)
		}
		noticed(t, h, "a stale read")
		_ = late.Close()
	}
}

func TestALostUpdateIsNoticedEveryTime(t *testing.T) {
	for seed := range uint64(seeds) {
		store := memstore.New()
		n := 20 + rand.New(rand.NewPCG(seed, 7)).IntN(100)
		late := faulty.Behind(store, "s0", n, 1000)
		h, _ := Record(t.Context(), late, brief(seed)) // the feed may show it too
		noticed(t, h, "a lost update")
		_ = late.Close()
	}
}
