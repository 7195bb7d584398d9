package pgstore

import (
	"errors"
	"testing"

	"github.com/ca74b63c/roster/internal/pgserver"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/sqlread"
)

// TestNoRowTwice ends a connection in the middle of an answer: the question is not asked again,
// because its function would get the first rows twice.
func TestNoRowTwice(t *testing.T) {
	dsn := scratch(t, pgserver.Shared(t))
	s, other := openAt(t, dsn), newPool(t, dsn, 1)
	first := 0
	err := query(t.Context(), pooled{s}, func(row sqlread.Row) error {
		var i, pid int64
		if err := row.Scan(&i, &pid); err != nil || i > 1 {
			return err
		}
		first++
		_, err := other.Exec(t.Context(), "SELECT pg_terminate_backend($1)", pid)
		return err
	}, "SELECT i, pg_backend_pid()::bigint FROM generate_series(1, 3000000) AS i")
	if !errors.Is(err, storage.ErrUnavailable) || first != 1 {
		t.Errorf("%v after the first row came %d times", err, first)
	}
}
