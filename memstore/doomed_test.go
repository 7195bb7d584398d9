package memstore

import (
	"context"
	"errors"
	"testing"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// A posting that is refused may already have moved what its transfer posted before it, so the
// transaction must not look at that again.
func TestNothingIsDoneAfterAWriteThatFailed(t *testing.T) {
	s := New()
	defer s.Close()
	_, err := s.Update(context.Background(), "a", func(ctx context.Context, w storage.Writer) error {
		if err := w.PutUser(ctx, user.User{ID: 1}); err != nil {
			return err
		}
		first := w.PostTransfer(ctx, balance.Transfer{ID: 1, Postings: []balance.Posting{
			{From: balance.World, To: 1, Amount: 5, ToAfter: 5},
			{From: balance.World, To: 1, Amount: 5, ToAfter: 7}, // does not follow
		}})
		if !errors.Is(first, storage.ErrConflict) {
			t.Errorf("PostTransfer: %v, want ErrConflict", first)
		}
		if err := w.Scrub(ctx, 1); !errors.Is(err, storage.ErrConflict) {
			t.Errorf("Scrub after it: %v, want ErrConflict", err)
		}
		return nil
	})
	if !errors.Is(err, storage.ErrConflict) {
		t.Errorf("Update: %v, want ErrConflict", err)
	}
}
