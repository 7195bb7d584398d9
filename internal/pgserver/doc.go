// Package pgserver runs a PostgreSQL for tests: it finds the installed programs, makes a cluster
// in a directory of its own, starts it on the loopback, and ends it by its process. It belongs to
// the tests of several modules and is linked into nothing else.
//
//	func TestMain(m *testing.M) { os.Exit(pgserver.Main(m)) }
//
//	func TestStore(t *testing.T) {
//		pool, err := pgxpool.New(t.Context(), pgserver.Shared(t).Schema(t, exec))
//		...
//	}
//
// The programs are those of the directory that ROSTER_POSTGRES_BIN names, or that postgres by PATH
// and pg_config --bindir name, or the newest in /usr/lib/postgresql. ROSTER_POSTGRES_DSN names a
// running server for Shared to use instead. Where there is none of these, a test is skipped and
// says so; with CI=true it fails.
//
// A test that breaks a server takes one by Private, and may stop, kill and start it, copy it into
// a standby that follows it, and promote that.
//
// The package speaks no SQL: a caller brings its driver (Exec), so that it costs no dependency
// here.
package pgserver
