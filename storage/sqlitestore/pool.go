package sqlitestore

import (
	"context"
	"errors"
	"sync"

	"github.com/ca74b63c/roster/storage"
)

// pool keeps connections for reading: as many as Readers says, opened when they are first needed.
type pool struct {
	store *Store
	slots chan struct{} // one token for each reader at work
	mu    sync.Mutex
	idle  []*conn
}

func (p *pool) init(s *Store) {
	p.store, p.slots = s, make(chan struct{}, s.opt.readers)
}

// get waits for a connection. Who gets one must put it back.
func (p *pool) get(ctx context.Context) (*conn, error) {
	select {
	case p.slots <- struct{}{}:
	default:
		select {
		case p.slots <- struct{}{}:
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-p.store.closing:
			return nil, storage.ErrClosed
		}
	}
	p.mu.Lock()
	if n := len(p.idle); n > 0 {
		c := p.idle[n-1]
		p.idle = p.idle[:n-1]
		p.mu.Unlock()
		return c, nil
	}
	p.mu.Unlock()
	c, err := p.store.dialReader()
	if err != nil {
		<-p.slots
		return nil, named(ctx, err)
	}
	return c, nil
}

func (p *pool) put(c *conn) {
	p.mu.Lock()
	p.idle = append(p.idle, c)
	p.mu.Unlock()
	<-p.slots
}

func (p *pool) close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	var errs []error
	for _, c := range p.idle {
		errs = append(errs, c.close())
	}
	p.idle = nil
	return errors.Join(errs...)
}
