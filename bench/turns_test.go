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

// turns lets the sides work in turn, b.N rounds long, and returns what doing it once takes each of them, in
// nanoseconds: the median over its turns. So what slows the machine down for a while hits all sides, and a pause that
// hits one turn counts for none; the work of the garbage collector is one, and measured apart. Each is reported.
func turns(b *testing.B, sides ...side) []float64 {
	b.Helper()
	blocks := make([]int, len(sides))
	for i, s := range sides {
		s.run(1) // what only the first time costs
		for n := 1; ; n *= 2 {
			begun := time.Now()
			s.run(n)
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
			s.run(blocks[i])
			took[i] = append(took[i], float64(time.Since(begun).Nanoseconds())/float64(blocks[i]))
		}
	}
	b.StopTimer()
	result := make([]float64, len(sides))
	for i, s := range sides {
		slices.Sort(took[i])
		result[i] = max(took[i][len(took[i])/2], 0.01)
		b.ReportMetric(result[i], s.name+"-ns")
	}
	b.ReportMetric(0, "ns/op") // of a whole round: it says nothing
	return result
}
