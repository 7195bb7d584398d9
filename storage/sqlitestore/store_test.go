package sqlitestore

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/enginetest"
)

// empty has the bytes of a file that is migrated and has no account. To copy them takes a tenth of
// the time of a migration.
var empty = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "roster-empty-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	path := filepath.Join(dir, "roster.db")
	s, err := Open(context.Background(), path)
	if err == nil {
		err = s.Close()
	}
	if err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

// open returns a store on a fresh file. The test closes it.
func open(t testing.TB, opts ...Option) *Store {
	t.Helper()
	file, err := empty()
	must(t, err)
	path := filepath.Join(t.TempDir(), "roster.db")
	must(t, os.WriteFile(path, file, 0o600))
	return openAt(t, path, opts...)
}

func openAt(t testing.TB, path string, opts ...Option) *Store {
	t.Helper()
	s, err := Open(t.Context(), path, opts...)
	must(t, err)
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// TestStorage holds the store to the contract of package storage.
func TestStorage(t *testing.T) {
	enginetest.All(t, func(t testing.TB) storage.Storage { return open(t) })
}

// TestNestedOnOneConnection: a function that opens a second transaction gets ErrNestedTx and does
// not wait for the only reader, which its own transaction has.
func TestNestedOnOneConnection(t *testing.T) {
	enginetest.Cases(t, "Nested/Refused", func(t testing.TB) storage.Storage { return open(t, Readers(1)) })
}
