package sqlitestore

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/crash"
	"github.com/ca74b63c/roster/storage/internal/sample"
	"github.com/ca74b63c/roster/user"
)

// namesIn returns the names of the files in a directory.
func namesIn(t *testing.T, dir string) (list []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	must(t, err)
	for _, e := range entries {
		list = append(list, e.Name())
	}
	return list
}

// TestBackupBesideWriters copies the file while transfers go on. Each copy is whole, has every
// transfer that was acknowledged before, and its sums are right.
func TestBackupBesideWriters(t *testing.T) {
	s := open(t)
	sample.Fund(t, s, "acme")
	sample.Crowd(t, s, "acme", 50)
	log := crash.NewLog("acme")
	stop := log.Drive(t, s, 2, "key")
	dir := t.TempDir()
	for i := range 5 {
		log.Await(t, 5)
		before := log.Acknowledged()
		path := filepath.Join(dir, fmt.Sprint("copy ", i, "?#%.db"))
		must(t, s.Backup(t.Context(), path))
		info, err := os.Stat(path)
		must(t, err)
		if info.Mode().Perm() != 0o600 {
			t.Errorf("the copy has mode %v", info.Mode())
		}
		if names := namesIn(t, dir); len(names) != i+1 {
			t.Errorf("after %d copies there are %v", i+1, names)
		}
		moved := filepath.Join(t.TempDir(), "copy.db")
		must(t, os.Link(path, moved)) // so that what SQLite keeps beside an open file is not in dir
		copied := openAt(t, moved)
		keys := sample.Check(t, copied, "acme")
		if len(keys) < before {
			t.Errorf("the copy has %d transfers, %d were acknowledged before", len(keys), before)
		}
		var ok string
		must(t, plain(t, moved).QueryRow("PRAGMA integrity_check").Scan(&ok))
		if ok != "ok" {
			t.Errorf("integrity_check: %s", ok)
		}
		if n, _ := sample.Count(t, copied, "acme", storage.Query{Text: "kim park"}); n != 50 {
			t.Errorf("the copy finds %d users", n)
		}
	}
	stop()
	log.End(t, s)
}

func TestBackupRefuses(t *testing.T) {
	s := ledger(t)
	dir := t.TempDir()
	path := filepath.Join(dir, "copy.db")
	must(t, os.WriteFile(path, []byte("mine"), 0o600))
	if err := s.Backup(t.Context(), path); !errors.Is(err, fs.ErrExist) {
		t.Errorf("over a file: %v", err)
	}
	if text, err := os.ReadFile(path); string(text) != "mine" {
		t.Errorf("the file has become %q, %v", text, err)
	}
	if err := s.Backup(t.Context(), s.path); !errors.Is(err, fs.ErrExist) {
		t.Errorf("over itself: %v", err)
	}
	if err := s.Backup(t.Context(), filepath.Join(dir, "no", "copy.db")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("in a directory that is not there: %v", err)
	}
	if names := namesIn(t, dir); len(names) != 1 {
		t.Errorf("there are %v", names)
	}
	must(t, s.Close())
	if err := s.Backup(t.Context(), filepath.Join(dir, "other.db")); !errors.Is(err, storage.ErrClosed) {
		t.Errorf("of a closed Store: %v", err)
	}
}

// TestBackupCancelled ends the context and closes the Store while the copy is made. No file stays.
func TestBackupCancelled(t *testing.T) {
	s := open(t, SyncNormal())
	sample.Crowd(t, s, "acme", 1_500)
	dir := t.TempDir()
	whole := time.Now()
	must(t, s.Backup(t.Context(), filepath.Join(t.TempDir(), "whole.db")))
	took := time.Since(whole)
	ctx, cancel := context.WithTimeout(t.Context(), took/4)
	defer cancel()
	if err := s.Backup(ctx, filepath.Join(dir, "copy.db")); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a context that ends: %v", err)
	}
	time.AfterFunc(took/4, func() { _ = s.Close() })
	if err := s.Backup(t.Context(), filepath.Join(dir, "copy.db")); !errors.Is(err, storage.ErrClosed) {
		t.Errorf("a Store that closes: %v", err)
	}
	if names := namesIn(t, dir); len(names) != 0 {
		t.Errorf("there are %v", names)
	}
}

// TestCompactForgets looks for an erased user's name in the bytes of the files. The index of
// triples leaves out what a triple shares with the one before it. This name is a triple, and each
// of its letters begins with another byte, so the index holds it whole.
func TestCompactForgets(t *testing.T) {
	s := open(t)
	sample.Crowd(t, s, "acme", 500)
	const name = "אωж"
	erased := user.User{ID: 77, Lifecycle: user.Lifecycle{Deleted: sample.Person(1).Lifecycle.Created, Erased: true}}
	for _, u := range []user.User{func() user.User { u := sample.Person(77); u.Names.Display = name; return u }(), erased} {
		_, err := s.Update(t.Context(), "acme", func(ctx context.Context, w storage.Writer) error {
			if err := w.PutUser(ctx, u); err != nil {
				return err
			}
			if err := w.AppendChange(ctx, storage.Change{Type: storage.UserUpdated, UserID: 77, Created: &u}); err != nil || !u.Lifecycle.Erased {
				return err
			}
			return w.Scrub(ctx, 77)
		})
		must(t, err)
	}
	holds := func(text string) bool {
		for _, suffix := range []string{"", "-wal"} {
			b, err := os.ReadFile(s.path + suffix)
			must(t, err)
			if bytes.Contains(b, []byte(text)) {
				return true
			}
		}
		return false
	}
	if !holds(name) {
		t.Error("the name is gone already: this test proves nothing")
	}
	must(t, s.Compact(t.Context()))
	if holds(name) {
		t.Errorf("%q is still in the file", name)
	}
	if n, _ := sample.Count(t, s, "acme", storage.Query{Text: "Kim"}); n != 499 {
		t.Errorf("%d users are found", n)
	}
}
