package main

import (
	"context"
	"errors"
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

// The kinds of places.
const (
	memory   = "memory-snapshot"
	sqlite   = "sqlite"
	postgres = "postgres"
	jsonl    = "jsonl"
)

// places lists the forms that parsePlace accepts.
const places = "memory-snapshot:FILE, sqlite:PATH, postgres:DSN or jsonl:FILE"

// standard stands for the standard input or output.
const standard = "-"

// place is a storage, or a stream of accounts.
type place struct{ kind, name string }

// parsePlace returns the place that the text s names. The text is kind:name, a PostgreSQL URL, or
// "-" for the standard input or output. The kind is memory-snapshot, sqlite, postgres or jsonl. For
// a PostgreSQL URL, the kind is postgres and the name is the whole URL. For "-", the kind is jsonl
// and the name is "-". parsePlace returns an error for any other text. The error contains no part
// of s, because a DSN may contain a password.
func parsePlace(s string) (place, error) {
	kind, name, _ := strings.Cut(s, ":")
	if kind == "postgresql" || kind == postgres && strings.HasPrefix(name, "//") {
		kind, name = postgres, s // the URL itself
	}
	switch {
	case s == standard:
		return place{jsonl, standard}, nil
	case name != "" && (kind == memory || kind == sqlite || kind == postgres || kind == jsonl):
		return place{kind, name}, nil
	}
	return place{}, errors.New("it is " + places)
}

// open opens the storage at the place: a memory snapshot, which it loads, a SQLite database or a
// PostgreSQL database. The place must not be a stream. source reports whether accounts are read
// from the storage; otherwise the storage is the target.
//
// The file of a source must exist. If the file of a target is missing, the storage is empty. open
// writes no snapshot file. It returns an error for a snapshot target that exists and is not a
// regular file (privatefile.Check).
func (p place) open(ctx context.Context, source bool) (storage.Storage, error) {
	if source && p.kind != postgres {
		if _, err := os.Stat(p.name); err != nil {
			return nil, err
		}
	}
	switch p.kind {
	case memory:
		if !source {
			if err := privatefile.Check(p.name); err != nil { // now, not when everything was moved
				return nil, err
			}
		}
		return p.openMemory(ctx)
	case sqlite:
		return sqlitestore.Open(ctx, p.name)
	}
	return pgstore.Open(ctx, p.name)
}

// snapshot is a memory storage that is saved to a file.
type snapshot struct {
	*memstore.Store
	name string
}

func (p place) openMemory(ctx context.Context) (storage.Storage, error) {
	whole := memstore.MaxChanges(math.MaxInt) // a move forgets no change
	f, err := os.Open(p.name)
	if errors.Is(err, os.ErrNotExist) {
		return snapshot{memstore.New(whole), p.name}, nil
	} else if err != nil {
		return nil, err
	}
	defer f.Close()
	s, err := memstore.Restore(ctx, f, whole)
	if err != nil {
		return nil, err
	}
	return snapshot{s, p.name}, nil
}

// keep saves the snapshot. After an interruption, the next run continues from it.
func (s snapshot) keep() error {
	return privatefile.Write(s.name, func(w io.Writer) error { return s.Snapshot(context.Background(), w) })
}
