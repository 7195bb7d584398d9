package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"time"

	"github.com/ca74b63c/roster/storage"
)

// plan has the parameters of a soak.
type plan struct {
	stores       []string
	total, round time.Duration
	clients      int
	seed         uint64

	// For the test of this program:
	spoil func(storage.Storage) storage.Storage // makes the storage lose something
	quiet bool                                  // does it no other harm
}

// run runs rounds on the storages in turn until the total time of the plan is over or ctx ends.
// Each storage gets at least one round, unless ctx ends first. After each round run writes one line
// to w. At the end it closes the storages, and waits up to five seconds for goroutines to end.
//
// run returns the report of all rounds. Losses are in the report and are no error. Errors: a
// storage has an unknown name, a round fails, which ends the run, or a storage cannot be closed.
func (p plan) run(ctx context.Context, w io.Writer) (r report, err error) {
	r = report{plan: p, begun: time.Now(), goroutines: -runtime.NumGoroutine()}
	list := make([]engine, len(p.stores))
	for i, name := range p.stores {
		make, ok := engines[name]
		if !ok {
			return r, fmt.Errorf("there is no storage %q", name)
		}
		list[i] = make()
		r.stores = append(r.stores, &storeReport{name: name})
	}
	number := 0
	for ctx.Err() == nil && (time.Since(r.begun) < p.total || number == 0) {
		for i, e := range list {
			if ctx.Err() != nil {
				break
			}
			number++
			s := r.stores[i]
			if err := p.soakRound(ctx, number, e, s); err != nil {
				errs := []error{fmt.Errorf("%s, round %d: %w", s.name, s.rounds+1, err)}
				for _, e := range list {
					errs = append(errs, e.end(true))
				}
				return r, errors.Join(errs...)
			}
			s.heap = append(s.heap, heap())
			_, _ = fmt.Fprintf(w, "%8v  %-9s %d calls, %d unknown outcomes, %d things lost, heap %s\n",
				time.Since(r.begun).Round(time.Second), s.name, s.calls, s.unknown, len(s.lost), size(s.heap[len(s.heap)-1]))
		}
	}
	for i, e := range list {
		r.stores[i].survived = e.survived()
		err = errors.Join(err, e.end(true))
	}
	for limit := time.Now().Add(5 * time.Second); runtime.NumGoroutine()+r.goroutines > 0 && time.Now().Before(limit); {
		time.Sleep(10 * time.Millisecond)
	}
	r.goroutines += runtime.NumGoroutine()
	r.took = time.Since(r.begun)
	return r, err
}
