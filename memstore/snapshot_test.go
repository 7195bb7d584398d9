package memstore

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
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
		restored, err := Restore(t.Context(), bytes.NewReader(stream), opts...)
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

// A file that was saved holds a snapshot, only its owner can read it, and no other file is left.
func TestSaveFile(t *testing.T) {
	s, folder := populated(t, 1), t.TempDir()
	name := filepath.Join(folder, "roster")
	if err := os.WriteFile(name, []byte("old"), 0o644); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := s.SaveFile(t.Context(), name); err != nil {
			t.Fatal(err)
		}
	}
	info, err := os.Stat(name)
	if err != nil {
		t.Fatal(err)
	}
	if mode := info.Mode().Perm(); mode != 0o600 && runtime.GOOS != "windows" {
		t.Errorf("mode %o", mode)
	}
	if list, err := os.ReadDir(folder); err != nil || len(list) != 1 {
		t.Errorf("%v, %v", list, err)
	}
	loaded, err := LoadFile(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	defer loaded.Close()
	if !bytes.Equal(snapshot(t, s), snapshot(t, loaded)) {
		t.Error("what was loaded differs")
	}
}

// If saving fails, the old file stays and no other file is left.
func TestSaveFileKeepsTheOldFile(t *testing.T) {
	s, folder := populated(t, 1), t.TempDir()
	name := filepath.Join(folder, "roster")
	if err := os.WriteFile(name, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.SaveFile(ctx, name); !errors.Is(err, context.Canceled) {
		t.Errorf("SaveFile: %v", err)
	}
	if b, err := os.ReadFile(name); err != nil || string(b) != "old" {
		t.Errorf("the old file has %q, %v", b, err)
	}
	if list, err := os.ReadDir(folder); err != nil || len(list) != 1 {
		t.Errorf("%v, %v", list, err)
	}
	if err := s.SaveFile(t.Context(), filepath.Join(folder, "none", "roster")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("SaveFile to a folder that is not there: %v", err)
	}
	if _, err := LoadFile(t.Context(), name); !errors.Is(err, ErrDamaged) {
		t.Errorf("LoadFile of another file: %v", err)
	}
	if _, err := LoadFile(t.Context(), filepath.Join(folder, "none")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("LoadFile of no file: %v", err)
	}
}
