// Package turns measures several sides that do the same work in turns, so that their ratio holds on
// a busy machine too.
//
//	took := turns.Take(b,
//		turns.Side{Name: "ours", Run: func(n int) { for range n { ours() } }},
//		turns.Side{Name: "theirs", Run: func(n int) { for range n { theirs() } }},
//	)
//	b.ReportMetric(took[1]/took[0], "x-faster")
//
// It reports no variance and no memory.
package turns

import (
	"slices"
	"testing"
	"time"
)

// Side is one of the sides to compare. Run does the work n times.
type Side struct {
	Name string
	Run  func(n int)
}

// turnTime is the approximate length of a turn.
const turnTime = 2 * time.Millisecond

// Take measures the sides in turns for b.N rounds. In each round every side does its work
// repeatedly, for about turnTime. Take returns one number for each side: the median time of doing
// the work once, in nanoseconds and at least 0.01. The turns spread a slow phase of the machine
// over all sides. The median ignores a pause in a few turns, such as a garbage collection. Take
// also reports each median as a metric with the side's name, such as "ours-ns", and suppresses
// ns/op.
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
