package pgstore

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/ca74b63c/roster/storage"
)

// Open creates a pool of connections to the PostgreSQL database that dsn describes, runs the
// missing migrations, and returns a Store that uses the pool. Close of the Store also closes the
// pool. Use New to pass a pool, or if another tool runs the migrations. After an error the pool is
// closed.
//
// Errors: storage.ErrInvalid for a DSN that cannot be parsed (the error does not contain the DSN,
// because a DSN may contain a password); storage.ErrUnavailable if the server cannot be reached;
// those of Migrate.
func Open(ctx context.Context, dsn string, opts ...Option) (*Store, error) {
	pool, err := pgxpool.New(ctx, dsn)
	if err != nil {
		return nil, fmt.Errorf("pgstore: the DSN cannot be read: %w", storage.ErrInvalid)
	}
	s, err := New(pool, opts...)
	if err != nil {
		pool.Close()
		return nil, err
	}
	s.owned = true
	if err := s.Migrate(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}
