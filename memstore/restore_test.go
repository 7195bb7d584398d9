package memstore

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/ca74b63c/roster/storage"
)

// A stream that lacks its end, or in which one bit changed, is refused.
func TestRestoreRefusesDamage(t *testing.T) {
	stream := snapshot(t, populated(t, 1))
	step := 1 + len(stream)/50
	for n := 0; n < len(stream); n += step {
		if _, err := Restore(t.Context(), bytes.NewReader(stream[:n])); !errors.Is(err, ErrDamaged) {
			t.Fatalf("%d bytes of %d: %v", n, len(stream), err)
		}
		changed := bytes.Clone(stream)
		changed[n] ^= 1 << (n % 8)
		_, err := Restore(t.Context(), bytes.NewReader(changed))
		if !errors.Is(err, ErrDamaged) && !errors.Is(err, ErrVersion) {
			t.Fatalf("byte %d of %d changed: %v", n, len(stream), err)
		}
	}
	newer := bytes.Replace(stream, []byte(`"version":3`), []byte(`"version":4`), 1)
	if _, err := Restore(t.Context(), bytes.NewReader(newer)); !errors.Is(err, ErrVersion) {
		t.Errorf("a newer version: %v", err)
	}
	if _, err := Restore(t.Context(), bytes.NewReader(stream), MaxUsers(3)); !errors.Is(err, storage.ErrLimit) {
		t.Errorf("more users than allowed: %v", err)
	}
	few, err := Restore(t.Context(), bytes.NewReader(stream), MaxChanges(3))
	if err != nil {
		t.Fatal(err)
	}
	defer few.Close()
	err = few.View(t.Context(), "acme", func(ctx context.Context, r storage.Reader) error {
		_, err := r.Changes(ctx, storage.ChangeQuery{})
		return err
	})
	if !errors.Is(err, storage.ErrCompacted) {
		t.Errorf("changes that were left out: %v", err)
	}
}

// summed makes a stream of any lines, with a title and a checksum that are right.
func summed(lines []byte) []byte {
	out := append([]byte(`format {"name":"roster memstore snapshot","version":3}`+"\n"), lines...)
	return fmt.Appendf(out, `end {"lines":%d,"sha256":"%x"}`+"\n", bytes.Count(out, []byte{'\n'}), sha256.Sum256(out))
}

// unsummed is the lines of a stream without the first and the last one.
func unsummed(stream []byte) []byte {
	begin := bytes.IndexByte(stream, '\n') + 1
	return stream[begin : bytes.LastIndexByte(stream[:len(stream)-1], '\n')+1]
}

// Whatever stands in a stream, Restore returns a store or an error. What it restores can be written
// and read again.
func FuzzRestore(f *testing.F) {
	for seed := range uint64(4) {
		s := populated(f, seed)
		stream := snapshot(f, s)
		if got := summed(unsummed(stream)); !bytes.Equal(got, stream) {
			f.Fatal("the first or the last line is made otherwise than here")
		}
		f.Add(unsummed(stream))
	}
	f.Add([]byte{})
	f.Add([]byte("user {}\n"))
	f.Fuzz(func(t *testing.T, lines []byte) {
		_, _ = Restore(t.Context(), bytes.NewReader(lines))
		s, err := Restore(t.Context(), bytes.NewReader(summed(lines)))
		if err != nil {
			return
		}
		defer s.Close()
		again, err := Restore(t.Context(), bytes.NewReader(snapshot(t, s)))
		if err != nil {
			t.Fatalf("what was restored cannot be restored again: %v", err)
		}
		_ = again.Close()
	})
}

// What is missing is an argument that is wrong, and no panic.
func TestASnapshotNeedsAContextAndAStream(t *testing.T) {
	s, none := populated(t, 1), context.Context(nil)
	for name, err := range map[string]error{
		"Snapshot without a context": s.Snapshot(none, io.Discard),
		"Snapshot without a writer":  s.Snapshot(t.Context(), nil),
		"View without a context":     s.View(none, "acme", func(context.Context, storage.Reader) error { return nil }),
	} {
		if !errors.Is(err, storage.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Restore(none, bytes.NewReader(nil)); !errors.Is(err, storage.ErrInvalid) {
		t.Errorf("Restore without a context: %v", err)
	}
	if _, err := Restore(t.Context(), nil); !errors.Is(err, storage.ErrInvalid) {
		t.Errorf("Restore without a reader: %v", err)
	}
	if _, err := s.Wait(none, "acme", 0); !errors.Is(err, storage.ErrInvalid) {
		t.Errorf("Wait without a context: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}
