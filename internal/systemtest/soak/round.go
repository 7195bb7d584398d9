package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync"
	"time"

	"github.com/ca74b63c/roster/internal/systemtest/history"
	"github.com/ca74b63c/roster/storage"
)

// operations is the number of calls of a history.
const operations = 1000

// soakRound runs one round on the storage e and adds the results to r. The parameter number is the
// number of the round. A round records histories of calls, one after another, and checks each
// history. Each history has accounts of its own. Meanwhile soakRound makes the storage fail, unless
// p.quiet is set. The round ends after the first history that ends after the time of the round or
// after ctx. It also ends after a history that is wrong. soakRound adds the error of a wrong
// history to r.lost and does not return it.
//
// Errors: those of opening, restarting or closing the storage.
func (p plan) soakRound(ctx context.Context, number int, e engine, r *storeReport) error {
	random := rand.New(rand.NewPCG(p.seed, uint64(number)))
	interrupted := ctx
	ctx = context.WithoutCancel(ctx) // an interrupted soak checks its last history too
	if err := e.begin(ctx); err != nil {
		return err
	}
	load, calm := context.WithTimeout(interrupted, p.length())
	defer calm()
	var store storage.Storage = e.store()
	if p.spoil != nil {
		store = p.spoil(store)
	}
	var harm sync.WaitGroup
	var failure error
	if !p.quiet {
		seed := random.Uint64()
		harm.Go(func() { failure = trouble(load, e, p.length()/3, rand.New(rand.NewPCG(seed, 0))) })
	}
	for n := 0; len(r.lost) == 0 && (n == 0 || load.Err() == nil); n++ {
		begun := time.Now()
		h, err := history.Record(ctx, store, history.Setting{
			Seed: random.Uint64(), Prefix: fmt.Sprintf("round%d-%d-", number, n), Operations: operations, Clients: p.clients, Lossy: true,
		})
		r.add(h, time.Since(begun))
		if err == nil {
			err = h.Check(time.Minute)
		}
		if err != nil {
			r.lost = append(r.lost, err.Error())
		}
	}
	calm()
	harm.Wait()
	e.store().arm(0)
	r.rounds++
	r.injected = e.store().fired
	return errors.Join(failure, store.Close(), e.end(false)) // Close does nothing if the storage is not spoiled
}

// trouble makes the storage e fail until ctx ends, and then returns nil. Every few milliseconds it
// makes one of the next 40 calls fail. In one of ten cases it also cuts the connections. It
// restarts the storage again and again. Before each restart it waits for the time in the parameter
// pause, but at most three seconds. If a restart fails, trouble ends and returns the error.
func trouble(ctx context.Context, e engine, pause time.Duration, random *rand.Rand) error {
	pause = min(pause, 3*time.Second)
	restart := time.After(pause)
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-restart:
			if err := e.restart(context.WithoutCancel(ctx)); err != nil {
				return fmt.Errorf("starting again: %w", err)
			}
			restart = time.After(pause)
		case <-time.After(time.Duration(2+random.IntN(40)) * time.Millisecond):
			if random.IntN(10) == 0 {
				e.cut()
			}
			e.store().arm(1 + random.IntN(40))
		}
	}
}

// length returns the greatest duration of a round.
func (p plan) length() time.Duration {
	if p.round > 0 {
		return p.round
	}
	return min(max(p.total/24, time.Second), 20*time.Second)
}

// heap runs the garbage collector and returns the number of bytes of the heap that are still in
// use.
func heap() uint64 {
	runtime.GC()
	runtime.GC() // what finalizers held
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
