// Package turns lets several sides that do the same work take turns, so that their ratio says
// something on a busy machine too.
//
//	took := turns.Take(b,
//		turns.Side{Name: "ours", Run: func(n int) { for range n { ours() } }},
//		turns.Side{Name: "theirs", Run: func(n int) { for range n { theirs() } }},
//	)
//	b.ReportMetric(took[1]/took[0], "x-faster")
//
// It says what a side takes, not how that varies, and knows nothing of memory.
package turns

import (
	"slices"
	"testing"
	"time"
)

// Side is one of several that do the same work. Run does it n times.
type Side struct {
	Name string
	Run  func(n int)
}

// turnTime is about how long a side works before it is another one's turn.
const turnTime = 2 * time.Millisecond

// Take lets the sides work in turn, b.N rounds long, and returns what doing it once takes each of
// them, in nanoseconds: the median over its turns. So what slows the machine down for a while hits
// all sides, and a pause that hits one turn counts for none; the work of the garbage collector is
// one, and measured apart. Each is reported under its name, as "ours-ns".
func Take(b *testing.B, sides ...Side) []float64 {
	b.Helper()
	blocks := make([]int, len(sides))
	for i, s := range sides {
		s.Run(1) // what only the first time costs
		for n := 1; ; n *= 2 {
			begun := time.Now()
			s.Run(n)
			if took := time.Since(begun); took > turnTime/2 {
				blocks[i] = max(int(float64(n)*float64(turnTime)/float64(took)), 1)
				break
			}
		}
	}
	took := make([][]float64, len(sides))
	b.ResetTimer()
	for range b.N {
		for i, s := range sides {
			begun := time.Now()
			s.Run(blocks[i])
			took[i] = append(took[i], float64(time.Since(begun).Nanoseconds())/float64(blocks[i]))
		}
	}
	b.StopTimer()
	result := make([]float64, len(sides))
	for i, s := range sides {
		slices.Sort(took[i])
		result[i] = max(took[i][len(took[i])/2], 0.01)
		b.ReportMetric(result[i], s.Name+"-ns")
	}
	b.ReportMetric(0, "ns/op") // of a whole round: it says nothing
	return result
}
