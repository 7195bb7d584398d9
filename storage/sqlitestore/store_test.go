package sqlitestore

import (
	"path/filepath"
	"testing"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/enginetest"
	"github.com/ca74b63c/roster/storage/storagetest"
)

// open returns a store on a fresh file. The caller closes it.
func open(t testing.TB, opts ...Option) *Store {
	t.Helper()
	return openAt(t, filepath.Join(t.TempDir(), "roster.db"), opts...)
}

func openAt(t testing.TB, path string, opts ...Option) *Store {
	t.Helper()
	s, err := Open(t.Context(), path, opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// TestStorage holds the store to the contract of package storage.
func TestStorage(t *testing.T) {
	storagetest.Run(t, func(t testing.TB) storage.Storage { return open(t) })
}

// TestNestedOnOneConnection: a function that opens a second transaction gets ErrNestedTx and does
// not wait for the only reader, which its own transaction has.
func TestNestedOnOneConnection(t *testing.T) {
	enginetest.Cases(t, "Nested/Refused", func(t testing.TB) storage.Storage { return open(t, Readers(1)) })
}
