package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/pgstore"
	"github.com/ca74b63c/roster/storage/sqlitestore"
)

// openStore opens the storage that name, the value of the flag -store, describes: memory,
// sqlite:PATH, postgres:DSN, or a URL such as postgres://host/db or postgresql://host/db. Opening a
// database runs its missing migrations. Errors: if name has another form; those of sqlitestore.Open
// and pgstore.Open. No error contains the DSN, because a DSN may contain a password.
func openStore(ctx context.Context, name string) (storage.Storage, error) {
	kind, where, _ := strings.Cut(name, ":")
	switch {
	case name == "memory":
		return memstore.New(), nil
	case kind == "sqlite" && where != "":
		store, err := sqlitestore.Open(ctx, where)
		if err != nil {
			return nil, fmt.Errorf("-store sqlite: %w", err)
		}
		return store, nil
	case (kind == "postgres" || kind == "postgresql") && strings.HasPrefix(where, "//"):
		return openPostgres(ctx, name) // the URL itself
	case kind == "postgres" && where != "":
		return openPostgres(ctx, where)
	}
	return nil, errors.New("-store: it is memory, sqlite:PATH or postgres:DSN")
}

func openPostgres(ctx context.Context, dsn string) (storage.Storage, error) {
	store, err := pgstore.Open(ctx, dsn)
	if err != nil {
		return nil, fmt.Errorf("-store postgres: %w", err)
	}
	return store, nil
}
