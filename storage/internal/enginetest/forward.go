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

// Migrator is a storage whose schema has versions. The table roster_schema has the number of the
// current version.
type Migrator interface {
	storage.Storage
	Migrate(context.Context) error
}

// Past describes how to turn a database of the current version into one of an earlier version.
type Past[S Migrator] struct {
	Versions int
	Undo     map[int]string // undoes a migration, and leaves the data; every one but the first has a line here
	Exec     func(s S, sql string) error

	// New returns what opens, again and again, one database that is new. What it opens has had all
	// migrations.
	New func(*testing.T) (open func() S)
}

const users = 300

// Forward migrates a database of each earlier version, with data in it, to the current version, and
// checks the data.
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

// back turns the database of s, which has the current schema, into a database with the schema of an
// earlier version. It runs the statement in p.Undo of each later migration, the last migration
// first, and then sets the version in roster_schema. It fails the test if p.Undo has no statement
// for a migration, or if a statement fails.
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

// fill puts 300 users into the test account and one user into a second account. The login and the
// display name of one of the 300 users contain characters that engines often store wrongly, such as
// control characters. fill fails the test if it cannot write.
func fill(t *testing.T, s storage.Storage) {
	t.Helper()
	sample.Crowd(t, s, "other", 1)
	sample.Crowd(t, s, account, users)
	odd := sample.Person(7)
	odd.Identity.Login, odd.Names.Display = "stra\u00dfe\x01\ufffd", "\U0001F600\x01'\"x"
	put(t, s, 7, func(u *user.User) { *u = odd })
}

// found checks the data that fill wrote, after a migration. It renames one user. It then searches
// for several texts and compares the number of users that the storage finds with the number for
// which Query.Match is true. It fails the test if the numbers differ, if a read fails, or if the
// account does not have 300 users.
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
