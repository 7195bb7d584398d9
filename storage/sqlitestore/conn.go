package sqlitestore

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"modernc.org/sqlite"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/sqlread"
)

// engine runs statements in an open transaction: on a connection of the store, or in the host's
// transaction.
type engine interface {
	// exec runs a statement and returns how many rows it changed.
	exec(query string, args ...any) (int64, error)
	// query calls each for every row until it returns false or an error. The row is valid until
	// each returns; its texts may be kept. The query stops when ctx is done, unless the connection
	// writes, where SQLite would roll the whole transaction back.
	query(ctx context.Context, query string, each rowFunc, args ...any) error
}

// rowFunc is called with each row. It returns false to stop.
type rowFunc func(row) (more bool, err error)

// row holds the values of a row. In a STRICT table a value is an int64, a string, or nil for NULL.
type row []driver.Value

// number returns the INTEGER in column i, or 0 for NULL.
func (r row) number(i int) int64 {
	n, _ := r[i].(int64)
	return n
}

// text returns the TEXT in column i, or "" for NULL.
func (r row) text(i int) string {
	s, _ := r[i].(string)
	return s
}

// Scan implements sqlread.Row. For NULL it sets a pointer to a pointer to nil, and any other
// destination to its zero value.
func (r row) Scan(dest ...any) error {
	for i, d := range dest {
		n, text := r.number(i), r.text(i)
		switch d := d.(type) {
		case *int64:
			*d = n
		case *string:
			*d = text
		case *bool:
			*d = n != 0
		case *[]string: // the names of roles
			*d = strings.FieldsFunc(text, func(c rune) bool { return strings.ContainsRune(`[]",`, c) })
		case *[]byte:
			if *d = nil; r[i] != nil {
				*d = []byte(text)
			}
		case **int64:
			*d = orNil(r[i] != nil, n)
		case **string:
			*d = orNil(r[i] != nil, text)
		case **bool:
			*d = orNil(r[i] != nil, n != 0)
		case **time.Time:
			if *d = nil; r[i] != nil {
				t, err := time.Parse(instantForm, text)
				if err != nil {
					return err
				}
				*d = &t
			}
		default:
			return fmt.Errorf("sqlitestore: no column is a %T", d)
		}
	}
	return nil
}

func orNil[T any](is bool, v T) *T {
	if !is {
		return nil
	}
	return &v
}

// instantForm is the form of a time in a column. The time is always in UTC.
const instantForm = "2006-01-02T15:04:05.000000Z"

// instant returns t in the form of a column, or nil for the zero time.
func instant(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC().Format(instantForm)
}

// flag returns b as a column stores it: 0 or 1.
func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// asker is the sqlread.Engine of an engine.
type asker struct{ engine }

// Ask implements sqlread.Engine. For a context that can end, the driver starts a goroutine. That
// costs more than a short answer, so a short question ignores the context.
func (a asker) Ask(ctx context.Context, questions ...sqlread.Question) error {
	for _, q := range questions {
		until := ctx
		if q.Short {
			until = context.Background()
		}
		err := a.query(until, q.SQL, func(v row) (bool, error) {
			return true, errors.Join(q.Row(v), ctx.Err())
		}, q.Args...)
		if err != nil {
			return err
		}
	}
	return nil
}

// one reads the first row of a result, and reports whether there is one. The caller may keep the
// values. one ignores contexts; see asker.Ask.
func one(e engine, query string, args ...any) (values row, ok bool, err error) {
	err = e.query(context.Background(), query, func(v row) (bool, error) {
		values, ok = append(values, v...), true
		return false, nil
	}, args...)
	return values, ok, err
}

// maxStatements is how many prepared statements a connection keeps. About sixty have a fixed text.
// The others are queries for users, whose text depends on their filters.
const maxStatements = 200

