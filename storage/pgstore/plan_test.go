package pgstore

import (
	"context"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/sample"
	"github.com/ca74b63c/roster/user"
)

// planOf returns the engine's plan for a page of a query.
func planOf(t *testing.T, s *Store, q storage.Query) string {
	t.Helper()
	x := searchFor([]byte("acme"), &q)
	x.behind(&q)
	rows, err := s.pool.Query(t.Context(), "EXPLAIN "+x.list(&q), x.args...)
	must(t, err)
	lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
	must(t, err)
	return strings.Join(lines, "\n")
}

// TestQueriesUseIndexes shows by the engine's own plans which index pages of 20 are read from, at three thousand users. No
// plan reads a whole table.
func TestQueriesUseIndexes(t *testing.T) {
	s := open(t)
	sample.Crowd(t, s, "acme", 3000)
	for _, a := range []user.AccountID{"other", "third"} {
		_, err := s.Update(t.Context(), a, func(ctx context.Context, w storage.Writer) error { return w.PutUser(ctx, sample.Person(1)) })
		must(t, err)
	}
	_, err := s.pool.Exec(t.Context(), "VACUUM ANALYZE roster_users, roster_user_texts, roster_user_sets, roster_shared_keys, roster_unique_keys")
	must(t, err)
	const gram = "roster_user_texts_by_gram"
	for name, c := range map[string]struct {
		q     storage.Query
		index string
	}{
		"all":                        {storage.Query{}, "roster_users_pkey"},
		"next page":                  {storage.Query{After: &storage.Position{ID: 1500}}, "roster_users_pkey"},
		"by login":                   {storage.Query{Order: storage.ByLogin, After: &storage.Position{Key: "agent3", ID: 3}}, "roster_users_by_login"},
		"by display name, backwards": {storage.Query{Order: storage.ByDisplayName, Descending: true}, "roster_users_by_display"},
		"one application":            {storage.Query{Applications: []user.ApplicationID{3}}, "roster_user_sets_pkey"},
		"a skill, by login":          {storage.Query{Skill: 7, Order: storage.ByLogin}, "roster_user_sets_pkey"},
		"an e-mail":                  {storage.Query{Key: user.Key{Kind: user.ByEmail, Value: "agent3@example.com"}}, "roster_shared_keys_pkey"},
		"a part of a name":           {storage.Query{Text: "Park 2177"}, gram},
		"a part of a login":          {storage.Query{LoginPart: "nt2177"}, gram},
		"a part of a display name":   {storage.Query{DisplayPart: "im 2177"}, gram},
		"a part that is common":      {storage.Query{Text: "Park"}, "Index Scan"},
	} {
		t.Run(name, func(t *testing.T) {
			c.q.Limit = 20
			if plan := planOf(t, s, c.q); !strings.Contains(plan, c.index) || strings.Contains(plan, "Seq Scan") {
				t.Errorf("want %s in the plan:\n%s", c.index, plan)
			}
		})
	}
}
