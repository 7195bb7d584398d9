package main

import (
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/ca74b63c/roster/internal/systemtest/history"
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
	injected int
	survived string
	heap     []uint64 // after each round

	histories, calls, answered, failed, unknown, happened, misused int

	load time.Duration // how long they were recorded
	lost []string
}

// add adds the counts of the history h to the counts of the report. The parameter took is the time
// in which h was recorded; add adds it to r.load.
func (r *storeReport) add(h history.History, took time.Duration) {
	r.histories, r.calls, r.answered, r.load = r.histories+1, r.calls+h.Calls, r.answered+len(h.Operations), r.load+took
	r.failed, r.unknown, r.happened = r.failed+h.Failed, r.unknown+h.Unknown, r.happened+h.Happened
	r.misused += h.Misused
}

// print writes the report to w. It returns true if nothing was lost, the memory of no storage grew,
// and no goroutine is left. Otherwise it returns false. It ignores errors of w.
func (r *report) print(w io.Writer) bool {
	p := func(format string, args ...any) { _, _ = fmt.Fprintf(w, format, args...) }
	p("\nA soak of %v: %d callers at a time, seed %d\n", r.took.Round(time.Second), r.plan.clients, r.plan.seed)
	well := true
	for _, s := range r.stores {
		p("\n%s\n", s.name)
		p("  %d calls in %d rounds, %.0f a second\n", s.calls, s.rounds, float64(s.calls)/max(s.load, 1).Seconds())
		p("  survived: %d calls of the storage that failed, %s\n", s.injected, s.survived)
		p("  callers were told of %d faults; of %d unknown outcomes, %d had happened\n", s.failed, s.unknown, s.happened)
		p("  bad inputs: %d, each refused and without effect\n", s.misused)
		p("  calls answered: %d, in %d histories that are linearizable\n", s.answered, s.histories)
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

// flat reports whether the memory in use grows. The parameter heap contains the memory after each
// round. The result grows is true if the late memory is larger than the early memory by more than a
// tenth plus four mebibytes. The early memory is the median of the first third of the rounds,
// without the very first round. The late memory is the median of the last third. The result words
// is a text with both medians. With fewer than seven rounds grows is false, and words says that the
// rounds are too few.
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
