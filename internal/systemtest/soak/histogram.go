package main

import (
	"math"
	"time"
)

// histogram counts durations in classes, each a tenth wider than the one before, from a microsecond
// to some minutes. Its size does not depend on the number of durations.
type histogram struct {
	classes [200]int
	count   int
	longest time.Duration
}

const width = 1.1

func (h *histogram) add(d time.Duration) {
	class := 0
	if us := float64(d) / float64(time.Microsecond); us > 1 {
		class = min(int(math.Log(us)/math.Log(width)), len(h.classes)-1)
	}
	h.classes[class]++
	h.count++
	h.longest = max(h.longest, d)
}

func (h *histogram) merge(o *histogram) {
	for i, n := range o.classes {
		h.classes[i] += n
	}
	h.count += o.count
	h.longest = max(h.longest, o.longest)
}

// percentile returns an upper bound for the fastest p percent of the durations. The bound is the
// upper end of a class of the histogram, so it may be a tenth too large, but it is never greater
// than the longest duration. percentile returns 0 if there are no durations.
func (h *histogram) percentile(p float64) time.Duration {
	rank := int(math.Ceil(p / 100 * float64(h.count)))
	for class, n := range h.classes {
		if rank -= n; rank <= 0 && h.count > 0 {
			return min(time.Duration(math.Pow(width, float64(class+1))*float64(time.Microsecond)), h.longest)
		}
	}
	return h.longest
}
