// Package differential makes the same random calls on the memory, SQLite and PostgreSQL storages
// and compares the results; see internal/differential.
package differential

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/ca74b63c/roster/internal/differential"
	"github.com/ca74b63c/roster/internal/pgserver"
	"github.com/ca74b63c/roster/internal/systemtest/engine"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/storage"
)

func TestMain(m *testing.M) { os.Exit(pgserver.Main(m)) }

// TestStoragesAnswerAlike makes the same random calls on all storages and compares every answer,
// and at the end all there is. PostgreSQL is one database opened twice, so that what one Store
// remembers must not hide what the other wrote. Where there is no PostgreSQL, a subtest is skipped,
// and the others are compared without it.
func TestStoragesAnswerAlike(t *testing.T) {
	memory := memstore.New()
	engine.CloseAfter(t, memory)
	stores := []storage.Storage{engine.SQLite(t, filepath.Join(t.TempDir(), "roster.db"))}
	there := false
	if t.Run("PostgreSQL is there", func(t *testing.T) { pgserver.Shared(t); there = true }); there {
		config := engine.Schema(t)
		stores = append(stores, engine.Both(engine.PostgreSQL(t, config), engine.PostgreSQL(t, config)))
	}
	stores = append(stores, memory)
	seed := rand.Uint64()
	t.Logf("the seed is %d", seed)
	for n := range engine.Sequences(t, 10, 13) {
		run := differential.New(t, seed+uint64(n), fmt.Sprintf("run %09d ", n), stores...)
		for range 30 {
			if run.IntN(2) == 0 {
				run.Update()
			} else {
				run.View()
			}
		}
		run.End()
	}
}
