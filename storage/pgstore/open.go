package pgstore

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/ca74b63c/roster/storage"
)

// Open returns a store on a pool of its own, which Close ends too, and brings the schema up to
// date: for a server that outgrows a file, the one line that changes. A host that has a pool, or
// runs the files of Schema itself, uses New.
//
// Errors: storage.ErrInvalid for a DSN that can't be read, which is not repeated, for it may have a
// password in it; storage.ErrUnavailable if the server cannot be reached; those of Migrate.
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
