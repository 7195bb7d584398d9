package pgstore

import (
	"context"
	"iter"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/facet"
	"github.com/ca74b63c/roster/storage/internal/record"
	"github.com/ca74b63c/roster/storage/internal/sample"
	"github.com/ca74b63c/roster/user"
)

// populate puts n users into "acme", with COPY, and makes the indexes beside the keys afterwards:
// the way to bring in a large population. TestPopulation shows that it writes what the store does.
func populate(t *testing.T, s *Store, n int) {
	t.Helper()
	start := time.Now()
	_, err := s.Update(t.Context(), "acme", func(ctx context.Context, w storage.Writer) error {
		return w.PutAccount(ctx, user.Account{ID: "acme"})
	})
	must(t, err)
	_, err = s.pool.Exec(t.Context(), `DROP INDEX roster_users_by_login, roster_users_by_display, roster_users_by_status,
		roster_user_texts_by_gram`)
	must(t, err)
	const acme = "acme"
	type row = []any
	for _, table := range []struct {
		name    string
		columns []string
		rows    func(u user.User, yield func(row) bool) bool
	}{
		{"roster_users", []string{"account", "id", "version", "login", "display_name", "email", "phone", "kind", "api_user",
			"roles", "status", "enabled", "parent_accounting", "created_at", "updated_at", "deleted_at", "attributes", "login_key",
			"display_key"}, func(u user.User, yield func(row) bool) bool {
			r, err := record.UserOf(u)
			must(t, err)
			return yield(row{acme, r.ID, r.Version, r.Login, r.DisplayName, r.Email, r.Phone, r.Kind, r.APIUser, r.Roles, r.Status,
				r.Enabled, r.ParentAccounting, orNull(r.Created), orNull(r.Updated), orNull(r.Deleted), r.Attributes, r.LoginKey,
				r.DisplayKey})
		}},
		{"roster_unique_keys", []string{"account", "kind", "value", "user_id"}, keyRowsOf(true)},
		{"roster_shared_keys", []string{"account", "kind", "value", "user_id"}, keyRowsOf(false)},
		{"roster_user_sets", []string{"account", "name", "value", "user_id"}, func(u user.User, yield func(row) bool) bool {
			for m := range facet.Members(u) {
				if !yield(row{acme, record.SetName(m.Set), m.Value, int64(u.ID)}) {
					return false
				}
			}
			return true
		}},
		{"roster_user_custom", []string{"account", "name", "value", "user_id"}, func(u user.User, yield func(row) bool) bool {
			for name, v := range u.Custom.All() {
				if !yield(row{acme, name, v.String(), int64(u.ID)}) {
					return false
				}
			}
			return true
		}},
		{"roster_user_texts", []string{"account", "user_id", "folded", "grams"}, func(u user.User, yield func(row) bool) bool {
			folded := record.SearchText(u)
			return yield(row{acme, int64(u.ID), folded, grams(acme, folded)})
		}},
	} {
		next, stop := iter.Pull(func(yield func(row) bool) {
			for id := range n {
				if !table.rows(sample.Person(user.ID(id+1)), yield) {
					return
				}
			}
		})
		_, err := s.pool.CopyFrom(t.Context(), pgx.Identifier{table.name}, table.columns, pgx.CopyFromFunc(func() (row, error) {
			r, ok := next()
			if !ok {
				return nil, nil
			}
			return r, nil
		}))
		stop()
		must(t, err)
	}
	list, err := migrations()
	must(t, err)
	for _, sql := range list[0].Statements() { // each may be run again, and makes the indexes
		_, err := s.pool.Exec(t.Context(), sql)
		must(t, err)
	}
	_, err = s.pool.Exec(t.Context(), "UPDATE roster_schema SET version = $1", len(list))
	must(t, err)
	t.Logf("%d users in %v", n, time.Since(start).Round(time.Millisecond))
}

// keyRowsOf yields the rows of a user's keys that are unique, or that are not.
func keyRowsOf(unique bool) func(u user.User, yield func([]any) bool) bool {
	return func(u user.User, yield func([]any) bool) bool {
		for k, value := range u.Keys() {
			if kind := user.KeyKind(k); value != "" && kind.Unique() == unique && !yield([]any{"acme", kind.String(), value, int64(u.ID)}) {
				return false
			}
		}
		return true
	}
}

// TestPopulation: what populate writes is what the store writes for the same users.
func TestPopulation(t *testing.T) {
	oneNode(t, "it reads rows as they lie")
	const n = 50
	copied, put := open(t), open(t)
	populate(t, copied, n)
	sample.Crowd(t, put, "acme", n)
	for _, table := range []string{
		"roster_users", "roster_unique_keys", "roster_shared_keys", "roster_user_sets", "roster_user_custom", "roster_user_texts",
	} {
		var lines [2]string
		for i, s := range []*Store{copied, put} {
			must(t, s.pool.QueryRow(t.Context(), "SELECT coalesce(string_agg(x::text, chr(10) ORDER BY x::text), '') FROM "+table+" AS x").Scan(&lines[i]))
		}
		if lines[0] != lines[1] || lines[0] == "" {
			t.Errorf("%s: COPY wrote\n%s\nthe store\n%s", table, lines[0], lines[1])
		}
	}
}

// orNull returns NULL for the zero time.
func orNull(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
