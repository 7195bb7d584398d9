package sqlitestore

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/sample"
	"github.com/ca74b63c/roster/storage/internal/trial"
)

// TestMigrateForward brings files of every earlier version, with data in them, to the present one, and compares with
// what was put in. A new migration needs what undoes it here.
func TestMigrateForward(t *testing.T) {
	list, err := migrations()
	must(t, err)
	trial.Forward(t, trial.Past[*Store]{
		Versions: len(list),
		Undo: map[int]string{
			2: "DROP TABLE roster_user_grams",
			3: "DROP TABLE roster_compactions",
		},
		Exec: func(s *Store, sql string) error {
			_, err := s.writer.exec(sql)
			return err
		},
		New: func(t *testing.T) func() *Store {
			path := filepath.Join(t.TempDir(), "roster.db")
			return func() *Store { return openAt(t, path) }
		},
	})
}

// TestSchemaRunsTwice: each file may be run again, and changes nothing then.
func TestSchemaRunsTwice(t *testing.T) {
	s := open(t)
	sample.Crowd(t, s, "acme", 20)
	list, err := migrations()
	must(t, err)
	for _, m := range list {
		_, err := s.writer.exec(m.SQL)
		must(t, err)
	}
	must(t, s.View(t.Context(), "acme", func(ctx context.Context, r storage.Reader) error {
		found, err := r.Users(ctx, storage.Query{Text: "Kim Park"})
		if len(found) != 20 {
			t.Errorf("%d users", len(found))
		}
		return err
	}))
}

func TestNewerSchemaIsRefused(t *testing.T) {
	s := open(t)
	_, err := s.writer.exec("UPDATE roster_schema SET version = 99")
	must(t, err)
	must(t, s.Close())
	for _, opts := range [][]Option{nil, {WithoutMigration()}} {
		_, err := Open(t.Context(), s.path, opts...)
		var detail *SchemaError
		if !errors.Is(err, ErrNewerSchema) || !errors.As(err, &detail) || detail.Found != 99 || detail.Known != 3 ||
			!strings.Contains(err.Error(), "99") {
			t.Errorf("Open of a later file: %v", err)
		}
	}
}

func TestWithoutMigration(t *testing.T) {
	s := open(t, WithoutMigration())
	if _, err := put(s, t.Context(), "acme", 1); err == nil {
		t.Error("a file without a schema took a user")
	}
	must(t, s.Migrate(t.Context()))
	_, err := put(s, t.Context(), "acme", 1)
	must(t, err)
	must(t, s.Compact(t.Context()))
	must(t, s.Close())
	if err := s.Migrate(t.Context()); !errors.Is(err, storage.ErrClosed) {
		t.Errorf("Migrate after Close: %v", err)
	}
}
