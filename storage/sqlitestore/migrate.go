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

// Schema returns the migrations: plain SQL files, "0001_core.sql" first, to be run in the order of their names. Each
// may be run twice. A server that runs them with a tool of its own must also keep the one row of
// roster_schema (version INTEGER) at the number of the last one that was run.
func Schema() fs.FS {
	sub, err := fs.Sub(schemaFiles, "schema")
	if err != nil {
		panic(err) // not reached: the directory is embedded
	}
	return sub
}

// migrations returns the files of Schema, in their order.
func migrations() ([]migration.File, error) { return migration.Files(Schema()) }

// schemaVersion returns the number of the last migration that the file has had, 0 for none.
func schemaVersion(ctx context.Context, e engine) (int, error) {
	_, ok, err := one(ctx, e, "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'roster_schema'")
	if err != nil || !ok {
		return 0, err
	}
	v, ok, err := one(ctx, e, "SELECT version FROM roster_schema")
	if err != nil || !ok {
		return 0, err
	}
	return int(number(v[0])), nil
}

// Migrate brings the file's schema to the one that this version knows, all migrations in one transaction. Open calls it
// unless told otherwise. It does nothing to a file that has had them all.
//
// Errors: *SchemaError for a file of a later version; ErrClosed; ErrBusy; ErrReadOnly; the context's.
func (s *Store) Migrate(ctx context.Context) error {
	return s.migrate(ctx, -1)
}

// migrate stops after the migration with the number last, if it is not negative.
func (s *Store) migrate(ctx context.Context, last int) error {
	end, err := s.enter(ctx)
	if err != nil {
		return err
	}
	defer end()
	list, err := migrations()
	if err != nil {
		return err
	}
	if last >= 0 {
		list = list[:last]
	}
	if err := s.turn.Take(ctx, s.closing); err != nil {
		return err
	}
	defer s.pass()
	s.settle()
	if err := s.connect(ctx); err != nil {
		return err
	}
	found, err := schemaVersion(ctx, s.writer)
	switch {
	case err != nil:
		return fmt.Errorf("sqlitestore: reading the schema's version: %w", named(ctx, err))
	case found > len(list):
		return &SchemaError{Found: found, Known: len(list)}
	case found == len(list):
		return nil
	}
	if err := s.begin(ctx); err != nil {
		return err
	}
	if err := s.apply(ctx, list); err != nil {
		s.rollback()
		return fmt.Errorf("sqlitestore: migrating: %w", named(ctx, err))
	}
	if _, err = s.writer.exec("COMMIT"); err != nil {
		s.rollback()
	}
	return named(ctx, err)
}

func (s *Store) apply(ctx context.Context, list []migration.File) error {
	found, err := schemaVersion(ctx, s.writer) // once more: another process may have come first
	if err != nil {
		return err
	}
	if found == 0 {
		for _, sql := range []string{
			"CREATE TABLE IF NOT EXISTS roster_schema (version INTEGER NOT NULL) STRICT",
			"DELETE FROM roster_schema",
			"INSERT INTO roster_schema (version) VALUES (0)",
		} {
			if _, err := s.writer.exec(sql); err != nil {
				return err
			}
		}
	}
	for _, m := range list[min(found, len(list)):] {
		if err := ctx.Err(); err != nil {
			return err
		}
		if _, err := s.writer.exec(m.SQL); err != nil {
			return fmt.Errorf("%s: %w", m.Name, err)
		}
		if _, err := s.writer.exec("UPDATE roster_schema SET version = ?", int64(m.Number)); err != nil {
			return err
		}
	}
	return nil
}
