package memstore

import (
	"bytes"
	"context"
	"errors"
	"io"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// exact compares unexported fields too, so that nothing hides behind an Equal.
var exact = cmp.Exporter(func(reflect.Type) bool { return true })

func snapshot(t testing.TB, s *Store) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := s.Snapshot(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// What was restored is what was there, answers queries in the same way, and makes the same
// snapshot.
func TestSnapshotRoundTrip(t *testing.T) {
	for seed := range uint64(5) {
		var opts []Option
		if seed == 3 {
			opts = append(opts, MaxChanges(7))
		}
		s := populated(t, seed, opts...)
		stream := snapshot(t, s)
		restored, err := Restore(t.Context(), bytes.NewReader(stream))
		if err != nil {
			t.Fatal(err)
		}
		defer restored.Close()
		if !bytes.Equal(stream, snapshot(t, restored)) {
			t.Error("a snapshot of what was restored has other bytes")
		}
		d := newDice(t, seed, s, restored)
		for range 40 {
			d.View()
		}
		d.End()
		for range 20 {
			d.Update() // which takes ids, too
		}
	}
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
	if _, err := Restore(t.Context(), &failing{}); !errors.Is(err, errDisk) {
		t.Errorf("Restore from a stream that fails: %v", err)
	}
	stream := snapshot(t, s)
	if _, err := Restore(t.Context(), io.MultiReader(bytes.NewReader(stream[:len(stream)/2]), &failing{})); !errors.Is(err, errDisk) {
		t.Errorf("Restore from a stream that fails in the middle: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Snapshot(ctx, io.Discard); !errors.Is(err, context.Canceled) {
		t.Errorf("Snapshot under a context that is done: %v", err)
	}
	if _, err := Restore(ctx, bytes.NewReader(stream)); !errors.Is(err, context.Canceled) {
		t.Errorf("Restore under a context that is done: %v", err)
	}
}
