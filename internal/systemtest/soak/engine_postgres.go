package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/ca74b63c/roster/internal/pgserver"
	"github.com/ca74b63c/roster/internal/systemtest/faulty"
	"github.com/ca74b63c/roster/storage/pgstore"
)

// postgres is a server that is killed and started again, behind a proxy whose connections are cut.
type postgres struct {
	swap
	server *pgserver.Server
	wire   *faulty.Wire
	pool   *pgxpool.Pool
	open   *pgstore.Store
	schema string
	rounds int
	kills  int
}

var errNoServer = errors.New("no PostgreSQL")

func (e *postgres) begin(ctx context.Context) (err error) {
	if e.server == nil {
		if e.server, err = pgserver.Start("fsync=on"); err != nil {
			return fmt.Errorf("%w: %w", errNoServer, err)
		}
		if e.wire, err = faulty.NewWire("tcp", fmt.Sprint("127.0.0.1:", e.server.Port())); err != nil {
			return err
		}
	}
	if e.rounds%renewal == 0 {
		if err := e.renew(ctx); err != nil {
			return err
		}
	}
	e.rounds++
	e.swap.set(e.open)
	return nil
}

// renew closes the open store, drops its schema if there is one, and opens a new store on an empty
// schema with a new name. The store connects through the proxy, so that its connections can be cut.
// Errors: those of closing, of the SQL and of opening.
func (e *postgres) renew(ctx context.Context) error {
	if err := e.close(); err != nil {
		return err
	}
	if e.schema != "" {
		if err := e.exec(ctx, "DROP SCHEMA "+e.schema+" CASCADE"); err != nil {
			return err
		}
	}
	e.schema = fmt.Sprint("soak", e.rounds)
	if err := e.exec(ctx, "CREATE SCHEMA "+e.schema); err != nil {
		return err
	}
	config, err := pgxpool.ParseConfig(e.server.With("search_path=" + e.schema))
	if err != nil {
		return err
	}
	config.ConnConfig.Port = uint16(e.wire.Port())
	if e.pool, err = pgxpool.NewWithConfig(ctx, config); err != nil {
		return err
	}
	if e.open, err = pgstore.New(e.pool, pgstore.CachedAccounts(8)); err != nil {
		return err
	}
	return e.open.Migrate(ctx)
}

func (e *postgres) exec(ctx context.Context, sql string) error {
	c, err := pgx.Connect(ctx, e.server.DSN())
	if err != nil {
		return err
	}
	_, err = c.Exec(ctx, sql)
	return errors.Join(err, c.Close(ctx))
}

func (e *postgres) restart(context.Context) error {
	e.server.Kill()
	e.kills++
	return e.server.Restart()
}

func (e *postgres) cut() { e.wire.Cut() }

func (e *postgres) close() (err error) {
	if e.open != nil {
		err, e.open = e.open.Close(), nil
	}
	if e.pool != nil {
		e.pool.Close()
		e.pool = nil
	}
	return err
}

func (e *postgres) end(last bool) error {
	e.swap.set(nil)
	if !last {
		return nil
	}
	err := e.close()
	if e.wire != nil {
		e.wire.Close()
	}
	if e.server != nil {
		e.server.Close()
	}
	return err
}

func (e *postgres) survived() string {
	if e.wire == nil {
		return ""
	}
	return fmt.Sprintf("the server killed %d times, %d connections cut", e.kills, e.wire.Cuts())
}
