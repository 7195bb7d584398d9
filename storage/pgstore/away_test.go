package pgstore

import (
	"context"
	"net"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/internal/pgserver"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/sample"
)

// network is the way to a server. It can be cut.
type network struct {
	mu    sync.Mutex
	away  bool
	conns []net.Conn
}

func (n *network) dial(ctx context.Context, kind, address string) (net.Conn, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.away {
		address = "127.0.0.1:1" // no program listens there
	}
	c, err := (&net.Dialer{}).DialContext(ctx, kind, address)
	if err == nil {
		n.conns = append(n.conns, c)
	}
	return c, err
}

// cut ends all connections and lets no other one be made.
func (n *network) cut() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.away = true
	for _, c := range n.conns {
		_ = c.Close()
	}
}

// TestServerIsAway: each call returns an error with the code unavailable when the server cannot be
// reached: with no connection yet, and with connections that end.
func TestServerIsAway(t *testing.T) {
	dsn := scratch(t, pgserver.Shared(t))
	for _, used := range []bool{false, true} {
		config, err := pgxpool.ParseConfig(dsn)
		must(t, err)
		way := &network{}
		config.ConnConfig.DialFunc = way.dial
		pool, err := pgxpool.NewWithConfig(t.Context(), config)
		must(t, err)
		defer pool.Close()
		s, err := New(pool)
		must(t, err)
		if used {
			must(t, s.Migrate(t.Context()))
			sample.Fund(t, s, "acme")
		}
		calls := map[string]func(context.Context) error{
			"View": func(ctx context.Context) error {
				return s.View(ctx, "acme", func(context.Context, storage.Reader) error { return nil })
			},
			"a read in a View": func(ctx context.Context) error {
				return s.View(ctx, "acme", func(ctx context.Context, r storage.Reader) error {
					way.cut()
					_, err := r.User(ctx, 1)
					return err
				})
			},
			"a read in an Update": func(ctx context.Context) error {
				_, err := s.Update(ctx, "acme", func(ctx context.Context, w storage.Writer) error {
					way.cut()
					_, err := w.User(ctx, 1)
					return err
				})
				return err
			},
			"Update":        func(ctx context.Context) error { return sample.Pay(ctx, s, "acme", 1, "key") },
			"DeleteAccount": func(ctx context.Context) error { _, err := s.DeleteAccount(ctx, "acme"); return err },
			"Accounts": func(ctx context.Context) error {
				_, err := s.Accounts(ctx, storage.NotDeleted, "", 0)
				return err
			},
			"Migrate": s.Migrate,
		}
		if !used {
			way.cut()
		}
		for _, name := range []string{"a read in a View", "a read in an Update", "View", "Update", "DeleteAccount", "Accounts", "Migrate"} {
			for range 2 { // connections that ended are gone at the second time
				if err := calls[name](t.Context()); roster.CodeOf(err) != roster.CodeUnavailable {
					t.Errorf("%s, with connections before: %t: code %s of %v", name, used, roster.CodeOf(err), err)
				}
				if used {
					way.mu.Lock()
					way.away, way.conns = false, nil
					way.mu.Unlock()
					must(t, s.View(t.Context(), "acme", func(context.Context, storage.Reader) error { return nil }))
					way.cut()
				}
			}
		}
		must(t, s.Close())
	}
}
