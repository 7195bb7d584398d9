package memstore_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"testing"

	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/storage"
)

// A restored store answers queries as the one before.
func TestRestoredAnswersAsTheModel(t *testing.T) {
	s := populated(t, 11)
	restored, err := memstore.Restore(t.Context(), bytes.NewReader(snapshot(t, s)))
	if err != nil {
		t.Fatal(err)
	}
	defer restored.Close()
	m := model{}
	for _, u := range readAll(t, s, "acme").Users {
		m[u.ID] = u
	}
	err = restored.View(t.Context(), "acme", func(ctx context.Context, r storage.Reader) error {
		m.check(t, ctx, r, newDice(1), 200)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// A stream that lacks its end, or in which one bit changed, is refused.
func TestRestoreRefusesDamage(t *testing.T) {
	stream := snapshot(t, populated(t, 1))
	step := 1 + len(stream)/400
	for n := 0; n < len(stream); n += step {
		if _, err := memstore.Restore(t.Context(), bytes.NewReader(stream[:n])); !errors.Is(err, memstore.ErrDamaged) {
			t.Fatalf("%d bytes of %d: %v", n, len(stream), err)
		}
		changed := bytes.Clone(stream)
		changed[n] ^= 1 << (n % 8)
		_, err := memstore.Restore(t.Context(), bytes.NewReader(changed))
		if !errors.Is(err, memstore.ErrDamaged) && !errors.Is(err, memstore.ErrVersion) {
			t.Fatalf("byte %d of %d changed: %v", n, len(stream), err)
		}
	}
	newer := bytes.Clone(stream)
	newer[bytes.IndexByte(stream, '\n')+1]++
	if _, err := memstore.Restore(t.Context(), bytes.NewReader(newer)); !errors.Is(err, memstore.ErrVersion) {
		t.Errorf("a newer version: %v", err)
	}
	if _, err := memstore.Restore(t.Context(), bytes.NewReader(stream), memstore.MaxUsers(3)); !errors.Is(err, storage.ErrLimit) {
		t.Errorf("more users than allowed: %v", err)
	}
	few, err := memstore.Restore(t.Context(), bytes.NewReader(stream), memstore.MaxChanges(3))
	if err != nil {
		t.Fatal(err)
	}
	defer few.Close()
	err = few.View(t.Context(), "acme", func(ctx context.Context, r storage.Reader) error {
		_, err := r.Changes(ctx, storage.ChangeID{}, 0)
		return err
	})
	if !errors.Is(err, storage.ErrCompacted) {
		t.Errorf("changes that were left out: %v", err)
	}
}

// framed makes a stream of any content, with checksums that are right.
func framed(content []byte) []byte {
	out := []byte("roster memstore snapshot\n\x02")
	for number := uint64(0); ; number++ {
		body := content[:min(len(content), 1<<16)]
		content = content[len(body):]
		head := binary.LittleEndian.AppendUint32(nil, uint32(len(body)))
		sum := crc32.New(crc32.MakeTable(crc32.Castagnoli))
		_, _ = sum.Write(binary.LittleEndian.AppendUint64(nil, number))
		_, _ = sum.Write(head)
		_, _ = sum.Write(body)
		out = append(append(out, head...), body...)
		out = binary.LittleEndian.AppendUint32(out, sum.Sum32())
		if len(body) == 0 {
			return out
		}
	}
}

// unframed is the content of a stream.
func unframed(stream []byte) (content []byte) {
	stream = stream[len("roster memstore snapshot\n\x02"):]
	for len(stream) >= 8 {
		n := binary.LittleEndian.Uint32(stream)
		content = append(content, stream[4:4+n]...)
		stream = stream[8+n:]
	}
	return content
}

// Whatever stands in a stream, Restore returns a store or an error. What it restores can be written and read again.
func FuzzRestore(f *testing.F) {
	for seed := range uint64(4) {
		s, d, m := memstore.New(), newDice(seed), model{}
		_, err := s.Update(f.Context(), "acme", func(ctx context.Context, w storage.Writer) error {
			return errors.Join(d.write(ctx, w, m), d.write(ctx, w, m))
		})
		if err != nil {
			f.Fatal(err)
		}
		stream := snapshot(f, s)
		if got := framed(unframed(stream)); !bytes.Equal(got, stream) {
			f.Fatal("the frames are made otherwise than they are here")
		}
		f.Add(unframed(stream))
	}
	f.Add([]byte{})
	f.Add([]byte{0})
	f.Fuzz(func(t *testing.T, content []byte) {
		_, _ = memstore.Restore(t.Context(), bytes.NewReader(content))
		s, err := memstore.Restore(t.Context(), bytes.NewReader(framed(content)))
		if err != nil {
			return
		}
		defer s.Close()
		again, err := memstore.Restore(t.Context(), bytes.NewReader(snapshot(t, s)))
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
	if _, err := memstore.Restore(none, bytes.NewReader(nil)); !errors.Is(err, storage.ErrInvalid) {
		t.Errorf("Restore without a context: %v", err)
	}
	if _, err := memstore.Restore(t.Context(), nil); !errors.Is(err, storage.ErrInvalid) {
		t.Errorf("Restore without a reader: %v", err)
	}
	if _, err := s.Wait(none, "acme", 0); !errors.Is(err, storage.ErrInvalid) {
		t.Errorf("Wait without a context: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}
