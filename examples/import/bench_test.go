package main

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/storage/sqlitestore"
	"github.com/ca74b63c/roster/user"
)

// BenchmarkImport imports 10,000 users without passwords into a SQLite file, checked and written,
// and creates the same users by CreateMany in a second file. ratio is the time of the import
// beside that of the calls.
func BenchmarkImport(b *testing.B) {
	const n = 10_000
	var imported, created time.Duration
	for b.Loop() {
		place, name := seeded(b, "sqlite"), file(b, users(n))
		begun := time.Now()
		out, _ := runs(b, good, "-storage", place, "-account", "acme", "-write", "-quiet", name)
		imported += time.Since(begun)
		if !strings.Contains(out, fmt.Sprint(n, " created")) {
			b.Fatal(out)
		}
		created += createAll(b, n)
	}
	b.ReportMetric(imported.Seconds()/float64(b.N), "s")
	b.ReportMetric(imported.Seconds()/created.Seconds(), "ratio")
}

// createAll creates the users of a file by CreateMany and returns the time that it takes.
func createAll(b *testing.B, n int) time.Duration {
	b.Helper()
	store, err := sqlitestore.Open(b.Context(), filepath.Join(b.TempDir(), "other"))
	must(b, err)
	defer func() { must(b, store.Close()) }()
	seed(b, store)
	host := roster.New(store).As("acme", roster.SystemActor())
	begun := time.Now()
	for first := 0; first < n; first += roster.DefaultImportBatch {
		batch := make([]roster.CreateParams, roster.DefaultImportBatch)
		for i := range batch {
			batch[i].User = user.User{
				Identity: user.Identity{Login: fmt.Sprint("user", first+i)}, Names: user.Names{First: "Ann", Last: "Baker"},
				Contact:  user.Contact{Email: fmt.Sprintf("u%d@example.com", first+i)},
				Capacity: user.Capacity{MaxChats: (first + i) % 5}, Access: user.Access{Granted: user.RolesOf(user.Agent)},
				Custom: user.Custom{}.With("site", user.TextValue("Berlin")),
			}
		}
		_, err := host.CreateMany(b.Context(), batch)
		must(b, err)
	}
	return time.Since(begun)
}
