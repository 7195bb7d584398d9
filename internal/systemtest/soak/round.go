package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync"
	"time"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

const (
	accounts = 3
	most     = 60_000 // calls in a round; a storage in memory makes them in some seconds
)

// soakRound runs the round with the number on the storage e and adds the results to r. It creates
// new accounts and lets clients make calls on them. Meanwhile it makes the storage fail, unless
// p.quiet is set. When the load or ctx ends, it checks each account against the results that its
// callers got. A loss that a check finds is added to r and is no error. soakRound returns an error
// if the storage cannot be opened, restarted, read or closed, or an account cannot be created.
func (p plan) soakRound(ctx context.Context, number int, e engine, r *storeReport) (err error) {
	random := rand.New(rand.NewPCG(p.seed, uint64(number)))
	interrupted := ctx
	ctx = context.WithoutCancel(ctx) // who interrupts a soak is told what it came to
	if err := e.begin(ctx); err != nil {
		return err
	}
	var store storage.Storage = e.store()
	if p.spoil != nil {
		store = p.spoil(store)
	}
	dir := roster.New(store)
	places := make([]*place, accounts)
	for n := range places {
		id := user.AccountID(fmt.Sprintf("round%d-%d", number, n))
		if places[n], err = newPlace(ctx, dir, id); err != nil {
			return err
		}
	}
	load, calm := context.WithTimeout(interrupted, p.length())
	defer calm()
	var callers, harm sync.WaitGroup
	clients := make([]*client, p.clients)
	begun := time.Now()
	for n := range clients {
		c := &client{number: n, random: rand.New(rand.NewPCG(random.Uint64(), uint64(n))), places: places}
		clients[n] = c
		callers.Go(func() { c.work(load, cmp.Or(p.calls, most)/p.clients) })
	}
	if !p.quiet {
		seed := random.Uint64()
		harm.Go(func() { err = trouble(load, e, p.length()/3, rand.New(rand.NewPCG(seed, 0))) })
	}
	callers.Wait()
	r.load += time.Since(begun)
	calm()
	harm.Wait()
	e.store().arm(0)
	if err != nil {
		return err
	}
	for _, c := range clients {
		r.counts.merge(c.count)
	}
	for n := range places {
		s, err := checkAccount(ctx, places[n], store)
		if err != nil {
			return err
		}
		r.add(s)
	}
	r.rounds++
	r.injected = e.store().fired
	return errors.Join(store.Close(), e.end(false)) // of a store that is not spoiled the first does nothing
}

// trouble makes the storage e fail until ctx ends, and then returns nil. Every few milliseconds it
// makes one of the next 40 calls fail, and in one of ten cases it cuts the connections too. It
// restarts the storage again and again, after pause or three seconds, whichever is less. If a
// restart fails, trouble ends and returns the error.
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
