package sqlitestore

import (
	"context"
	"errors"

	"github.com/ca74b63c/roster/storage"
)

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

// get returns a connection for reading. It returns an idle one, or opens one if the pool has less
// than the option Readers allows. Otherwise it waits until another caller puts a connection back.
// The caller must put the connection back.
//
// Errors: the context's; storage.ErrClosed; those of opening a connection.
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

// close closes the idle connections of the pool, and returns their errors joined. The caller must
// have put all connections back before, because close does not wait for connections in use.
func (p *pool) close() error {
	var errs []error
	for len(p.idle) > 0 {
		errs = append(errs, (<-p.idle).close())
	}
	return errors.Join(errs...)
}
