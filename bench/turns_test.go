package bench

import (
	"slices"
	"testing"
	"time"
)

// side is one of several that do the same work. run does it n times.
type side struct {
	name string
	run  func(n int)
}

// turnTime is about how long a side works before it is another one's turn.
const turnTime = 2 * time.Millisecond

// turns lets the sides work in turn until each has done it b.N times, and returns what an operation of each takes, in
// nanoseconds: the median over its turns, so that a pause that hits one turn does not count. Each is reported.
func turns(b *testing.B, sides ...side) []float64 {
	b.Helper()
	for _, s := range sides {
		s.run(1) // what only the first time costs
	}
	begun := time.Now()
	sides[len(sides)-1].run(1)
	block := int(turnTime / max(time.Since(begun), 1))
	block = min(max(block, 1), max(b.N/5, 1))
	took := make([][]float64, len(sides))
	b.ResetTimer()
	for done := 0; done < b.N; done += block {
		for i, s := range sides {
			begun := time.Now()
			s.run(block)
			took[i] = append(took[i], float64(time.Since(begun).Nanoseconds())/float64(block))
		}
	}
	b.StopTimer()
	result := make([]float64, len(sides))
	for i, s := range sides {
		slices.Sort(took[i])
		result[i] = max(took[i][len(took[i])/2], 0.01)
		b.ReportMetric(result[i], s.name+"-ns")
	}
	b.ReportMetric(0, "ns/op") // of all sides together: it says nothing
	return result
}
