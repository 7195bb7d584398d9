package pgstore

import (
	"errors"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/ca74b63c/roster/internal/pgserver"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/sample"
)

// A store that was opened by its DSN has its schema, keeps what it is told, and takes its pool
// along when it ends.
func TestOpen(t *testing.T) {
	dsn := scratch(t, pgserver.Shared(t))
	for _, use := range []func(*Store){
		func(s *Store) { sample.Fund(t, s, "acme") },
		func(s *Store) { sample.Check(t, s, "acme") },
	} {
		s, err := Open(t.Context(), dsn)
		must(t, err)
		use(s)
		must(t, s.Close())
		if err := s.pool.Ping(t.Context()); err == nil {
			t.Error("the pool is still open")
		}
	}
}

// A server that cannot be reached is unavailable; a statement that it cancels is not.
func TestNamesOfTheServersErrors(t *testing.T) {
	for code, want := range map[string]bool{
		"08006": true, "53300": true, "57P01": true, "57P03": true, "57014": false, "23505": false, "28P01": false,
	} {
		err := named(t.Context(), &pgconn.PgError{Code: code})
		if got := errors.Is(err, storage.ErrUnavailable); got != want {
			t.Errorf("%s: unavailable is %t", code, got)
		}
	}
}

// What cannot be opened is refused without a word of what may be secret.
func TestOpenRefuses(t *testing.T) {
	for name, dsn := range map[string]string{
		"no DSN":        "postgres://desk:s3cret@127.0.0.1:port/desk",
		"nobody's port": "postgres://desk:s3cret@127.0.0.1:1/desk",
	} {
		s, err := Open(t.Context(), dsn)
		if err == nil || s != nil || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%s: %v", name, err)
		}
		want := map[string]error{"no DSN": storage.ErrInvalid, "nobody's port": storage.ErrUnavailable}[name]
		if !errors.Is(err, want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
