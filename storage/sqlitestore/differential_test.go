package sqlitestore

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/storage/internal/differential"
)

// draws is a differential.Source.
type draws struct{ *rapid.T }

func (s draws) Draw(label string, least, most int64) int64 {
	return rapid.Int64Range(least, most).Draw(s.T, label)
}

// TestSameAsMemstore drives the store and memstore with the same random operations and compares every answer.
func TestSameAsMemstore(t *testing.T) {
	file, memory := open(t, SyncNormal()), memstore.New()
	n := 0
	rapid.Check(t, func(t *rapid.T) {
		n++
		run := differential.New(draws{t}, fmt.Sprintf("run %09d ", n), file, memory)
		t.Repeat(map[string]func(*rapid.T){
			"update": func(t *rapid.T) { run.Source = draws{t}; run.Update() },
			"view":   func(t *rapid.T) { run.Source = draws{t}; run.View() },
		})
		run.Source = draws{t}
		run.End()
	})
}
