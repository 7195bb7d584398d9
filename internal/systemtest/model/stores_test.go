package model

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/ca74b63c/roster/internal/pgserver"
	"github.com/ca74b63c/roster/internal/systemtest/engine"
	"github.com/ca74b63c/roster/memstore"
)

func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(pgserver.Main(m))
}

// checks sets how many random sequences a test plays: what ROSTER_SEQUENCES says, or 100 where it
// says nothing.
func checks(t *testing.T) {
	t.Helper()
	engine.Sequences(t, 100, 100, 1)
	engine.Flag(t, "rapid.shrinktime", "5s") // what makes the arguments simple; the steps are left out by play
}

func TestMemstore(t *testing.T) {
	checks(t)
	play(t, memstore.New())
}

func TestSQLite(t *testing.T) {
	checks(t)
	play(t, engine.SQLite(t, filepath.Join(t.TempDir(), "roster.db")))
}

func TestPostgreSQL(t *testing.T) {
	checks(t)
	play(t, engine.PostgreSQL(t, engine.Schema(t)))
}
