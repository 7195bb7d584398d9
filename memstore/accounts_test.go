package memstore

import (
	"bytes"
	"context"
	"errors"
	"testing"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// TestSnapshotKeepsDeletedAccounts: a snapshot keeps the counters of a deleted account, so a new
// account of the same name continues them after Restore. MaxAccounts counts deleted accounts, too.
func TestSnapshotKeepsDeletedAccounts(t *testing.T) {
	s := New(MaxAccounts(2))
	add := func(ctx context.Context, w storage.Writer) error {
		id, err := w.NextID(ctx, storage.UserIDs)
		return errors.Join(err, w.PutUser(ctx, user.User{ID: user.ID(id)}))
	}
	if err := errors.Join(put(t, s, "acme", add), put(t, s, "other", add)); err != nil {
		t.Fatal(err)
	}
	if rev, err := s.DeleteAccount(t.Context(), "acme"); rev != 2 || err != nil {
		t.Fatalf("revision %d, %v", rev, err)
	}
	restored, err := Restore(t.Context(), bytes.NewReader(snapshot(t, s)), MaxAccounts(2))
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []*Store{s, restored} {
		gone, err := s.Accounts(t.Context(), storage.OnlyDeleted, "", 0)
		if len(gone) != 1 || gone[0] != "acme" || err != nil {
			t.Errorf("deleted accounts: %v, %v", gone, err)
		}
		if rev, err := s.Update(t.Context(), "acme", add); rev != 3 || err != nil {
			t.Errorf("a write after the deletion makes revision %d, %v", rev, err)
		}
		err = s.View(t.Context(), "acme", func(ctx context.Context, r storage.Reader) error {
			_, err := r.User(ctx, 2)
			return err
		})
		if err != nil {
			t.Errorf("the user of the new account: %v", err)
		}
		if err := put(t, s, "third", add); !errors.Is(err, storage.ErrLimit) {
			t.Errorf("a third account, where two may be: %v", err)
		}
	}
}
