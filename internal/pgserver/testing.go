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

// Exec executes SQL on the database with the connection string dsn.
type Exec func(ctx context.Context, dsn, sql string) error

// shared returns the server that the tests of one program share. The first call starts it.
var shared = sync.OnceValues(func() (*Server, error) {
	if dsn := os.Getenv("ROSTER_POSTGRES_DSN"); dsn != "" {
		return &Server{dsn: dsn}, nil
	}
	s, err := Start("fsync=off")
	started = s
	return s, err
})

// started is the shared server, if this package has started one.
var started *Server

// Main runs the tests and closes the shared server. It returns the exit code for os.Exit.
func Main(m *testing.M) int {
	defer func() {
		if started != nil {
			started.Close()
		}
	}()
	return m.Run()
}

// Shared returns the server that all tests of the program share. No test may stop this server. If
// ROSTER_POSTGRES_DSN is set, the server is the one with this connection string; otherwise the
// first call starts a server with fsync=off. If no server can be started, Shared skips the test, or
// fails the test if the environment variable CI is "true".
func Shared(tb testing.TB) *Server {
	tb.Helper()
	s, err := shared()
	if err != nil {
		unavailable(tb, err)
	}
	return s
}

// Private starts a server with the given settings for one test, and closes the server at the end of
// the test. If the server cannot be started, Private skips the test, or fails the test if the
// environment variable CI is "true".
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

// Schema creates a schema with a new name on the server, and returns a connection string whose
// search path is that schema. exec executes the SQL. The schema is dropped at the end of the test.
// If the schema cannot be created, Schema fails the test.
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

// With returns the server's connection string with one more setting, such as "search_path=x". The
// connection string may be a URL or a list of settings. With does not change the server.
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
