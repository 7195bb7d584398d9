package memstore

import (
	"context"
	"testing"
	"time"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// TestWaitJoinsBeforeItLooks holds up Wait where it joins those that the next commit tells, and
// lets a commit happen meanwhile. Wait has not looked at the revision yet, so it sees the commit.
func TestWaitJoinsBeforeItLooks(t *testing.T) {
	s := New()
	defer func() { _ = s.Close() }()
	put := func() {
		_, err := s.Update(t.Context(), "acme", func(ctx context.Context, w storage.Writer) error {
			return w.PutAccount(ctx, user.Account{})
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	put()
	a := s.find("acme")
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	result := make(chan error, 1)
	a.mu.Lock()
	go func() {
		_, err := s.Wait(ctx, "acme", 1)
		result <- err
	}()
	time.Sleep(50 * time.Millisecond) // until it is held up; a Wait that comes later passes as well
	next := *a.now.Load()
	next.revision++
	a.now.Store(&next) // a commit, all of it: there is no channel yet that it could close
	a.mu.Unlock()
	if err := <-result; err != nil {
		t.Fatalf("Wait lost a commit that happened while it began: %v", err)
	}
}
