package sqlitestore

import (
	"context"
	"errors"
	"fmt"

	sqlite3 "modernc.org/sqlite/lib"
)

// Errors of the file and its engine, to test with errors.Is. What the contract of package storage names has the errors
// of that package.
var (
	// ErrBusy: another process, or a transaction of the embedding server's own, held the file's write lock for longer
	// than the store waits (BusyTimeout). Nothing was changed; trying again is safe.
	ErrBusy = errors.New("sqlitestore: the file is locked by another writer")
	// ErrFull: the disk, or the limit set on the file, has no room. Nothing was changed.
	ErrFull = errors.New("sqlitestore: no space left for the file")
	// ErrReadOnly: the file cannot be written; reading works. Or its directory cannot, where readers leave their marks
	// too: then Open returns it.
	ErrReadOnly = errors.New("sqlitestore: the file is read-only")
	// ErrNewerSchema is what a *SchemaError is.
	ErrNewerSchema = errors.New("sqlitestore: the file was written by a later version")
)

// SchemaError says that a file has a schema that this version does not know, so that it must not touch it.
// errors.Is(err, ErrNewerSchema) holds.
type SchemaError struct {
	Found, Known int // numbers of the last migration: in the file, in this version
}

// Error says both numbers.
func (e *SchemaError) Error() string {
	return fmt.Sprintf("sqlitestore: the file has schema %d, this version knows none beyond %d", e.Found, e.Known)
}

// Is reports whether target is ErrNewerSchema.
func (e *SchemaError) Is(target error) bool { return target == ErrNewerSchema }

// codeOf returns the engine's extended result code, 0 if err is none of the engine's.
func codeOf(err error) int {
	var e interface{ Code() int } // *sqlite.Error
	if errors.As(err, &e) {
		return e.Code()
	}
	return 0
}

const primaryCode = 0xff // extended codes have the primary one in their low byte

// named wraps an error of the engine with the one of this package that stands for it, so that no caller needs to know
// the engine's codes. ctx explains interruptions.
func named(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	var name error
	switch codeOf(err) & primaryCode {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		name = ErrBusy
	case sqlite3.SQLITE_FULL:
		name = ErrFull
	case sqlite3.SQLITE_READONLY:
		name = ErrReadOnly
	case sqlite3.SQLITE_INTERRUPT:
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	if name != nil {
		return fmt.Errorf("%w (%w)", name, err)
	}
	return err
}

func isConstraint(err error) bool { return codeOf(err)&primaryCode == sqlite3.SQLITE_CONSTRAINT }

func isBusy(err error) bool {
	c := codeOf(err) & primaryCode
	return c == sqlite3.SQLITE_BUSY || c == sqlite3.SQLITE_LOCKED
}

// known reports whether a commit that failed with err certainly did not happen. After an error of input or output the
// commit may stand in the file's log or not: only the next start of the file tells.
func known(err error) bool {
	return codeOf(err)&primaryCode != sqlite3.SQLITE_IOERR
}
