package fifolock

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/ca74b63c/roster/storage"
)

// await waits until n goroutines wait for the turn.
func await(t *testing.T, turn *Turn, n int) {
	t.Helper()
	for limit := time.Now().Add(10 * time.Second); turn.Waiting() != n; runtime.Gosched() {
		if time.Now().After(limit) {
			t.Fatalf("%d wait, want %d", turn.Waiting(), n)
		}
	}
}

func take(t *testing.T, turn *Turn) {
	t.Helper()
	if err := turn.Take(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
}

// TestInTheOrderOfAsking: each waits until the one before lets go, whichever way.
func TestInTheOrderOfAsking(t *testing.T) {
	var turn Turn
	take(t, &turn)
	var order []int // guarded by the turn
	var all sync.WaitGroup
	const n = 20
	for i := range n {
		all.Go(func() {
			if err := turn.Take(t.Context(), nil); err != nil {
				t.Error(err)
				return
			}
			order = append(order, i)
			if i%2 == 1 || !turn.HandOver() {
				turn.Release()
			}
		})
		await(t, &turn, i+1)
	}
	if len(order) != 0 {
		t.Error("somebody did not wait")
	}
	turn.Release()
	all.Wait()
	if len(order) != n || !slices.IsSorted(order) {
		t.Errorf("the order was %v", order)
	}
	take(t, &turn) // it is free
}

// TestHandOverWithoutAWaiter checks that the caller keeps the lock.
func TestHandOverWithoutAWaiter(t *testing.T) {
	var turn Turn
	take(t, &turn)
	if turn.HandOver() {
		t.Error("it was handed over, though no caller waits")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if err := turn.Take(ctx, nil); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a second one took it: %v", err)
	}
}

// TestGivingUp checks that a caller that gives up leaves the queue, and the other callers keep
// their order.
func TestGivingUp(t *testing.T) {
	var turn Turn
	take(t, &turn)
	ctx, cancel := context.WithCancel(t.Context())
	closing := make(chan struct{})
	cancelled, closed, last := make(chan error, 1), make(chan error, 1), make(chan error, 1)
	go func() { cancelled <- turn.Take(ctx, nil) }()
	await(t, &turn, 1)
	go func() { closed <- turn.Take(t.Context(), closing) }()
	await(t, &turn, 2)
	go func() { last <- turn.Take(t.Context(), nil) }()
	await(t, &turn, 3)
	cancel()
	if err := <-cancelled; !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	close(closing)
	if err := <-closed; !errors.Is(err, storage.ErrClosed) {
		t.Errorf("closed: %v", err)
	}
	await(t, &turn, 1)
	turn.Release()
	if err := <-last; err != nil {
		t.Errorf("who waited on: %v", err)
	}
}

// TestGivingUpAtTheLastMoment gives up and hands over at once, over and over: either the turn came
// or an error did, and it is never lost.
func TestGivingUpAtTheLastMoment(t *testing.T) {
	var turn Turn
	for range 2000 {
		take(t, &turn)
		ctx, cancel := context.WithCancel(t.Context())
		got := make(chan error, 1)
		go func() { got <- turn.Take(ctx, nil) }()
		go cancel()
		turn.Release()
		if <-got == nil {
			turn.Release()
		}
		cancel()
	}
	take(t, &turn)
}
