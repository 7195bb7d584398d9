package pgstore

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/enginetest"
	"github.com/ca74b63c/roster/storage/internal/sample"
)

// TestCallersThatGiveUpCostNoConnection lets callers pay under keys with deadlines of 0 to 6 ms,
// beside others that wait. Those that wait get no error, and none of those that give up takes its
// connection with it.
func TestCallersThatGiveUpCostNoConnection(t *testing.T) {
	s := open(t)
	sample.Fund(t, s, "acme")
	must(t, sample.Pay(t.Context(), s, "acme", 1, "the first"))
	var impatient, patient sync.WaitGroup
	var gaveUp atomic.Int64
	done := make(chan struct{})
	for i := range 8 {
		impatient.Go(func() {
			random := rand.New(rand.NewPCG(uint64(i), 1))
			for n := 0; ; n++ {
				select {
				case <-done:
					return
				default:
				}
				ctx, cancel := context.WithTimeout(t.Context(), time.Duration(random.Int64N(int64(6*time.Millisecond))))
				err := sample.Pay(ctx, s, "acme", 1, fmt.Sprint("impatient ", i, " ", n))
				cancel()
				switch {
				case errors.Is(err, context.DeadlineExceeded):
					gaveUp.Add(1)
				case err != nil:
					t.Errorf("a caller that may give up gets the error %v", err)
					return
				}
			}
		})
	}
	conns := s.pool.Stat().NewConnsCount()
	for i := range 4 {
		patient.Go(func() {
			for n := range 40 {
				if err := sample.Pay(t.Context(), s, "acme", 1, fmt.Sprint("patient ", i, " ", n)); err != nil {
					t.Errorf("a caller that waits gets the error %v", err)
				}
			}
		})
	}
	patient.Wait()
	lost := s.pool.Stat().NewConnsCount() - conns
	close(done)
	impatient.Wait()
	t.Logf("%d callers gave up, and %d connections were made anew", gaveUp.Load(), lost)
	if gaveUp.Load() < 10 {
		t.Errorf("only %d callers gave up: this test proves nothing", gaveUp.Load())
	}
	// The pool makes one or two more, and a machine that stands still longer than the grace loses
	// some.
	if lost > 10 {
		t.Errorf("%d connections were lost with the callers that gave up", lost)
	}
	sample.Check(t, s, "acme")
}

// TestGivingUpEndsTheWaitForACommitOfOthers: the last Update of a queue fails because its context
// has ended. It returns while the commit of the other Updates is still under way.
func TestGivingUpEndsTheWaitForACommitOfOthers(t *testing.T) {
	s := open(t)
	sample.Fund(t, s, "acme")
	s.opt.batchAge = time.Hour
	hold := make(chan struct{})
	s.committed = func(int) { <-hold }
	enginetest.QueueUp(t, s, "acme", func() int { return waiting(s) },
		func() { must(t, sample.Pay(t.Context(), s, "acme", 1, "paid")) },
		func() {
			ctx, cancel := context.WithCancel(t.Context())
			late := time.AfterFunc(10*time.Second, func() { close(hold) })
			_, err := s.Update(ctx, "acme", func(context.Context, storage.Writer) error {
				cancel()
				return errFn
			})
			if !errors.Is(err, context.Canceled) {
				t.Errorf("it returned %v", err)
			}
			if !late.Stop() {
				t.Error("it waited for the commit of the others")
				return
			}
			close(hold)
		})
	s.committed = nil
	if keys := sample.Check(t, s, "acme"); keys["paid"] != 1 {
		t.Errorf("transfers: %v", keys)
	}
}
