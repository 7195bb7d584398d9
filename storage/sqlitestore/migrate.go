package sqlitestore

import (
	"context"
	"embed"
	"fmt"
	"io/fs"

	"github.com/ca74b63c/roster/storage/internal/migration"
)

//go:embed schema/*.sql
var schemaFiles embed.FS

// Schema returns a file system with the migrations of the database schema as SQL files. They must
// run in the order of their names. Each file stores its number in the table roster_schema. A file
// may run twice. Open runs the missing files, except with the option WithoutMigration.
func Schema() fs.FS {
	sub, err := fs.Sub(schemaFiles, "schema")
	if err != nil {
		panic(err) // cannot happen: the directory is embedded
	}
	return sub
}

// schemaVersion reads the number of the last migration that the file ran from the table
// roster_schema. It returns 0 if the table does not exist or has no row.
func schemaVersion(e engine) (int, error) {
	_, ok, err := one(e, "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'roster_schema'")
	if err != nil || !ok {
		return 0, err
	}
	v, ok, err := one(e, "SELECT version FROM roster_schema")
	if err != nil || !ok {
		return 0, err
	}
	return int(v.number(0)), nil
}

// migrate runs the migrations that the file lacks, in one transaction. It does nothing if the file
// has all of them. After an error it rolls back, and the schema is unchanged.
//
// Errors: *SchemaError if the file has a later version than the Store knows, or if the file lacks
// migrations and the Store has the option WithoutMigration; those of begin; the engine's. migrate
// reads the version again in the transaction, because another process may migrate the file
// meanwhile.
func (s *Store) migrate(ctx context.Context) error {
	list, err := migration.Files(Schema())
	if err != nil {
		return err
	}
	found, err := schemaVersion(s.writer)
	switch {
	case err != nil:
		return fmt.Errorf("sqlitestore: reading the schema's version: %w", named(ctx, err))
	case found == len(list):
		return nil
	case found > len(list) || !s.opt.migrate:
		return &SchemaError{Found: found, Known: len(list)}
	}
	if err := s.begin(ctx); err != nil {
		return err
	}
	found, err = schemaVersion(s.writer) // again: another process may have migrated the file meanwhile
	if err == nil && found > len(list) {
		s.rollback()
		return &SchemaError{Found: found, Known: len(list)}
	}
	if err == nil {
		for _, m := range list[found:] {
			if _, err = s.writer.exec(m.SQL); err != nil {
				err = fmt.Errorf("%s: %w", m.Name, err)
				break
			}
		}
	}
	if err == nil {
		_, err = s.writer.exec("COMMIT")
	}
	if err != nil {
		s.rollback()
		return fmt.Errorf("sqlitestore: migrating: %w", named(ctx, err))
	}
	return nil
}
