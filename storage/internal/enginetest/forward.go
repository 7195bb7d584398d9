package enginetest

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/sample"
	"github.com/ca74b63c/roster/user"
)

// Migrator is a Migrator is a storage with a schema that has versions, the number of the present
// one in its table roster_schema.
type Migrator interface {
	storage.Storage
	Migrate(context.Context) error
}

// Past says how a database of the present version is made an earlier one.
type Past[S Migrator] struct {
	Versions int
	Undo     map[int]string // undoes a migration, and leaves the data; every one but the first has a line here
	Exec     func(s S, sql string) error

	// New returns what opens, again and again, one database that is new. What it opens has had all
	// migrations.
	New func(*testing.T) (open func() S)
}

const users = 300

// Forward brings databases of every earlier version, with data in them, to the present one, and
// compares with what was put in.
func Forward[S Migrator](t *testing.T, past Past[S]) {
	for version := range past.Versions {
		t.Run(fmt.Sprint("from ", version), func(t *testing.T) {
			open := past.New(t)
			if version > 0 {
				s := open()
				fill(t, s)
				past.back(t, s, version)
				must(t, s.Close())
			}
			s := open()
			must(t, s.Migrate(t.Context())) // does nothing
			if version == 0 {
				fill(t, s)
			}
			found(t, s)
		})
	}
}

// back makes the database one of an earlier version.
func (p Past[S]) back(t *testing.T, s S, version int) {
	t.Helper()
	for n := p.Versions; n > version; n-- {
		if p.Undo[n] == "" {
			t.Fatalf("nothing undoes migration %d", n)
		}
		must(t, p.Exec(s, p.Undo[n]))
	}
	must(t, p.Exec(s, fmt.Sprint("UPDATE roster_schema SET version = ", version)))
}

// fill puts a crowd into an account that is not the database's first, one of them with texts that
// engines get wrong.
func fill(t *testing.T, s storage.Storage) {
	t.Helper()
	sample.Crowd(t, s, "other", 1)
	sample.Crowd(t, s, account, users)
	odd := sample.Person(7)
	odd.Identity.Login, odd.Names.Display = "stra\u00dfe\x01\ufffd", "\U0001F600\x01'\"x"
	put(t, s, 7, func(u *user.User) { *u = odd })
}

// found compares what an index finds with what Query.Match says of each user, after one more write.
func found(t *testing.T, s storage.Storage) {
	t.Helper()
	put(t, s, 5, func(u *user.User) { u.Names.Display = "renamed" })
	must(t, s.View(t.Context(), account, func(ctx context.Context, r storage.Reader) error {
		all, err := r.Users(ctx, storage.Query{})
		if len(all) != users {
			t.Errorf("%d users", len(all))
		}
		for _, text := range []string{
			"Kim 2", "kim park 29", "STRASSE", "renamed", "Kim 5", "agent7", "\U0001F600\x01'", "+12120000",
		} {
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
}

func put(t *testing.T, s storage.Storage, id user.ID, change func(*user.User)) {
	t.Helper()
	_, err := s.Update(t.Context(), account, func(ctx context.Context, w storage.Writer) error {
		u, err := w.User(ctx, id)
		change(&u)
		return errors.Join(err, w.PutUser(ctx, u))
	})
	must(t, err)
}
