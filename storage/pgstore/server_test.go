package pgstore

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// The tests run on a private PostgreSQL that they start from the installed programs and stop by its own process, or on
// the database that ROSTER_POSTGRES_DSN names, where each test makes a schema of its own and drops it.

// owner is whom a process runs as.
type owner struct{ uid, gid int }

// server is a PostgreSQL that the tests started. dsn names its database of maintenance.
type server struct {
	dsn     string
	bin     string
	data    string
	set     []string // settings beside the usual ones
	port    int
	run     *owner // nil: as who runs the tests
	process *exec.Cmd
	log     bytes.Buffer
}

var shared struct {
	once sync.Once
	*server
	err error
}

// TestMain stops the server that the tests started.
func TestMain(m *testing.M) {
	if dsn := os.Getenv("ROSTER_TEST_PAY"); dsn != "" {
		payForEver(dsn, os.Getenv("ROSTER_TEST_KEY"))
		return
	}
	code := m.Run()
	for _, s := range []*server{shared.server, durable.server} {
		if s != nil {
			s.stop()
		}
	}
	os.Exit(code)
}

// theServer returns the server that all tests share, and skips the test if there is none to be had; on CI it fails.
func theServer(tb testing.TB) *server {
	tb.Helper()
	shared.once.Do(func() {
		if dsn := os.Getenv("ROSTER_POSTGRES_DSN"); dsn != "" {
			shared.server = &server{dsn: dsn}
			return
		}
		shared.server, shared.err = startServer("fsync=off")
	})
	if shared.err != nil {
		unavailable(tb, shared.err)
	}
	return shared.server
}

func unavailable(tb testing.TB, err error) {
	tb.Helper()
	if os.Getenv("CI") == "true" {
		tb.Fatalf("no PostgreSQL: %v", err)
	}
	tb.Skipf("no PostgreSQL: %v; install it, or set ROSTER_POSTGRES_DSN", err)
}

// findPrograms returns the directory of PostgreSQL's programs.
func findPrograms() (string, error) {
	var dirs []string
	if path, err := exec.LookPath("postgres"); err == nil {
		if real, err := filepath.EvalSymlinks(path); err == nil {
			dirs = append(dirs, filepath.Dir(real))
		}
	}
	if out, err := exec.Command("pg_config", "--bindir").Output(); err == nil {
		dirs = append(dirs, strings.TrimSpace(string(out)))
	}
	installed, _ := filepath.Glob("/usr/lib/postgresql/*/bin")
	for i := len(installed) - 1; i >= 0; i-- {
		dirs = append(dirs, installed[i])
	}
	for _, dir := range dirs {
		if isFile(filepath.Join(dir, "initdb")) && isFile(filepath.Join(dir, "postgres")) {
			return dir, nil
		}
	}
	return "", fmt.Errorf("initdb and postgres are not found")
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && !info.IsDir()
}

// startServer makes a cluster in a directory of its own and starts it.
func startServer(settings ...string) (*server, error) {
	bin, err := findPrograms()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "roster-postgres-")
	if err != nil {
		return nil, err
	}
	s := &server{bin: bin, data: filepath.Join(dir, "data"), set: settings}
	if os.Geteuid() == 0 { // PostgreSQL refuses to run as root
		uid, gid := 65534, 65534
		if u, err := user.Lookup("postgres"); err == nil {
			uid, _ = strconv.Atoi(u.Uid)
			gid, _ = strconv.Atoi(u.Gid)
		}
		s.run = &owner{uid, gid}
		if err := os.Chown(dir, uid, gid); err != nil {
			return nil, err
		}
	}
	initdb := s.command("initdb", "-D", s.data, "-U", "roster", "-A", "trust", "-E", "UTF8", "--locale=C", "-N")
	if out, err := initdb.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("initdb: %w: %s", err, out)
	}
	if s.port, err = freePort(); err != nil {
		return nil, err
	}
	s.dsn = fmt.Sprintf("host=127.0.0.1 port=%d user=roster dbname=postgres sslmode=disable", s.port)
	if err := s.start(); err != nil {
		s.stop()
		return nil, err
	}
	return s, nil
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer func() { _ = l.Close() }()
	return l.Addr().(*net.TCPAddr).Port, nil
}

