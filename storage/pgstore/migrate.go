package pgstore

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"github.com/jackc/pgx/v5"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/migration"
	"github.com/ca74b63c/roster/storage/internal/sqlread"
)

//go:embed schema
var schemaFiles embed.FS

var schema = migration.New(schemaFiles, ErrNewerSchema, ErrNotMigrated)

// Schema returns a file system with the migrations of the database schema as SQL files. A tool must
// run the files in the order of their names, beginning with "0001_tables.up.sql". goose,
// golang-migrate and atlas can run the files unchanged. Each file stores its number in the table
// roster_schema. A Store reads the version of a database from this table.
//
// The directory "distributed" contains the statements that distribute the tables over the nodes of
// a Citus cluster. "0001.sql" runs after "0001_tables.up.sql", one statement at a time.
func Schema() fs.FS { return schema.FS }

// Migrate runs the migrations that the database lacks, in one transaction. Several processes may
// call Migrate at once; a call that collides with another one runs again, a limited number of
// times. The tables are created in the first schema of the connection's search_path.
//
// Errors: *SchemaError for a database of a later version; storage.ErrInvalid for a database whose
// encoding is not UTF8; storage.ErrClosed; the context's; the engine's.
func (s *Store) Migrate(ctx context.Context) error {
	end, err := s.gate.Enter(ctx)
	if err != nil {
		return err
	}
	defer end()
	ctx, stop := s.untilClose(ctx)
	defer stop()
	for attempt := 1; ; attempt++ {
		err := s.apply(ctx)
		// Two programs that create one table at once: the second one gets an error.
		raced := passing(err) || codeOf(err) == codeUnique || codeOf(err) == codeTableExists
		if err == nil || !raced || attempt >= s.opt.attempts {
			return named(ctx, err)
		}
		if err := s.pause(ctx, attempt); err != nil {
			return err
		}
	}
}

// apply runs the migrations that the database lacks, in one transaction. Errors: *SchemaError for a
// database of a later version; storage.ErrInvalid for an encoding that is not UTF8; those of the
// database.
func (s *Store) apply(ctx context.Context) error {
	found, err := s.version(ctx)
	if err != nil {
		return err
	}
	if found >= len(schema.Files) {
		return schema.Check(found)
	}
	return pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		var encoding string
		var there bool
		const ask = "SELECT current_setting('server_encoding'), to_regclass('roster_schema') IS NOT NULL"
		if err := tx.QueryRow(ctx, ask).Scan(&encoding, &there); err != nil {
			return err
		}
		if encoding != "UTF8" {
			return fmt.Errorf("pgstore: the database has the encoding %s, UTF8 is needed: %w", encoding, storage.ErrInvalid)
		}
		if there { // another process may be migrating too: wait for it, and begin where it ended
			if err := tx.QueryRow(ctx, "SELECT version FROM roster_schema WHERE id = 1 FOR UPDATE").Scan(&found); err != nil {
				return err
			}
		}
		missing, err := schema.Missing(found)
		if err != nil {
			return err
		}
		for _, m := range missing {
			if err := runFile(ctx, tx, m, s.opt.distributed); err != nil {
				return fmt.Errorf("pgstore: %s: %w", m.Name, err)
			}
		}
		return nil
	})
}

// runFile runs the statements of migration m in tx, one at a time, because Citus accepts no more.
// If spread is true, it then runs the file with the same number in the directory "distributed", if
// it exists.
func runFile(ctx context.Context, tx pgx.Tx, m migration.File, spread bool) error {
	statements := m.Statements()
	if spread {
		sql, err := fs.ReadFile(schema.FS, fmt.Sprintf("distributed/%04d.sql", m.Number))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		statements = append(statements, migration.File{SQL: string(sql)}.Statements()...)
	}
	for _, sql := range statements {
		if _, err := tx.Exec(ctx, sql); err != nil {
			return err
		}
	}
	return nil
}

// version reads from the table roster_schema the number of the last migration that ran. It returns
// 0 if the table or its row is missing. Errors: those of the query.
func (s *Store) version(ctx context.Context) (found int, err error) {
	err = query(ctx, pooled{s}, func(row sqlread.Row) error { return row.Scan(&found) }, "SELECT version FROM roster_schema WHERE id = 1")
	if codeOf(err) == codeNoTable {
		err = nil
	}
	return found, err
}

// check returns a *SchemaError if the database's schema has another version than this package.
// After the first success, check returns nil without a query. Other errors: those of the query.
func (s *Store) check(ctx context.Context) error {
	if s.checked.Load() {
		return nil
	}
	found, err := s.version(ctx)
	if err != nil {
		return named(ctx, err)
	}
	err = schema.Check(found)
	s.checked.Store(err == nil)
	return err
}
