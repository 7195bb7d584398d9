package pgstore

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"github.com/ca74b63c/roster/internal/pgserver"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/storage/internal/differential"
)

// draws is a differential.Source.
type draws struct{ *rapid.T }

func (s draws) Draw(label string, least, most int64) int64 {
	return rapid.Int64Range(least, most).Draw(s.T, label)
}

// TestSameAsMemstore drives the store and memstore with the same random operations and compares every answer. The
// operations change between two Stores on one database, as two processes would, so that what one remembers of an account
// must not hide what the other one wrote.
func TestSameAsMemstore(t *testing.T) {
	dsn := scratch(t, pgserver.Shared(t))
	stores := [2]*Store{openAt(t, dsn), openAt(t, dsn)}
	memory := memstore.New()
	n := 0
	rapid.Check(t, func(t *rapid.T) {
		n++
		run := differential.New(draws{t}, fmt.Sprintf("run %09d ", n), stores[0], memory)
		t.Repeat(map[string]func(*rapid.T){
			"update": func(t *rapid.T) { run.Source = draws{t}; run.Update() },
			"view":   func(t *rapid.T) { run.Source = draws{t}; run.View() },
			"change": func(t *rapid.T) { run.Stores[0] = stores[rapid.IntRange(0, 1).Draw(t, "store")] },
		})
		run.Source = draws{t}
		run.End()
	})
}
