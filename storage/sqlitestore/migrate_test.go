package sqlitestore

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/migration"
	"github.com/ca74b63c/roster/storage/internal/sample"
)

// TestSchemaRunsTwice: each file may be run again, and changes nothing then.
func TestSchemaRunsTwice(t *testing.T) {
	s := open(t)
	sample.Crowd(t, s, "acme", 20)
	list, err := migration.Files(Schema())
	must(t, err)
	for _, m := range list {
		_, err := s.writer.exec(m.SQL)
		must(t, err)
	}
	if n, _ := sample.Count(t, s, "acme", storage.Query{Text: "Kim Park"}); n != 20 {
		t.Errorf("%d users", n)
	}
}

func TestNewerSchemaIsRefused(t *testing.T) {
	s := open(t)
	_, err := s.writer.exec("UPDATE roster_schema SET version = 99")
	must(t, err)
	must(t, s.Close())
	for _, opts := range [][]Option{nil, {WithoutMigration()}} {
		_, err := Open(t.Context(), s.path, opts...)
		var detail *SchemaError
		if !errors.Is(err, ErrNewerSchema) || !errors.As(err, &detail) || detail.Found != 99 ||
			!strings.Contains(err.Error(), "99") {
			t.Errorf("Open of a later file: %v", err)
		}
	}
}

// TestWithoutMigration: a file that is not migrated is refused with what to do. Once another
// program has run the files of Schema, it is opened.
func TestWithoutMigration(t *testing.T) {
	path := filepath.Join(t.TempDir(), "roster.db")
	_, err := Open(t.Context(), path, WithoutMigration())
	if !errors.Is(err, ErrNotMigrated) || !strings.Contains(err.Error(), "run the files of sqlitestore.Schema") {
		t.Errorf("Open of a file that is not migrated: %v", err)
	}
	list, err := migration.Files(Schema())
	must(t, err)
	db := plain(t, path)
	for _, m := range list {
		_, err := db.Exec(m.SQL)
		must(t, err)
	}
	s := openAt(t, path, WithoutMigration())
	must(t, sample.Put(t.Context(), s, 1))
	must(t, s.Compact(t.Context()))
}
