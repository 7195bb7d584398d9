package pgstore

import (
	"context"
	"testing"
	"time"

	"github.com/ca74b63c/roster/internal/pgserver"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/enginetest"
	"github.com/ca74b63c/roster/storage/internal/sample"
)

// TestWaitNeedsNoPoll: the store tells of its own commits by itself. No wake-up that is lost is
// made good by a notification or by the poll, as it is otherwise within a second.
func TestWaitNeedsNoPoll(t *testing.T) {
	again := emptied(t, open(t), WithoutListen(), PollInterval(time.Hour))
	enginetest.Cases(t, "Wait", func(t testing.TB) storage.Storage { return again(t) })
}

// TestWaitJoinsBeforeItReads holds up Wait where it joins those that are told of commits, and lets
// another process commit meanwhile. Wait has not read the revision yet, so it sees the commit.
func TestWaitJoinsBeforeItReads(t *testing.T) {
	dsn := scratch(t, pgserver.Shared(t))
	s, other := openAt(t, dsn, WithoutListen(), PollInterval(time.Hour)), openAt(t, dsn)
	sample.Fund(t, s, "acme")
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	go func() { _, _ = s.Wait(ctx, "another", 0) }() // the poll asks when it begins, and for an hour not again
	for asked := false; !asked; time.Sleep(10 * time.Millisecond) {
		s.watch.mu.Lock()
		asked = s.watch.listening
		s.watch.mu.Unlock()
	}
	time.Sleep(100 * time.Millisecond)
	result := make(chan error, 1)
	s.watch.mu.Lock()
	go func() {
		_, err := s.Wait(ctx, "acme", 1)
		result <- err
	}()
	time.Sleep(100 * time.Millisecond) // until it is held up; a Wait that comes later passes as well
	err := sample.Pay(t.Context(), other, "acme", 1, "")
	s.watch.mu.Unlock()
	must(t, err)
	if err := <-result; err != nil {
		t.Fatalf("Wait lost a commit that happened while it began: %v", err)
	}
}
