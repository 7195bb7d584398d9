package pgstore

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/ca74b63c/roster/storage"
)

// The two sentinels that a *SchemaError is. ErrNotMigrated is also storage.ErrUnavailable.
var (
	ErrNewerSchema = errors.New("pgstore: the database was written by a later version")
	ErrNotMigrated = fmt.Errorf("pgstore: the database is not migrated: run Migrate: %w", storage.ErrUnavailable)
)

// SchemaError says that a database has another schema than the one that this version knows.
// errors.Is(err, ErrNewerSchema) or errors.Is(err, ErrNotMigrated) holds.
type SchemaError struct {
	Found, Known int // numbers of the last migration: in the database (0: none), in this version
}

// Error says both numbers, and what to do.
func (e *SchemaError) Error() string {
	if e.Found > e.Known {
		return fmt.Sprintf("pgstore: the database has schema %d, this version knows none beyond %d", e.Found, e.Known)
	}
	return fmt.Sprintf("pgstore: the database has schema %d, this version needs %d: run Migrate", e.Found, e.Known)
}

// Unwrap returns the sentinel of the error.
func (e *SchemaError) Unwrap() error {
	if e.Found < e.Known {
		return ErrNotMigrated
	}
	return ErrNewerSchema
}

// The engine's codes that mean something here.
const (
	codeSerialization = "40001"
	codeDeadlock      = "40P01"
	codeUnique        = "23505"
	codeDivision      = "22012" // raised on purpose, see updateBalances
	codeLocked        = "55P03" // NOWAIT met a lock, see moveAccount
	codeTableExists   = "42P07"
	codeNoTable       = "42P01"
	codeUnknown       = "40003" // the engine itself does not know whether it committed
)

// codeOf returns the engine's code, "" if err is none of the engine's.
func codeOf(err error) string {
	var e *pgconn.PgError
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

// passing reports whether err says nothing against the transaction itself: another one was in the
// way, or the server is going down. It may be run again if it is known that it did not commit.
func passing(err error) bool {
	var e *pgconn.PgError
	return errors.As(err, &e) &&
		(e.Code == codeSerialization || e.Code == codeDeadlock || strings.HasPrefix(e.Code, "57P") || fatal(e))
}

func fatal(e *pgconn.PgError) bool {
	return e.SeverityUnlocalized == "FATAL" || e.SeverityUnlocalized == "PANIC"
}

// refused reports whether a commit that failed with err on c certainly did not happen: the engine
// said so, or the transaction is still open. When the connection ends instead of an answer, the
// Store does not know.
func refused(c *pgx.Conn, err error) bool {
	var e *pgconn.PgError
	if errors.As(err, &e) {
		return !fatal(e) && e.Code != codeUnknown && !strings.HasPrefix(e.Code, "08")
	}
	return !c.IsClosed() && c.PgConn().TxStatus() != 'I'
}

// named returns why the context ended where the driver only says that it was interrupted:
// storage.ErrClosed if Close ended a context of untilClose, else the context's own error. An error
// because the server is away becomes storage.ErrUnavailable too.
func named(ctx context.Context, err error) error {
	switch {
	case err == nil:
		return nil
	case ctx.Err() == nil:
		if away(err) && !errors.Is(err, storage.ErrUnavailable) {
			return fmt.Errorf("pgstore: %w (%w)", storage.ErrUnavailable, err)
		}
	case errors.Is(context.Cause(ctx), storage.ErrClosed):
		return fmt.Errorf("pgstore: %w", storage.ErrClosed)
	case !errors.Is(err, ctx.Err()):
		return fmt.Errorf("%w (%w)", ctx.Err(), err)
	}
	return err
}

// away reports whether an error of the driver says that the server cannot be reached, that the
// connection to it ended, or that it has no room for a call. A refused login is not one.
func away(err error) bool {
	var refused *pgconn.PgError
	if errors.As(err, &refused) {
		return slices.Contains([]string{"08", "53", "57"}, refused.Code[:min(2, len(refused.Code))])
	}
	var connecting *pgconn.ConnectError
	var network net.Error
	return errors.As(err, &connecting) || errors.As(err, &network) || pgconn.SafeToRetry(err) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}
