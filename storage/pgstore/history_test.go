package pgstore

import (
	"strings"
	"testing"

	"github.com/ca74b63c/roster/storage/internal/enginetest"
	"github.com/ca74b63c/roster/storage/internal/operator"
	"github.com/ca74b63c/roster/storage/internal/sqlread"
)

// TestHistoryQueriesUseIndexes shows for each filter which indexes a page is read from, in both
// orders, and that only a page that merges several lists is sorted. The documented queries for one
// user's history and statement go through no other user's rows.
func TestHistoryQueriesUseIndexes(t *testing.T) {
	t.Parallel()
	oneNode(t, "it reads plans")
	s := open(t)
	const each = 5000 // rows of each account
	for _, sql := range []string{
		`INSERT INTO roster_accounts (id, revision) SELECT a, $1::bigint FROM unnest('{acme,first,third}'::text[]) AS a`,
		`INSERT INTO roster_changes (account, revision, position, type, actor, user_id)
			SELECT a, n, 0, CASE WHEN n % 500 = 0 THEN 'user.erased' WHEN n % 3 = 0 THEN 'user.updated'
				ELSE 'money.transferred' END, nullif(n % 40, 0), nullif(n % 300, 0)
			FROM unnest('{acme,first,third}'::text[]) AS a, generate_series(1, $1::bigint) AS n`,
		`INSERT INTO roster_postings (account, transfer, position, payer, payee, amount, payer_after, payee_after, login, kind,
				actor, revision, change_position)
			SELECT a, n, 0, 0, n % 300 + 1, 1, 0, n, '', CASE WHEN n % 400 = 0 THEN 'reversing' ELSE 'transferring' END,
				nullif(n % 40, 0), n, 1
			FROM unnest('{acme,first,third}'::text[]) AS a, generate_series(1, $1::bigint) AS n`,
	} {
		_, err := s.pool.Exec(t.Context(), sql, each)
		must(t, err)
	}
	_, err := s.pool.Exec(t.Context(), "VACUUM ANALYZE roster_changes, roster_postings")
	must(t, err)
	check := func(name, sql string, args []any, sorts bool, indexes ...string) {
		t.Helper()
		plan := explain(t, s, "(COSTS OFF)", sql, args...)
		for _, index := range indexes {
			if index == enginetest.PrimaryKey {
				index = "_pkey"
			}
			if !strings.Contains(plan, index) {
				t.Errorf("%s: the plan has no %s:\n%s\n%s", name, index, sql, plan)
			}
		}
		if strings.Contains(plan, "Seq Scan") || !sorts && strings.Contains(plan, "Sort") {
			t.Errorf("%s: the plan reads a table, or sorts:\n%s\n%s", name, sql, plan)
		}
	}
	enginetest.HistoryPlans(sqlread.PostgreSQL, check)
	documented := map[string][]string{
		"4": {"roster_changes_of_user"},
		"8": {"roster_postings_by_payer", "roster_postings_by_payee"},
	}
	for _, q := range operator.Read(t, "../../docs/schema.md") {
		number, _, _ := strings.Cut(q.Title, ".")
		if indexes := documented[number]; indexes != nil {
			delete(documented, number)
			check(q.Title, q.For("PostgreSQL"), nil, true, indexes...)
		}
	}
	if len(documented) > 0 {
		t.Errorf("the page lacks the queries of %v", documented)
	}
}
