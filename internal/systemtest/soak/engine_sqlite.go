package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/ca74b63c/roster/storage/sqlitestore"
)

// sqlite is a file that is closed and opened again, and that a second process also writes to.
type sqlite struct {
	swap     swap
	dir      string
	open     *sqlitestore.Store
	rounds   int
	restarts int
}

func (e *sqlite) path() string { return filepath.Join(e.dir, "roster.db") }

func (e *sqlite) begin(ctx context.Context) (err error) {
	if e.rounds%renewal == 0 {
		if err := errors.Join(e.end(true)); err != nil {
			return err
		}
		if e.dir, err = os.MkdirTemp("", "roster-soak-"); err != nil {
			return err
		}
	}
	e.rounds++
	return e.reopen(ctx)
}

func (e *sqlite) reopen(ctx context.Context) (err error) {
	if e.open, err = sqlitestore.Open(ctx, e.path()); err == nil {
		e.swap.set(e.open)
	}
	return err
}

func (e *sqlite) store() *swap { return &e.swap }

// restart closes the store of the SQLite file while clients use it, and opens the file again. Calls
// that clients make in between fail with errDown. restart returns the error of closing or opening.
func (e *sqlite) restart(ctx context.Context) error {
	e.swap.set(nil)
	if err := e.open.Close(); err != nil {
		return err
	}
	e.restarts++
	return e.reopen(ctx)
}

func (e *sqlite) cut() {}

func (e *sqlite) spec() string { return "sqlite:" + e.path() }

func (e *sqlite) end(last bool) error {
	e.swap.set(nil)
	var err error
	if e.open != nil {
		err, e.open = e.open.Close(), nil
	}
	if last && e.dir != "" {
		err = errors.Join(err, os.RemoveAll(e.dir))
	}
	return err
}

func (e *sqlite) survived() string {
	return fmt.Sprintf("%d times closed under load and opened again", e.restarts)
}
