package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strings"

	"github.com/ca74b63c/roster/examples/privatefile"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/pgstore"
	"github.com/ca74b63c/roster/storage/sqlitestore"
)

// places says what open reads.
const places = "sqlite:PATH, postgres:DSN or memory-snapshot:FILE"

// open opens the storage at place: sqlite:PATH, memory-snapshot:FILE, postgres:DSN or a postgres
// URL. The file of a SQLite database or of a snapshot must exist. A snapshot is loaded into memory.
// open returns an error for any other place, and if the storage cannot be opened. An error that
// open itself creates contains no DSN, because a DSN may contain a password.
func open(ctx context.Context, place string) (storage.Storage, error) {
	kind, name, _ := strings.Cut(place, ":")
	switch {
	case (kind == "postgres" || kind == "postgresql") && strings.HasPrefix(name, "//"):
		return pgstore.Open(ctx, place) // the URL itself
	case kind == "postgres" && name != "":
		return pgstore.Open(ctx, name)
	case kind != "sqlite" && kind != "memory-snapshot" || name == "":
		return nil, errors.New("it is " + places)
	}
	if _, err := os.Stat(name); err != nil { // a wrong name makes no file
		return nil, err
	}
	if kind == "sqlite" {
		return sqlitestore.Open(ctx, name)
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	s, err := memstore.Restore(ctx, f, memstore.MaxChanges(math.MaxInt))
	if err != nil {
		return nil, fmt.Errorf("memory-snapshot: %w", err)
	}
	return snapshot{s, name}, nil
}

// snapshot is a storage in memory that a file keeps.
type snapshot struct {
	*memstore.Store
	name string
}

// closeStorage closes the storage s. If s is a memory storage that open read from a snapshot file,
// and wrote is true, closeStorage first writes the content of s to that file. It writes the file
// even if the command was interrupted. It returns the errors of writing and of closing, joined.
func closeStorage(s storage.Storage, wrote bool) error {
	var err error
	if kept, ok := s.(snapshot); ok && wrote {
		err = privatefile.Write(kept.name, func(w io.Writer) error { return kept.Snapshot(context.Background(), w) })
	}
	return errors.Join(err, s.Close())
}
