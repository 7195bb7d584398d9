package sqlitestore

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"

	"modernc.org/sqlite"
)

// engine runs statements inside a transaction that someone else began: on a connection of the store's own, or on the
// embedding server's.
type engine interface {
	// exec runs a statement and returns how many rows it changed.
	exec(query string, args ...any) (int64, error)
	// query calls row for each row until it returns false or an error. The values are row's own until it returns; texts
	// and records are []byte that it may keep. long says that it may read many rows, and should stop when ctx is done.
	query(ctx context.Context, long bool, query string, row rowFunc, args ...any) error
}

// rowFunc is called with the values of each row until it wants no more.
type rowFunc func(v []driver.Value) (more bool, err error)

// maxStatements bounds the prepared statements that a connection keeps. The fixed ones are some fifty; queries for
// users are put together from parts and make the rest.
const maxStatements = 200

// conn is one connection to the file. It speaks to the driver directly: database/sql would check a connection out,
// lock it and convert arguments at each statement, which costs more than a lookup does. One goroutine at a time.
type conn struct {
	raw         driver.Conn
	statements  map[string]*statement
	args        []driver.NamedValue
	interrupted bool // long queries may be interrupted; never while writing, where SQLite would roll everything back
	held        driver.Rows
}

// statement is a prepared statement. dest is where its rows are read into.
type statement struct {
	driver.Stmt
	dest []driver.Value
}

func dial(dsn string, interrupted bool, pragmas ...string) (*conn, error) {
	raw, err := new(sqlite.Driver).Open(dsn)
	if err != nil {
		return nil, err
	}
	c := &conn{raw: raw, statements: make(map[string]*statement), interrupted: interrupted}
	for _, p := range pragmas {
		if _, err := c.exec("PRAGMA " + p); err != nil {
			c.close()
			return nil, fmt.Errorf("PRAGMA %s: %w", p, err)
		}
	}
	return c, nil
}

func (c *conn) close() error {
	c.release()
	var errs []error
	for _, s := range c.statements {
		errs = append(errs, s.Close())
	}
	clear(c.statements)
	return errors.Join(append(errs, c.raw.Close())...)
}

func (c *conn) statement(query string) (*statement, error) {
	if s, ok := c.statements[query]; ok {
		return s, nil
	}
	if len(c.statements) >= maxStatements {
		for old, s := range c.statements { // any will do: those in use come back
			if c.held != nil && old == holdAccount {
				continue
			}
			_ = s.Close()
			delete(c.statements, old)
			break
		}
	}
	s, err := c.raw.(driver.ConnPrepareContext).PrepareContext(context.Background(), query)
	if err != nil {
		return nil, err
	}
	c.statements[query] = &statement{Stmt: s}
	return c.statements[query], nil
}

func (c *conn) values(args []any) []driver.NamedValue {
	c.args = c.args[:0]
	for i, a := range args {
		c.args = append(c.args, driver.NamedValue{Ordinal: i + 1, Value: a})
	}
	return c.args
}

func (c *conn) exec(query string, args ...any) (int64, error) {
	s, err := c.statement(query)
	if err != nil {
		return 0, err
	}
	result, err := s.Stmt.(driver.StmtExecContext).ExecContext(context.Background(), c.values(args))
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

func (c *conn) query(ctx context.Context, long bool, query string, row rowFunc, args ...any) error {
	if !long || !c.interrupted {
		ctx = context.Background() // the driver would start a goroutine for each statement
	}
	s, rows, err := c.rows(ctx, query, args)
	if err != nil {
		return err
	}
	for {
		if err := rows.Next(s.dest); err != nil {
			if closed := rows.Close(); err == io.EOF {
				return closed
			}
			return err
		}
		if more, err := row(s.dest); err != nil || !more {
			if closed := rows.Close(); err == nil {
				return closed
			}
			return err
		}
	}
}

func (c *conn) rows(ctx context.Context, query string, args []any) (*statement, driver.Rows, error) {
	s, err := c.statement(query)
	if err != nil {
		return nil, nil, err
	}
	rows, err := s.Stmt.(driver.StmtQueryContext).QueryContext(ctx, c.values(args))
	if err != nil {
		return nil, nil, err
	}
	if s.dest == nil {
		s.dest = make([]driver.Value, len(rows.Columns()))
	}
	return s, rows, nil
}

// holdAccount has a second row, so that reading the first does not end the statement.
const holdAccount = "SELECT number, revision, config FROM roster_accounts WHERE id = ? UNION ALL SELECT 0, 0, 0"

// hold reads an account's number and revisions, 0 if it was never written to, and leaves the
// statement open: as long as it is, everything that the connection reads is of one state. This
// saves BEGIN and COMMIT, which would cost as much as the lookup that most transactions are.
func (c *conn) hold(id []byte) (number, revision, config int64, err error) {
	s, rows, err := c.rows(context.Background(), holdAccount, []any{id})
	if err != nil {
		return 0, 0, 0, err
	}
	c.held = rows
	if err := rows.Next(s.dest); err != nil {
		c.release()
		return 0, 0, 0, err
	}
	return s.dest[0].(int64), s.dest[1].(int64), s.dest[2].(int64), nil
}

// release ends what hold began.
func (c *conn) release() {
	if c.held != nil {
		_ = c.held.Close()
		c.held = nil
	}
}

// one reads one row, and reports whether there is one. The values are the caller's.
func one(ctx context.Context, e engine, query string, args ...any) (values []driver.Value, ok bool, err error) {
	err = e.query(ctx, false, query, func(v []driver.Value) (bool, error) {
		values, ok = append(values, v...), true
		return false, nil
	}, args...)
	return values, ok, err
}

// number returns a value of an integer column, 0 for NULL.
func number(v driver.Value) int64 {
	n, _ := v.(int64)
	return n
}

// data returns a value of a BLOB column. An empty one is nil, as NULL is.
func data(v driver.Value) []byte {
	b, _ := v.([]byte)
	return b
}

// text returns a value of a BLOB column that holds a text.
func text(v driver.Value) string { return string(data(v)) }

// blob returns a text as the value of a BLOB column, never NULL.
func blob[T ~string](s T) []byte { return append(make([]byte, 0, len(s)), s...) }

// orNull returns NULL for the empty text.
func orNull[T ~string](s T) any {
	if s == "" {
		return nil
	}
	return blob(s)
}

func bit(b bool) int64 {
	if b {
		return 1
	}
	return 0
}
