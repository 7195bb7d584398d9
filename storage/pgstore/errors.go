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
	"github.com/ca74b63c/roster/storage/internal/migration"
)

// The two sentinels that a *SchemaError is. ErrNotMigrated is also storage.ErrUnavailable.
var (
	ErrNewerSchema = errors.New("pgstore: the database was written by a later version")
	ErrNotMigrated = fmt.Errorf("pgstore: the database is not migrated: run Migrate: %w", storage.ErrUnavailable)
)

// SchemaError reports that the database's schema is not the one that this version of the package
// uses. Its fields Found and Known are the numbers of the last migration in the database and in
// this version. It wraps ErrNewerSchema or ErrNotMigrated.
type SchemaError = migration.SchemaError

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

// codeOf returns the SQLSTATE code of an error of the server, and "" for any other error and nil.
func codeOf(err error) string {
	var e *pgconn.PgError
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

// passing reports whether the same transaction may succeed later: another transaction was in its
// way, or the server is shutting down. The caller must know that it did not commit.
func passing(err error) bool {
	var e *pgconn.PgError
	return errors.As(err, &e) &&
		(e.Code == codeSerialization || e.Code == codeDeadlock || strings.HasPrefix(e.Code, "57P") || fatal(e))
}

func fatal(e *pgconn.PgError) bool {
	return e.SeverityUnlocalized == "FATAL" || e.SeverityUnlocalized == "PANIC"
}

// refused reports whether a commit on the connection c that failed with err certainly did not take
// place. For an error of the server, the result is false if the error is fatal or leaves the
// outcome open. For any other error, it is false if c is closed or no longer in the transaction.
func refused(c *pgx.Conn, err error) bool {
	var e *pgconn.PgError
	if errors.As(err, &e) {
		return !fatal(e) && e.Code != codeUnknown && !strings.HasPrefix(e.Code, "08")
	}
	return !c.IsClosed() && c.PgConn().TxStatus() != 'I'
}

// named gives an error of the driver its name in package storage. After Close it returns
// storage.ErrClosed, and after the end of ctx the context's error. An error that says that the
// server is unreachable also becomes storage.ErrUnavailable.
func named(ctx context.Context, err error) error {
	switch {
	case err == nil:
		return nil
	case codeOf(err) == codeDivision: // a writer did not lock the account's row
		return fmt.Errorf("pgstore: balances changed under the account's lock: %w (%w)", storage.ErrConflict, err)
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

// away reports whether err means that the server cannot be reached, has no resources left, is
// starting or is shutting down, or that the connection ended or timed out.
func away(err error) bool {
	var refused *pgconn.PgError
	if errors.As(err, &refused) {
		return slices.ContainsFunc([]string{"08", "53", "57P"}, func(class string) bool { return strings.HasPrefix(refused.Code, class) })
	}
	var connecting *pgconn.ConnectError
	var network net.Error
	return errors.As(err, &connecting) || errors.As(err, &network) || pgconn.SafeToRetry(err) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}
