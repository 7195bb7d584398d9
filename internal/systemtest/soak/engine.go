package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/storage/sqlitestore"
)

// engine is a storage that soak can make fail.
type engine interface {
	// begin opens the storage for a round.
	begin(ctx context.Context) error
	// store is the storage, whatever happens to it.
	store() *swap
	// restart hurts it as a whole, and returns when it works again.
	restart(ctx context.Context) error
	// cut ends connections, where there are any.
	cut()
	// end closes the storage after a round, or for good.
	end(last bool) error
	// survived says what was done to it.
	survived() string
}

// engines has a function for each storage, by name.
var engines = map[string]func() engine{
	"memory":   func() engine { return &memory{} },
	"sqlite":   func() engine { return &sqlite{} },
	"postgres": func() engine { return &postgres{} },
}

// renewal is the number of rounds after which a database is replaced, so that an hour does not fill
// the disk.
const renewal = 8

// memory is a memstore that is saved and restored. Each round has a new one.
type memory struct {
	swap
	open     *memstore.Store
	restarts int
	bytes    int
}

func (e *memory) begin(context.Context) error {
	e.open = memstore.New()
	e.swap.set(e.open)
	return nil
}

// restart saves the store, closes it, and opens a new store with the saved data. Callers wait
// meanwhile. Errors: those of saving, closing and opening.
func (e *memory) restart(ctx context.Context) error {
	e.swap.calls.Lock()
	defer e.swap.calls.Unlock()
	var saved bytes.Buffer
	if err := e.open.Snapshot(ctx, &saved); err != nil {
		return err
	}
	e.bytes = max(e.bytes, saved.Len())
	if err := e.open.Close(); err != nil {
		return err
	}
	e.restarts++
	var err error
	if e.open, err = memstore.Restore(ctx, &saved); err == nil {
		e.swap.set(e.open)
	}
	return err
}

func (e *memory) end(bool) error {
	e.swap.set(nil)
	if e.open == nil {
		return nil
	}
	err := e.open.Close()
	e.open = nil
	return err
}

func (e *memory) survived() string {
	return fmt.Sprintf("%d times saved and restored (up to %s)", e.restarts, size(uint64(e.bytes)))
}

// sqlite is a file that is closed and opened again.
type sqlite struct {
	swap
	dir      string
	open     *sqlitestore.Store
	rounds   int
	restarts int
}

func (e *sqlite) begin(ctx context.Context) (err error) {
	if e.rounds%renewal == 0 {
		if err := e.end(true); err != nil {
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
	if e.open, err = sqlitestore.Open(ctx, filepath.Join(e.dir, "roster.db")); err == nil {
		e.swap.set(e.open)
	}
	return err
}

// restart closes the store while clients use it, and opens the file again. Calls that clients make
// in between fail with errDown. Errors: those of closing and opening; after an error all calls fail
// with errDown.
func (e *sqlite) restart(ctx context.Context) error {
	e.swap.set(nil)
	if err := e.open.Close(); err != nil {
		return err
	}
	e.restarts++
	return e.reopen(ctx)
}

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
