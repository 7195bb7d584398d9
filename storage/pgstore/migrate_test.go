package pgstore

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ca74b63c/roster/internal/pgserver"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/operator"
	"github.com/ca74b63c/roster/storage/internal/sample"
	"github.com/ca74b63c/roster/storage/stream"
)

// TestMigrateForward brings databases of every earlier version, with data in them, to the present
// one, and compares what they export. A new migration needs what undoes it here.
func TestMigrateForward(t *testing.T) {
	undo := map[int]string{
		2: "DROP VIEW roster_balance, roster_transfer, roster_statement",
	}
	for version := 1; version < len(schema.Files); version++ {
		s := open(t)
		operator.Fill(t, s, time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC))
		exported := func(s *Store) string {
			var b strings.Builder
			_, err := stream.Export(t.Context(), s, &b)
			must(t, err)
			return b.String()
		}
		before := exported(s)
		for n := len(schema.Files); n > version; n-- {
			_, err := s.pool.Exec(t.Context(), undo[n]+"; UPDATE roster_schema SET version = "+fmt.Sprint(n-1))
			must(t, err)
		}
		later, err := New(s.pool)
		must(t, err)
		t.Cleanup(func() { _ = later.Close() })
		must(t, later.Migrate(t.Context()))
		if after := exported(later); after != before {
			t.Errorf("from version %d: exported was\n%s\nand is\n%s", version, before, after)
		}
	}
}

// TestMigrateAtOnce lets many processes migrate one database at the same time.
func TestMigrateAtOnce(t *testing.T) {
	dsn := scratch(t, pgserver.Shared(t))
	var all sync.WaitGroup
	for range 6 {
		s, err := New(newPool(t, dsn, 2))
		must(t, err)
		t.Cleanup(func() { _ = s.Close() })
		all.Go(func() {
			if err := s.Migrate(context.Background()); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	sample.Crowd(t, openAt(t, dsn), "acme", 1)
}

func TestNewerSchemaIsRefused(t *testing.T) {
	s := open(t)
	_, err := s.pool.Exec(t.Context(), "UPDATE roster_schema SET version = 99")
	must(t, err)
	later, err := New(s.pool)
	must(t, err)
	t.Cleanup(func() { _ = later.Close() })
	_, update := later.Update(t.Context(), "acme", func(context.Context, storage.Writer) error { return nil })
	_, accounts := later.Accounts(t.Context(), storage.NotDeleted, "", 0)
	_, wait := later.Wait(t.Context(), "acme", 0)
	view := later.View(t.Context(), "acme", func(context.Context, storage.Reader) error { return nil })
	for what, err := range map[string]error{
		"Migrate": later.Migrate(t.Context()), "View": view, "Update": update,
		"Accounts": accounts, "Wait": wait,
	} {
		var detail *SchemaError
		if !errors.Is(err, ErrNewerSchema) || !errors.As(err, &detail) || detail.Found != 99 || detail.Known != 2 ||
			!strings.Contains(err.Error(), "99") {
			t.Errorf("%s on a later database: %v", what, err)
		}
	}
}

func TestWithoutMigration(t *testing.T) {
	s, err := New(newPool(t, scratch(t, pgserver.Shared(t)), 4))
	must(t, err)
	t.Cleanup(func() { _ = s.Close() })
	put := func() error {
		_, err := s.Update(t.Context(), "acme", func(ctx context.Context, w storage.Writer) error { return w.PutUser(ctx, sample.Person(1)) })
		return err
	}
	if err := put(); !errors.Is(err, ErrNotMigrated) || errors.Is(err, ErrNewerSchema) || !strings.Contains(err.Error(), "run Migrate") {
		t.Errorf("on a database without a schema: %v", err)
	}
	must(t, s.migrate(t.Context(), 1))
	if err := put(); !errors.Is(err, ErrNotMigrated) || !strings.Contains(err.Error(), "schema 1") {
		t.Errorf("on a database of an earlier schema: %v", err)
	}
	must(t, s.Migrate(t.Context()))
	must(t, put())
	must(t, s.Close())
	if err := s.Migrate(t.Context()); !errors.Is(err, storage.ErrClosed) {
		t.Errorf("Migrate after Close: %v", err)
	}
	if _, err := New(nil); !errors.Is(err, storage.ErrInvalid) {
		t.Errorf("New without a pool: %v", err)
	}
}