func (s *server) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(filepath.Join(s.bin, name), args...)
	cmd.Dir = filepath.Dir(s.data)
	cmd.Env = append(os.Environ(), "LC_ALL=C")
	cmd.SysProcAttr = attributes(s.run)
	return cmd
}

// start starts the server and waits until it answers.
func (s *server) start() error {
	args := []string{"-D", s.data, "-h", "127.0.0.1", "-p", strconv.Itoa(s.port), "-k", filepath.Dir(s.data)}
	for _, set := range append([]string{
		"max_connections=200", "shared_buffers=256MB", "max_wal_size=4GB", "log_min_messages=fatal", "lc_messages=C",
	}, s.set...) {
		args = append(args, "-c", set)
	}
	s.process = s.command("postgres", args...)
	s.process.Stderr = &s.log
	if err := s.process.Start(); err != nil {
		return err
	}
	var err error
	for limit := time.Now().Add(30 * time.Second); time.Now().Before(limit); time.Sleep(20 * time.Millisecond) {
		var c *pgx.Conn
		if c, err = pgx.Connect(context.Background(), s.dsn); err == nil {
			return c.Close(context.Background())
		}
	}
	return fmt.Errorf("postgres does not answer: %w: %s", err, s.log.String())
}

// stop ends the server and removes what it wrote.
func (s *server) stop() {
	if s.process != nil {
		_ = s.process.Process.Signal(syscall.SIGINT)
		_ = s.process.Wait()
	}
	if s.data != "" {
		_ = os.RemoveAll(filepath.Dir(s.data))
	}
}

// scratch makes a schema of its own and returns the name of a database in which it is the only one.
func scratch(tb testing.TB, s *server) (dsn string) {
	tb.Helper()
	ctx := context.Background()
	c, err := pgx.Connect(ctx, s.dsn)
	must(tb, err)
	defer func() { _ = c.Close(ctx) }()
	name := fmt.Sprintf("roster_test_%d_%d", os.Getpid(), time.Now().UnixNano())
	_, err = c.Exec(ctx, "CREATE SCHEMA "+name)
	must(tb, err)
	tb.Cleanup(func() {
		c, err := pgx.Connect(ctx, s.dsn)
		if err != nil {
			return // a test that stops the server cleans up with it
		}
		defer func() { _ = c.Close(ctx) }()
		_, _ = c.Exec(ctx, "DROP SCHEMA "+name+" CASCADE")
	})
	if strings.Contains(s.dsn, "://") {
		joint := "?"
		if strings.Contains(s.dsn, "?") {
			joint = "&"
		}
		return s.dsn + joint + "search_path=" + name
	}
	return s.dsn + " search_path=" + name
}

// newPool returns a pool that the test closes.
func newPool(tb testing.TB, dsn string, conns int32) *pgxpool.Pool {
	tb.Helper()
	config, err := pgxpool.ParseConfig(dsn)
	must(tb, err)
	config.MaxConns = conns
	pool, err := pgxpool.NewWithConfig(context.Background(), config)
	must(tb, err)
	tb.Cleanup(pool.Close)
	return pool
}

// open returns a store on a fresh schema. The test closes it.
func open(tb testing.TB, opts ...Option) *Store {
	tb.Helper()
	return openAt(tb, scratch(tb, theServer(tb)), opts...)
}

func openAt(tb testing.TB, dsn string, opts ...Option) *Store {
	tb.Helper()
	s, err := New(newPool(tb, dsn, 16), opts...)
	must(tb, err)
	tb.Cleanup(func() { _ = s.Close() })
	must(tb, s.Migrate(context.Background()))
	return s
}

func must(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

// kill ends the server and its processes at once, as a crash of the machine would.
func (s *server) kill() {
	pid := s.process.Process.Pid
	children, _ := os.ReadFile(fmt.Sprintf("/proc/%d/task/%[1]d/children", pid))
	_ = s.process.Process.Kill()
	for _, child := range strings.Fields(string(children)) {
		if n, err := strconv.Atoi(child); err == nil {
			if p, err := os.FindProcess(n); err == nil {
				_ = p.Kill()
			}
		}
	}
	_ = s.process.Wait()
}
