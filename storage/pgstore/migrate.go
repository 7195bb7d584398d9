package pgstore

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/ca74b63c/roster/storage/internal/migration"
)

//go:embed schema/*.sql
var schemaFiles embed.FS

// Schema returns the migrations: plain SQL files, "0001_core.sql" first, to be run in the order of their names. Each
// may be run twice. A server that runs them with a tool of its own must also keep the one row of
// roster_schema (id smallint PRIMARY KEY, always 1; version bigint) at the number of the last one that was run.
func Schema() fs.FS {
	sub, err := fs.Sub(schemaFiles, "schema")
	if err != nil {
		panic(err) // not reached: the directory is embedded
	}
	return sub
}

// migrations returns the files of Schema, in their order.
func migrations() ([]migration.File, error) { return migration.Files(Schema()) }

// Migrate brings the database's schema to the one that this version knows, all migrations in one transaction. It does
// nothing to a database that has had them all, and may be called by many processes at once. The tables are made in
// the first schema of the connections' search_path.
//
// Errors: *SchemaError for a database of a later version; storage.ErrClosed; the context's; the engine's.
func (s *Store) Migrate(ctx context.Context) error { return s.migrate(ctx, -1) }

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
	known := len(list)
	if last >= 0 {
		list = list[:last]
	}
	for attempt := 1; ; attempt++ {
		err := s.apply(ctx, list, known)
		// CREATE TABLE IF NOT EXISTS of two processes at once: the second one is told so by an error.
		raced := passing(err) || codeOf(err) == codeUnique || codeOf(err) == codeTableExists
		if err == nil || !raced || attempt >= s.opt.attempts {
			return named(ctx, err)
		}
		if err := s.pause(ctx, attempt); err != nil {
			return err
		}
	}
}

const createVersion = `CREATE TABLE IF NOT EXISTS roster_schema (
	id      smallint PRIMARY KEY CHECK (id = 1),
	version bigint   NOT NULL
)`

func (s *Store) apply(ctx context.Context, list []migration.File, known int) error {
	if found, err := s.version(ctx); err != nil {
		return err
	} else if found > known {
		return &SchemaError{Found: found, Known: known}
	} else if found >= len(list) {
		return nil
	}
	return pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		for _, sql := range []string{createVersion, "INSERT INTO roster_schema (id, version) VALUES (1, 0) ON CONFLICT DO NOTHING"} {
			if _, err := tx.Exec(ctx, sql); err != nil {
				return err
			}
		}
		var found int
		if err := tx.QueryRow(ctx, "SELECT version FROM roster_schema WHERE id = 1 FOR UPDATE").Scan(&found); err != nil {
			return err
		}
		for _, m := range list[min(found, len(list)):] { // another process may have come first
			if _, err := tx.Exec(ctx, m.SQL); err != nil {
				return fmt.Errorf("pgstore: %s: %w", m.Name, err)
			}
			if _, err := tx.Exec(ctx, "UPDATE roster_schema SET version = $1 WHERE id = 1", int64(m.Number)); err != nil {
				return err
			}
		}
		return nil
	})
}

// version returns the number of the last migration that the database has had, 0 for none.
func (s *Store) version(ctx context.Context) (int, error) {
	var found int
	ctx, stop := patient(ctx)
	defer stop()
	err := s.pool.QueryRow(ctx, "SELECT version FROM roster_schema WHERE id = 1").Scan(&found)
	if codeOf(err) == codeNoTable || errors.Is(err, pgx.ErrNoRows) {
		return 0, nil
	}
	return found, err
}

// check refuses a database of a later version, once for a Store.
func (s *Store) check(ctx context.Context) error {
	if s.checked.Load() {
		return nil
	}
	list, err := migrations()
	if err != nil {
		return err
	}
	found, err := s.version(ctx)
	if err != nil {
		return named(ctx, err)
	}
	if found > len(list) {
		return &SchemaError{Found: found, Known: len(list)}
	}
	if found == len(list) {
		s.checked.Store(true)
	}
	return nil
}

// pause waits before the next attempt: longer each time, and not as long as anybody else.
func (s *Store) pause(ctx context.Context, attempt int) error {
	d := time.Millisecond << min(attempt, 8)
	timer := time.NewTimer(d/2 + jitter(d))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-s.closing:
		return errClosed
	}
}
