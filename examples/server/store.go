package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/pgstore"
	"github.com/ca74b63c/roster/storage/sqlitestore"
)

// openStore opens the storage that -store names, with its schema up to date. Errors do not repeat the name: a DSN may
// have a password in it.
func openStore(ctx context.Context, name string) (storage.Storage, error) {
	kind, where, _ := strings.Cut(name, ":")
	switch {
	case name == "memory":
		return memstore.New(), nil
	case where == "":
		return nil, errors.New("-store: it is memory, sqlite:PATH or postgres:DSN")
	case kind == "sqlite":
		store, err := sqlitestore.Open(ctx, where)
		if err != nil {
			return nil, fmt.Errorf("-store sqlite: %w", err)
		}
		return store, nil
	case (kind == "postgres" || kind == "postgresql") && strings.HasPrefix(where, "//"):
		return openPostgres(ctx, name) // the URL itself
	case kind == "postgres":
		return openPostgres(ctx, where)
	}
	return nil, fmt.Errorf("-store: there is no storage %q", kind)
}

// pgStorage is a store with the pool that it is on.
type pgStorage struct {
	*pgstore.Store
	pool *pgxpool.Pool
}

func openPostgres(ctx context.Context, dsn string) (storage.Storage, error) {
	pool, err := pgxpool.New(ctx, dsn)
	if err != nil {
		return nil, errors.New("-store postgres: the DSN cannot be read") // the error may repeat it
	}
	store, err := pgstore.New(pool)
	if err != nil {
		pool.Close()
		return nil, fmt.Errorf("-store postgres: %w", err)
	}
	s := pgStorage{store, pool}
	if err := store.Migrate(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("-store postgres: %w", err), s.Close())
	}
	return s, nil
}

// Close closes the store, and then its pool.
func (s pgStorage) Close() error {
	err := s.Store.Close()
	s.pool.Close()
	return err
}
