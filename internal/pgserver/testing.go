package pgserver

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"
)

// Exec runs SQL on the database that dsn names.
type Exec func(ctx context.Context, dsn, sql string) error

// lazy is a server that is started when the first test asks for it.
type lazy struct {
	once   sync.Once
	server *Server
	err    error
}

func (l *lazy) get(tb testing.TB, start func() (*Server, error)) *Server {
	tb.Helper()
	l.once.Do(func() { l.server, l.err = start() })
	if l.err != nil {
		unavailable(tb, l.err)
	}
	return l.server
}

// quick and its neighbors are the servers that the tests of one program share.
var quick, durable lazy

// Main runs the tests and ends the servers that they shared. What it returns is for os.Exit.
func Main(m *testing.M) int {
	defer func() {
		for _, l := range []*lazy{&quick, &durable} {
			if l.server != nil {
				l.server.Close()
			}
		}
	}()
	return m.Run()
}

// Shared returns the server that all tests of the program have in common: the one that
// ROSTER_POSTGRES_DSN names, or a private one that does not wait for the disk. No test may stop
// it.
func Shared(tb testing.TB) *Server {
	tb.Helper()
	return quick.get(tb, func() (*Server, error) {
		if dsn := os.Getenv("ROSTER_POSTGRES_DSN"); dsn != "" {
			return &Server{dsn: dsn}, nil
		}
		return Start("fsync=off")
	})
}

// Durable returns a second server that all tests of the program have in common, always ours, that
// waits for the disk at each commit. It is for measuring.
func Durable(tb testing.TB) *Server {
	tb.Helper()
	return durable.get(tb, func() (*Server, error) { return Start("fsync=on", "shared_buffers=256MB") })
}

// Private returns a server of the test's own, which ends with it.
func Private(tb testing.TB, settings ...string) *Server {
	tb.Helper()
	s, err := Start(settings...)
	if err != nil {
		unavailable(tb, err)
	}
	tb.Cleanup(s.Close)
	return s
}

func unavailable(tb testing.TB, err error) {
	tb.Helper()
	if os.Getenv("CI") == "true" {
		tb.Fatalf("no PostgreSQL: %v", err)
	}
	tb.Skipf("no PostgreSQL: %v; install it, or set ROSTER_POSTGRES_BIN or ROSTER_POSTGRES_DSN", err)
}

// Schema makes a schema of the test's own, which goes with it, and returns the DSN of a database
// that seems to have no other.
func (s *Server) Schema(tb testing.TB, exec Exec) string {
	tb.Helper()
	name := fmt.Sprintf("roster_test_%d_%d", os.Getpid(), time.Now().UnixNano())
	if err := exec(context.Background(), s.dsn, "CREATE SCHEMA "+name); err != nil {
		tb.Fatalf("a schema for the test: %v", err)
	}
	tb.Cleanup(func() { // a test that ends the server ends it with that
		_ = exec(context.Background(), s.dsn, "DROP SCHEMA "+name+" CASCADE")
	})
	return s.With("search_path=" + name)
}

// With returns the server's DSN with one more setting of the connection, like "search_path=x".
func (s *Server) With(setting string) string {
	joint := " "
	if strings.Contains(s.dsn, "://") {
		joint = "?"
		if strings.Contains(s.dsn, "?") {
			joint = "&"
		}
	}
	return s.dsn + joint + setting
}
