package sqlitestore

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"slices"

	"github.com/ca74b63c/roster/storage/internal/migration"
)

//go:embed schema/*.sql
var schemaFiles embed.FS

var schema = migration.New(schemaFiles, ErrNewerSchema, ErrNotMigrated)

// Schema returns a file system with the migrations of the database schema as SQL files. They must
// run in the order of their names. Each file stores its number in the table roster_schema. A file
// may run twice. Open runs the missing files, except with the option WithoutMigration.
func Schema() fs.FS { return schema.FS }

// version reads from the table roster_schema the number of the last migration that ran, 0 without
// that table. Errors: the engine's.
func version(ctx context.Context, e engine) (int, error) {
	v, ok, err := one(e, "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'roster_schema'")
	if ok && err == nil {
		v, ok, err = one(e, "SELECT version FROM roster_schema")
	}
	if err != nil {
		return 0, fmt.Errorf("sqlitestore: reading the schema's version: %w", named(ctx, err))
	}
	if !ok {
		return 0, nil
	}
	return int(v.number(0)), nil
}

// migrate runs the migrations that the file lacks, in one transaction. With WithoutMigration it
// runs none. Errors: *SchemaError for a file of a later version, and with WithoutMigration for one
// of an earlier version; the context's; the engine's.
func (s *Store) migrate(ctx context.Context) error {
	var found int
	err := s.untilFree(ctx, func() (err error) { // another process may just close the file, or recover it
		found, err = version(ctx, s.writer)
		return err
	})
	if err != nil {
		return err
	}
	if !s.opt.migrate || found >= len(schema.Files) {
		return schema.Check(found)
	}
	if err := s.begin(ctx); err != nil {
		return err
	}
	if err := s.runMissing(ctx); err != nil {
		s.rollback()
		return err
	}
	return nil
}

// runMissing runs the migrations that the file lacks in the open transaction, and commits the
// transaction. It reads the version again, because another process may have migrated the file
// meanwhile. Errors: *SchemaError for a later version; those of SQLite, as named returns them.
func (s *Store) runMissing(ctx context.Context) error {
	found, err := version(ctx, s.writer)
	if err != nil {
		return err
	}
	list, err := schema.Missing(found)
	if err != nil {
		return err
	}
	for _, m := range append(slices.Clone(list), migration.File{Name: "commit", SQL: "COMMIT"}) {
		if _, err := s.writer.exec(m.SQL); err != nil {
			return fmt.Errorf("sqlitestore: migrating: %s: %w", m.Name, named(ctx, err))
		}
	}
	return nil
}
