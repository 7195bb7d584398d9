package pgstore

import (
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/sqlread"
)

// TestHistoryQueriesUseIndexes shows for each filter which index a page is read from, in both
// orders, and that no page of one user, actor or type is sorted.
func TestHistoryQueriesUseIndexes(t *testing.T) {
	oneNode(t, "it reads plans")
	s := open(t)
	for _, sql := range []string{
		`INSERT INTO roster_accounts (id, revision) SELECT 'account' || a, 20000 FROM generate_series(1, 3) AS a`,
		`INSERT INTO roster_changes (account, revision, position, type, actor, user_id)
			SELECT 'account' || a, n, 0, CASE WHEN n % 500 = 0 THEN 'user.erased' WHEN n % 3 = 0 THEN 'user.updated'
				ELSE 'money.transferred' END, nullif(n % 40, 0), nullif(n % 300, 0)
			FROM generate_series(1, 3) AS a, generate_series(1, 20000) AS n`,
		`INSERT INTO roster_postings (account, transfer, position, payer, payee, amount, payer_after, payee_after, login, kind)
			SELECT 'account' || a, n, 0, 0, n % 300 + 1, 1, 0, n, '', CASE WHEN n % 400 = 0 THEN 'reversing' ELSE 'transferring' END
			FROM generate_series(1, 3) AS a, generate_series(1, 20000) AS n`,
		`VACUUM ANALYZE roster_changes, roster_postings`,
	} {
		_, err := s.pool.Exec(t.Context(), sql)
		must(t, err)
	}
	plan := func(sql string, args []any) string {
		rows, err := s.pool.Query(t.Context(), "EXPLAIN (COSTS OFF) "+sql, args...)
		must(t, err)
		lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
		must(t, err)
		return strings.Join(lines, "\n")
	}
	check := func(name, sql, plan string, sorts bool, indexes ...string) {
		t.Helper()
		for _, index := range indexes {
			if !strings.Contains(plan, index+" ") && !strings.HasSuffix(plan, index) {
				t.Errorf("%s: the plan has no %s:\n%s\n%s", name, index, sql, plan)
			}
		}
		if strings.Contains(plan, "Seq Scan") || !sorts && strings.Contains(plan, "Sort") {
			t.Errorf("%s: the plan reads a table, or sorts:\n%s\n%s", name, sql, plan)
		}
	}
	const user, actor, kind = "roster_changes_of_user", "roster_changes_of_actor", "roster_changes_of_type"
	types := func(list ...storage.ChangeType) []storage.ChangeType { return list }
	for name, c := range map[string]struct {
		q     storage.ChangeQuery
		index string
		sorts bool
	}{
		"all":                   {storage.ChangeQuery{}, "roster_changes_pkey", false},
		"of a user":             {storage.ChangeQuery{UserID: 7}, user, false},
		"of a user, by types":   {storage.ChangeQuery{UserID: 7, Types: types(storage.UserUpdated, storage.UserErased)}, user, false},
		"of an actor":           {storage.ChangeQuery{Actor: 7}, actor, false},
		"of a rare type":        {storage.ChangeQuery{Types: types(storage.UserErased)}, kind, false},
		"of a common type":      {storage.ChangeQuery{Types: types(storage.UserUpdated)}, kind, false},
		"of transfers":          {storage.ChangeQuery{Types: types(storage.MoneyTransferred)}, "roster_changes_pkey", false},
		"of a type that is not": {storage.ChangeQuery{Types: types("no type")}, kind, false},
		"of two types":          {storage.ChangeQuery{Types: types(storage.UserUpdated, storage.UserErased)}, kind, true},
	} {
		for _, c.q.Newest = range []bool{false, true} {
			c.q.After, c.q.Limit = storage.ChangeID{Revision: 9000}, 20
			sql, args := sqlread.ChangesQuery(sqlread.PostgreSQL, "account2", &c.q)
			check(name, sql, plan(sql, args), c.sorts, c.index)
		}
	}
	for name, c := range map[string]struct {
		q       storage.TransferQuery
		indexes []string
	}{
		"all transfers":       {storage.TransferQuery{}, []string{"roster_postings_pkey"}},
		"transfers of a user": {storage.TransferQuery{UserID: 7}, []string{"roster_postings_by_payer", "roster_postings_by_payee"}},
		"of a user and a kind": {storage.TransferQuery{UserID: 7, Kinds: []balance.Kind{balance.Transferring}},
			[]string{"roster_postings_by_payer", "roster_postings_by_payee"}},
		"of a rare kind": {storage.TransferQuery{Kinds: []balance.Kind{balance.Reversing}}, []string{"roster_postings_by_kind"}},
		"of two kinds": {storage.TransferQuery{Kinds: []balance.Kind{balance.Reversing, balance.Funding}},
			[]string{"roster_postings_by_kind"}},
		"of the common kind": {storage.TransferQuery{Kinds: []balance.Kind{balance.Transferring}}, []string{"roster_postings_pkey"}},
	} {
		for _, c.q.Newest = range []bool{false, true} {
			c.q.After, c.q.Limit = 9000, 20
			sql, args := sqlread.TransfersQuery(sqlread.PostgreSQL, "account2", &c.q)
			check(name, sql, plan(sql, args), true, c.indexes...)
		}
	}
}
