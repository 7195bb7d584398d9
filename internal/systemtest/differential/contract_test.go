// Package differential makes the same random calls on the memory, SQLite and PostgreSQL storages
// and compares the results; see internal/differential.
package differential

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"pgregory.net/rapid"

	"github.com/ca74b63c/roster/internal/differential"
	"github.com/ca74b63c/roster/internal/pgserver"
	"github.com/ca74b63c/roster/internal/systemtest/engine"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/storage"
)

func TestMain(m *testing.M) { os.Exit(pgserver.Main(m)) }

// draws is a differential.Source.
type draws struct{ *rapid.T }

func (s draws) Draw(label string, least, most int64) int64 {
	return rapid.Int64Range(least, most).Draw(s.T, label)
}

// TestStoragesAnswerAlike drives all storages with the same random transactions and compares every
// answer, and at the end all there is. PostgreSQL is one database opened twice, so that what one
// Store remembers must not hide what the other wrote. Where there is no PostgreSQL, a subtest is
// skipped, and the others are compared without it.
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
	engine.Sequences(t, 10, 13)
	n := 0
	rapid.Check(t, func(t *rapid.T) {
		n++
		run := differential.New(draws{t}, fmt.Sprintf("run %09d ", n), stores...)
		t.Repeat(map[string]func(*rapid.T){
			"update": func(t *rapid.T) { run.Source = draws{t}; run.Update() },
			"view":   func(t *rapid.T) { run.Source = draws{t}; run.View() },
		})
		run.Source = draws{t}
		run.End()
	})
}
