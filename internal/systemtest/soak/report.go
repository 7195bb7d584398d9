package main

import (
	"fmt"
	"io"
	"slices"
	"time"
)

// report is the result of a soak.
type report struct {
	plan       plan
	stores     []*storeReport
	begun      time.Time
	took       time.Duration
	goroutines int // more than at the beginning
}

type storeReport struct {
	name     string
	rounds   int
	counts   counts
	load     time.Duration
	injected int
	settlement
	survived string
	heap     []uint64 // after each round
}

func (r *storeReport) add(s settlement) {
	r.kept, r.changes = r.kept+s.kept, r.changes+s.changes
	r.happened, r.never = r.happened+s.happened, r.never+s.never
	r.lost = append(r.lost, s.lost...)
}

// print writes the report to w. It returns true if nothing was lost, the memory of no storage grew,
// and no goroutine is left.
func (r *report) print(w io.Writer) bool {
	p := func(format string, args ...any) { _, _ = fmt.Fprintf(w, format, args...) }
	p("\nA soak of %v: %d callers on %d accounts at a time, seed %d\n\n", r.took.Round(time.Second), r.plan.clients, accounts, r.plan.seed)
	well := true
	for _, s := range r.stores {
		c := &s.counts
		p("\n%s\n", s.name)
		p("  %d calls in %d rounds, %.0f a second; the longest that succeeded took %v\n",
			c.calls, s.rounds, float64(c.calls)/max(s.load, 1).Seconds(), c.longest.Round(time.Millisecond))
		p("  survived: %d calls of the storage that failed, %s\n", s.injected, s.survived)
		p("  callers were told of %d refusals by a rule, %d faults, %d unknown outcomes\n",
			c.refused, c.hurt, c.unsure)
		p("  of what had an unknown outcome, %d had happened and %d had not\n", s.happened, s.never)
		p("  bad inputs: %d of %d kinds, each refused and without effect\n", c.bad, len(misuses))
		p("  writes acknowledged: %d, each there once, among %d changes\n", s.kept, s.changes)
		grows, words := flat(s.heap)
		p("  memory: %s\n", words)
		if grows {
			well = false
		}
		for _, text := range s.lost {
			well = false
			p("  LOST: %s\n", text)
		}
	}
	if r.goroutines > 0 {
		well = false
		p("\n%d goroutines are left\n", r.goroutines)
	}
	if well {
		p("\nNothing was lost.\n")
	} else {
		p("\nNOT WELL.\n")
	}
	return well
}

// flat reports whether the memory in use grows, and describes this in words. heap has the memory
// after each round. It grows if the median of the last third of the rounds is larger than that of
// the first third by more than a tenth plus four mebibytes. The very first round is left out. With
// fewer than seven rounds grows is false.
func flat(heap []uint64) (grows bool, words string) {
	if len(heap) < 7 {
		return false, fmt.Sprintf("%d rounds are too few to tell whether it grows", len(heap))
	}
	third := (len(heap) - 1) / 3
	early, late := median(heap[1:1+third]), median(heap[len(heap)-third:])
	words = fmt.Sprintf("%s in early rounds, %s in late ones", size(early), size(late))
	if late > early+early/10+4<<20 {
		return true, words + ": IT GROWS"
	}
	return false, words + ": flat"
}

func median(list []uint64) uint64 {
	list = slices.Sorted(slices.Values(list))
	return list[len(list)/2]
}

func size(bytes uint64) string { return fmt.Sprintf("%.1f MiB", float64(bytes)/(1<<20)) }
