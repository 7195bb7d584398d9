package sqlitestore

import (
	"context"
	"errors"
	"fmt"

	sqlite3 "modernc.org/sqlite/lib"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/migration"
)

// Errors of the file and its engine, to test with errors.Is. What the contract of package storage
// names has the errors of that package: ErrBusy, ErrFull and ErrNotMigrated are also
// storage.ErrUnavailable.
var (
	// ErrBusy: another process, or a transaction of the embedding server, held the file's write
	// lock for longer than BusyTimeout. Nothing was changed, and trying again is safe.
	ErrBusy = fmt.Errorf("sqlitestore: the file is locked by another writer: %w", storage.ErrUnavailable)
	// ErrFull: the disk, or the limit set on the file, has no room. Nothing was changed.
	ErrFull = fmt.Errorf("sqlitestore: no space left for the file: %w", storage.ErrUnavailable)
	// ErrReadOnly: the file cannot be written, and reading works. If its directory cannot be
	// written, Open returns it, because readers leave marks there.
	ErrReadOnly = errors.New("sqlitestore: the file is read-only")
	// ErrNewerSchema: the file was written by a later version, see SchemaError.
	ErrNewerSchema = errors.New("sqlitestore: the file was written by a later version")
	// ErrNotMigrated: the file lacks migrations, see SchemaError.
	ErrNotMigrated = fmt.Errorf("sqlitestore: the file is not migrated: run the files of sqlitestore.Schema, "+
		"or open it without WithoutMigration: %w", storage.ErrUnavailable)
)

// SchemaError reports that the file's schema is not the one that this version of the package uses.
// Its fields Found and Known are the numbers of the last migration in the file and in this version.
// It wraps ErrNewerSchema or ErrNotMigrated.
type SchemaError = migration.SchemaError

// codeOf returns the extended result code of the SQLite error in err. It returns 0 if err is nil or
// contains no SQLite error.
func codeOf(err error) int {
	var e interface{ Code() int } // *sqlite.Error
	if errors.As(err, &e) {
		return e.Code()
	}
	return 0
}

// primary returns SQLite's result code, which is the low byte of the extended code.
func primary(err error) int { return codeOf(err) & 0xff }

// named wraps an error of SQLite in ErrBusy, ErrFull, ErrReadOnly or storage.ErrUnavailable, if one
// matches. For a statement that was interrupted after ctx ended, it returns the error of ctx. It
// returns every other error unchanged.
func named(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	var name error
	switch primary(err) {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		name = ErrBusy
	case sqlite3.SQLITE_FULL:
		name = ErrFull
	case sqlite3.SQLITE_READONLY:
		name = ErrReadOnly
	case sqlite3.SQLITE_CANTOPEN:
		name = storage.ErrUnavailable
	case sqlite3.SQLITE_INTERRUPT:
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	if name != nil && !errors.Is(err, name) {
		return fmt.Errorf("%w (%w)", name, err)
	}
	return err
}

func isConstraint(err error) bool { return primary(err) == sqlite3.SQLITE_CONSTRAINT }

func isBusy(err error) bool {
	c := primary(err)
	return c == sqlite3.SQLITE_BUSY || c == sqlite3.SQLITE_LOCKED
}

// outcomeKnown reports whether a commit that failed with err certainly did not take place. After an
// input or output error the log may contain the commit.
func outcomeKnown(err error) bool { return primary(err) != sqlite3.SQLITE_IOERR }
