// Package pgserver runs PostgreSQL servers for tests. It finds the installed programs, makes a
// cluster in a temporary directory, starts a server on the loopback address, and ends it by its
// process id. The tests of several modules use it, and no other code does.
//
//	func TestMain(m *testing.M) { os.Exit(pgserver.Main(m)) }
//
//	func TestStore(t *testing.T) {
//		pool, err := pgxpool.New(t.Context(), pgserver.Shared(t).Schema(t, exec))
//		...
//	}
//
// The programs are in the directory of ROSTER_POSTGRES_BIN, of postgres in PATH, or of pg_config
// --bindir, or else the newest in /usr/lib/postgresql. If ROSTER_POSTGRES_DSN names a running
// server, Shared uses it. Without any of these a test is skipped and prints why; with CI=true it
// fails.
//
// A test that stops or kills a server uses Private. Such a server can also be copied into a standby
// that follows it, and the standby can be promoted.
//
// The package executes no SQL itself. A caller passes its driver (Exec), so the package needs no
// dependency.
package pgserver
