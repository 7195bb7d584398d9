package model

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/ca74b63c/roster/internal/pgserver"
	"github.com/ca74b63c/roster/internal/systemtest/engine"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/storagetest"
)

func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(pgserver.Main(m))
}

// playOn plays as many sequences as ROSTER_SEQUENCES says, or 40, on a storage.
func playOn(t *testing.T, store storage.Storage) {
	t.Helper()
	engine.Sequences(t, 40, 40, 1)
	engine.Flag(t, "rapid.shrinktime", "5s") // what makes the arguments simple; the steps are left out by play
	play(t, store)
}

func TestMemstore(t *testing.T) { playOn(t, memstore.New()) }

// TestMemstoreThatRunsTwice plays on a storage that runs the function of each Update twice.
func TestMemstoreThatRunsTwice(t *testing.T) { playOn(t, storagetest.Twice(memstore.New())) }

func TestSQLite(t *testing.T) { playOn(t, engine.SQLite(t, filepath.Join(t.TempDir(), "roster.db"))) }

func TestPostgreSQL(t *testing.T) { playOn(t, engine.PostgreSQL(t, engine.Schema(t))) }
