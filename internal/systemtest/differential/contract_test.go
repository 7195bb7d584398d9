package differential

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"github.com/ca74b63c/roster/internal/differential"
)

// draws is a differential.Source.
type draws struct{ *rapid.T }

func (s draws) Draw(label string, least, most int64) int64 {
	return rapid.Int64Range(least, most).Draw(s.T, label)
}

// TestStoragesAnswerAlike drives all storages with the same random transactions and compares every
// answer, and at the end all there is.
func TestStoragesAnswerAlike(t *testing.T) {
	a := open(t)
	checks(t, 30)
	n := 0
	rapid.Check(t, func(t *rapid.T) {
		n++
		run := differential.New(draws{t}, fmt.Sprintf("run %09d ", n), a.stores...)
		t.Repeat(map[string]func(*rapid.T){
			"update": func(t *rapid.T) { run.Source = draws{t}; run.Update() },
			"view":   func(t *rapid.T) { run.Source = draws{t}; run.View() },
			"swap":   func(t *rapid.T) { a.swap(); run.Stores = a.stores },
		})
		run.Source = draws{t}
		run.End()
	})
}
