package memstore

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"regexp"
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
	_, restore := Restore(none, bytes.NewReader(nil))
	_, unread := Restore(t.Context(), nil)
	_, wait := s.Wait(none, "acme", 0)
	for name, err := range map[string]error{
		"Snapshot without a context": s.Snapshot(none, io.Discard),
		"Snapshot without a writer":  s.Snapshot(t.Context(), nil),
		"View without a context":     s.View(none, "acme", func(context.Context, storage.Reader) error { return nil }),
		"Restore without a context":  restore,
		"Restore without a reader":   unread,
		"Wait without a context":     wait,
	} {
		if !errors.Is(err, storage.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

// The checksum of each stream is right, so that Restore must look at what the lines say.
func TestRestoreRefusesWhatCannotBe(t *testing.T) {
	s := populated(t, 7)
	lines := unsummed(snapshot(t, s))
	for _, c := range []struct{ name, from, to string }{
		{"a reference twice", `(?m)^reference .*\n`, "$0$0"},
		{"a user twice", `(?m)^user .*\n`, "$0$0"},
		{"a transfer twice", `(?m)^transfer .*\n`, "$0$0"},
		{"a change twice", `(?m)^(change|creation) .*\n`, "$0$0"},
		{"an account twice", `(?m)^account .*\n`, "$0$0"},
		{"a secret of no user", `(?m)^secret \{"user":\d+`, `secret {"user":9999`},
		{"a creation of no user", `(?m)^creation (.*)"userId":\d+`, `creation $1"userId":9999`},
		{"a member that no account has", `(?m)^account \{`, `account {"zzz":1,`},
		{"a negative counter", `(?m)^(account .*)"user":\d+`, `$1"user":-5`},
		{"a word that no line has", `(?m)^reference`, `preference`},
		{"a line of no account", `(?m)^account .*\n`, ""},
	} {
		stream := regexp.MustCompile(c.from).ReplaceAll(lines, []byte(c.to))
		if bytes.Equal(stream, lines) {
			t.Errorf("%s: nothing changed", c.name)
			continue
		}
		if _, err := Restore(t.Context(), bytes.NewReader(summed(stream))); !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}
