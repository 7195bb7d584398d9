package memstore_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"reflect"
	"testing"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"github.com/google/go-cmp/cmp"
)

// everything is all that a reader can see of an account.
type everything struct {
	Revision   user.Revision
	Account    user.Account
	Users      []user.User
	Secrets    []string // by hash, since a secret does not print
	References []user.Reference
	Transfers  []balance.Transfer
	Reversals  []balance.TransferID
	Balances   []balance.Units
	Entries    [][]balance.Entry
	Changes    []storage.Change
	Deliveries []storage.Delivery
	Letters    []storage.DeadLetter
}

func readAll(t testing.TB, s storage.Storage, a user.AccountID) (all everything) {
	t.Helper()
	err := s.View(t.Context(), a, func(ctx context.Context, r storage.Reader) error {
		all.Revision = r.Revision()
		var err error
		check := func(e error) {
			if e != nil && !errors.Is(e, storage.ErrNotFound) && !errors.Is(e, storage.ErrCompacted) {
				t.Fatal(e)
			}
		}
		all.Account, err = r.Account(ctx)
		check(err)
		all.Users, err = r.Users(ctx, storage.Query{Deleted: storage.WithDeleted})
		check(err)
		holders := []balance.Holder{balance.Account, balance.World}
		for _, u := range all.Users {
			secret, err := r.Secret(ctx, u.ID)
			check(err)
			all.Secrets = append(all.Secrets, fmt.Sprint(secret.Hash(), secret.Previous().Slice(), secret.Changed()))
			holders = append(holders, balance.HolderOf(u.ID))
		}
		for k := user.ReferenceKind(1); k.Valid(); k++ {
			refs, err := r.References(ctx, k, 0, 0)
			check(err)
			all.References = append(all.References, refs...)
		}
		all.Transfers, err = r.Transfers(ctx, storage.TransferQuery{})
		check(err)
		for _, transfer := range all.Transfers {
			by, err := r.Reversal(ctx, transfer.ID)
			check(err)
			all.Reversals = append(all.Reversals, by)
			if transfer.Key != "" {
				same, err := r.TransferByKey(ctx, transfer.Key)
				if check(err); same.ID != transfer.ID {
					t.Errorf("TransferByKey(%q) = %d, want %d", transfer.Key, same.ID, transfer.ID)
				}
			}
		}
		all.Balances, err = r.Balances(ctx, holders...)
		check(err)
		for _, h := range holders {
			entries, err := r.Statement(ctx, h, storage.EntryID{}, 0)
			check(err)
			all.Entries = append(all.Entries, entries)
		}
		all.Changes, err = r.Changes(ctx, storage.ChangeQuery{})
		check(err)
		all.Deliveries, err = r.Deliveries(ctx, "", 0)
		check(err)
		for _, d := range all.Deliveries {
			letters, err := r.DeadLetters(ctx, d.Name, storage.ChangeID{}, 0)
			check(err)
			all.Letters = append(all.Letters, letters...)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// exact compares unexported fields too, so that nothing hides behind an Equal.
var exact = cmp.Exporter(func(reflect.Type) bool { return true })

func snapshot(t testing.TB, s *memstore.Store) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := s.Snapshot(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// What was restored is what was there, to the last bit, and makes the same snapshot.
func TestSnapshotRoundTrip(t *testing.T) {
	for seed := range uint64(5) {
		var opts []memstore.Option
		if seed == 3 {
			opts = append(opts, memstore.MaxChanges(7))
		}
		s := populated(t, seed, opts...)
		stream := snapshot(t, s)
		restored, err := memstore.Restore(t.Context(), bytes.NewReader(stream))
		if err != nil {
			t.Fatal(err)
		}
		defer restored.Close()
		for _, a := range []user.AccountID{"acme", "Acme", "third"} {
			if diff := cmp.Diff(readAll(t, s, a), readAll(t, restored, a), exact); diff != "" {
				t.Errorf("account %q differs: %s", a, diff)
			}
			for _, q := range []storage.Sequence{storage.UserIDs, storage.TransferIDs, storage.ReferenceIDs(user.ReferenceView)} {
				if want, got := nextID(t, s, a, q), nextID(t, restored, a, q); want != got {
					t.Errorf("NextID(%d) = %d, want %d", q, got, want)
				}
			}
		}
		again, err := memstore.Restore(t.Context(), bytes.NewReader(stream))
		if err != nil {
			t.Fatal(err)
		}
		defer again.Close()
		if !bytes.Equal(stream, snapshot(t, again)) {
			t.Error("a snapshot of what was restored has other bytes")
		}
	}
}

func nextID(t testing.TB, s storage.Storage, a user.AccountID, q storage.Sequence) (id int64) {
	_, err := s.Update(t.Context(), a, func(ctx context.Context, w storage.Writer) (err error) {
		id, err = w.NextID(ctx, q)
		return err
	})
	if err != nil && !errors.Is(err, storage.ErrLimit) { // the greatest id may be taken
		t.Fatal(err)
	}
	return id
}

type failing struct{ after int }

var errDisk = errors.New("disk full")

func (f *failing) Write(b []byte) (int, error) {
	if f.after--; f.after < 0 {
		return 0, errDisk
	}
	return len(b), nil
}

func (f *failing) Read([]byte) (int, error) { return 0, errDisk }

func TestSnapshotReturnsTheStreamsError(t *testing.T) {
	s := populated(t, 1)
	for after := range 2 {
		if err := s.Snapshot(t.Context(), &failing{after}); !errors.Is(err, errDisk) {
			t.Errorf("Snapshot to a stream that fails after %d writes: %v", after, err)
		}
	}
	if _, err := memstore.Restore(t.Context(), &failing{}); !errors.Is(err, errDisk) {
		t.Errorf("Restore from a stream that fails: %v", err)
	}
	stream := snapshot(t, s)
	if _, err := memstore.Restore(t.Context(), io.MultiReader(bytes.NewReader(stream[:len(stream)/2]), &failing{})); !errors.Is(err, errDisk) {
		t.Errorf("Restore from a stream that fails in the middle: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Snapshot(ctx, io.Discard); !errors.Is(err, context.Canceled) {
		t.Errorf("Snapshot under a context that is done: %v", err)
	}
	if _, err := memstore.Restore(ctx, bytes.NewReader(stream)); !errors.Is(err, context.Canceled) {
		t.Errorf("Restore under a context that is done: %v", err)
	}
}