// conn is a connection to the file, for one goroutine at a time. It calls the driver directly,
// because database/sql locks the connection and converts the arguments of each statement, which
// costs more than a lookup.
type conn struct {
	raw           driver.Conn
	statements    map[string]*statement
	args          []driver.NamedValue
	interruptible bool // queries stop with their context
}

// statement is a prepared statement, with the memory into which its rows are read.
type statement struct {
	driver.Stmt
	dest row
}

func dial(dsn string, interruptible bool, pragmas ...string) (*conn, error) {
	raw, err := new(sqlite.Driver).Open(dsn)
	if err != nil {
		return nil, err
	}
	c := &conn{raw: raw, statements: make(map[string]*statement), interruptible: interruptible}
	for _, p := range pragmas {
		if _, err := c.exec("PRAGMA " + p); err != nil {
			return nil, errors.Join(fmt.Errorf("PRAGMA %s: %w", p, err), c.close())
		}
	}
	return c, nil
}

func (c *conn) close() error {
	var errs []error
	for _, s := range c.statements {
		errs = append(errs, s.Close())
	}
	clear(c.statements)
	return errors.Join(append(errs, c.raw.Close())...)
}

// statement returns the prepared statement for the text query, and prepares it at the first use. If
// c already has maxStatements statements, it first closes an arbitrary one. Errors: those of
// preparing the statement.
func (c *conn) statement(query string) (*statement, error) {
	if s, ok := c.statements[query]; ok {
		return s, nil
	}
	for old, s := range c.statements {
		if len(c.statements) < maxStatements {
			break
		}
		_ = s.Close()
		delete(c.statements, old)
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

func (c *conn) query(ctx context.Context, query string, each rowFunc, args ...any) (err error) {
	if !c.interruptible {
		ctx = context.Background()
	}
	s, err := c.statement(query)
	if err != nil {
		return err
	}
	rows, err := s.Stmt.(driver.StmtQueryContext).QueryContext(ctx, c.values(args))
	if err != nil {
		return err
	}
	defer func() {
		if closed := rows.Close(); err == nil {
			err = closed
		}
	}()
	if s.dest == nil {
		s.dest = make(row, len(rows.Columns()))
	}
	for more := true; more && err == nil; {
		if err = rows.Next(s.dest); err == io.EOF {
			return nil
		} else if err == nil {
			more, err = each(s.dest)
		}
	}
	return err
}

const selectAccount = "SELECT number, revision, config_revision, units FROM roster_accounts WHERE id = ?"

// pool holds the connections for reading, at most as many as Readers says. It opens one if none is
// idle.
type pool struct {
	store  *Store
	opened chan struct{} // one token for each connection
	idle   chan *conn
}

func (p *pool) init(s *Store) {
	p.store, p.opened, p.idle = s, make(chan struct{}, s.opt.readers), make(chan *conn, s.opt.readers)
}

// get returns an idle connection for reading, or opens one if there are less than Readers allows,
// or waits until another caller puts one back. Errors: the context's; storage.ErrClosed; those of
// opening a connection.
func (p *pool) get(ctx context.Context) (*conn, error) {
	select {
	case c := <-p.idle:
		return c, nil
	default:
	}
	select {
	case c := <-p.idle:
		return c, nil
	case p.opened <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-p.store.gate.Closing():
		return nil, storage.ErrClosed
	}
	c, err := p.store.dialReader()
	if err != nil {
		<-p.opened
		return nil, named(ctx, err)
	}
	return c, nil
}

func (p *pool) put(c *conn) { p.idle <- c }

// drop closes a connection that get returned. A later get opens another one.
func (p *pool) drop(c *conn) {
	_ = c.close()
	<-p.opened
}

// close closes the idle connections and returns the errors of closing them. The caller must have
// put all connections back before.
func (p *pool) close() error {
	var errs []error
	for len(p.idle) > 0 {
		errs = append(errs, (<-p.idle).close())
	}
	return errors.Join(errs...)
}
