package model

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/ca74b63c/roster/internal/pgserver"
	"github.com/ca74b63c/roster/internal/proof/engine"
	"github.com/ca74b63c/roster/memstore"
)

func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(pgserver.Main(m))
}

// checks sets how many random sequences a test plays: share, of 2,000, of what ROSTER_SEQUENCES says, or a twentieth of
// share where it says nothing. Memory plays all of the 2,000. SQLite and PostgreSQL play 1,000 each, because a sequence
// costs them ten to twenty times as much and the rules that it tries are the same.
func checks(t *testing.T, share int) {
	t.Helper()
	engine.Sequences(t, share/20, 100, 1)
	engine.Flag(t, "rapid.shrinktime", "5s") // what makes the arguments simple; the steps are left out by play
}

func TestMemstore(t *testing.T) {
	checks(t, 2000)
	play(t, memstore.New())
}

func TestSQLite(t *testing.T) {
	checks(t, 1000)
	play(t, engine.SQLite(t, filepath.Join(t.TempDir(), "roster.db")))
}

func TestPostgreSQL(t *testing.T) {
	checks(t, 1000)
	play(t, engine.PostgreSQL(t, engine.Schema(t)))
}
