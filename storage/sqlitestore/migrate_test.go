package sqlitestore

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/sample"
	"github.com/ca74b63c/roster/user"
)

// backwards undoes a migration, so that a file with data is as an earlier version left it. Each migration but the first
// needs one here.
var backwards = map[int]string{
	2: "DROP TABLE roster_user_grams",
	3: "DROP TABLE roster_compactions",
}

// TestMigrateForward brings files of every earlier version, with data in them, to the present one, and compares with
// what was put in.
func TestMigrateForward(t *testing.T) {
	list, err := migrations()
	must(t, err)
	for version := range len(list) {
		t.Run(fmt.Sprint("from ", version), func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "roster.db")
			const users = 300
			if version > 0 {
				s := openAt(t, path)
				for _, a := range []user.AccountID{"other", "acme"} {
					_, err := put(s, t.Context(), a, 1)
					must(t, err)
				}
				sample.Crowd(t, s, "acme", users)
				odd := sample.Person(7)
				odd.Identity.Login, odd.Names.Display = "stra\u00dfe\x00\xff", "\U0001F600\x00'\"x"
				_, err := s.Update(t.Context(), "acme", func(ctx context.Context, w storage.Writer) error { return w.PutUser(ctx, odd) })
				must(t, err)
				for n := len(list); n > version; n-- {
					_, err := s.writer.exec(backwards[n])
					must(t, err)
				}
				_, err = s.writer.exec("UPDATE roster_schema SET version = ?", int64(version))
				must(t, err)
				must(t, s.Close())
			}
			s := openAt(t, path)
			must(t, s.Migrate(t.Context())) // does nothing
			if version == 0 {
				sample.Crowd(t, s, "acme", users)
			}
			_, err := s.Update(t.Context(), "acme", func(ctx context.Context, w storage.Writer) error {
				u, err := w.User(ctx, 5)
				u.Names.Display = "renamed"
				return errors.Join(err, w.PutUser(ctx, u))
			})
			must(t, err)
			must(t, s.View(t.Context(), "acme", func(ctx context.Context, r storage.Reader) error {
				all, err := r.Users(ctx, storage.Query{})
				if len(all) != users {
					t.Errorf("%d users", len(all))
				}
				for _, text := range []string{"Kim 2", "kim park 29", "STRASSE", "renamed", "Kim 5", "agent7", "\U0001F600\x00'", "+12120000"} {
					q := storage.Query{Text: text}
					got, err := r.Users(ctx, q)
					want := 0
					for _, u := range all {
						if q.Match(u) {
							want++
						}
					}
					if err != nil || len(got) != want {
						t.Errorf("%q finds %d users of %d, %v", text, len(got), want, err)
					}
				}
				return err
			}))
		})
	}
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
