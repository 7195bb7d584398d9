package differential

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/ca74b63c/roster/internal/pgserver"
	"github.com/ca74b63c/roster/internal/systemtest/engine"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/storage"
)

func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(pgserver.Main(m))
}

// checks sets how many random sequences a test plays: n, and where ROSTER_SEQUENCES is set, more
// in the proportion of that to 400.
func checks(t *testing.T, n int) {
	t.Helper()
	engine.Sequences(t, n, 400, n)
}

// all are the storages that have to agree. The last one is memory. PostgreSQL is behind two Stores
// on one database, as in two processes, so that what one remembers must not hide what the other
// wrote.
type all struct {
	stores []storage.Storage
	second storage.Storage // the other Store on the first one's database; nil without PostgreSQL
}

// open opens them all. Where there is no PostgreSQL, a subtest says so, and the others are
// compared without it.
func open(t *testing.T) *all {
	t.Helper()
	var a all
	there := false
	if t.Run("PostgreSQL is there", func(t *testing.T) { pgserver.Shared(t); there = true }); there {
		config := engine.Schema(t)
		a.stores, a.second = append(a.stores, engine.PostgreSQL(t, config)), engine.PostgreSQL(t, config)
	}
	memory := memstore.New()
	engine.CloseAfter(t, memory)
	a.stores = append(a.stores, engine.SQLite(t, filepath.Join(t.TempDir(), "roster.db")), memory)
	return &a
}

// swap goes on with the other Store on the same database.
func (a *all) swap() {
	if a.second != nil {
		a.stores[0], a.second = a.second, a.stores[0]
	}
}
