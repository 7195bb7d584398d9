package pgstore

import (
	"context"
	"strconv"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/enginetest"
	"github.com/ca74b63c/roster/storage/internal/operator"
	"github.com/ca74b63c/roster/storage/internal/sample"
	"github.com/ca74b63c/roster/storage/internal/sqlread"
	"github.com/ca74b63c/roster/user"
)

// explain returns the engine's plan for a statement, a line for each step. options are those of
// EXPLAIN, such as "(ANALYZE)".
func explain(t *testing.T, s *Store, options, sql string, args ...any) string {
	t.Helper()
	rows, err := s.pool.Query(t.Context(), "EXPLAIN "+options+" "+sql, args...)
	must(t, err)
	lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
	must(t, err)
	return strings.Join(lines, "\n")
}

// TestQueriesUseIndexes shows by the engine's own plans which index pages of 20 are read from. No
// plan reads a whole table.
func TestQueriesUseIndexes(t *testing.T) {
	t.Parallel()
	oneNode(t, "it reads plans")
	s := open(t)
	const n = fewMembers + 500
	sample.Crowd(t, s, "acme", n)
	for _, a := range []user.AccountID{"other", "third"} {
		sample.Crowd(t, s, a, 10)
	}
	_, err := s.pool.Exec(t.Context(), `VACUUM ANALYZE roster_users, roster_user_texts, roster_user_sets, roster_user_custom,
		roster_shared_keys, roster_unique_keys`)
	must(t, err)
	const whole = "Seq Scan on roster_user_" // of roster_users itself it can be the shortest way
	const (
		id, login, display = "roster_users_pkey", "roster_users_by_login", "roster_users_by_display"
		gram, set, shared  = "roster_user_texts_by_gram", "roster_user_sets_pkey", "roster_shared_keys_pkey"
		custom             = "roster_user_custom_pkey"
		some               = "Index" // which one, the engine's statistics say
	)
	far := user.ID(n / 2)
	deep := sample.Person(far)
	one := strconv.Itoa(n/2 + n/4)
	for _, c := range []struct {
		name, index string
		q           storage.Query
	}{
		{"all", id, storage.Query{}},
		{"all, backwards", id, storage.Query{Descending: true}},
		{"a page in the middle", id, storage.Query{After: &storage.Position{ID: far}}},
		{"by login", login, storage.Query{Order: storage.OrderByLogin}},
		{"by login, in the middle", login, storage.Query{
			Order: storage.OrderByLogin, After: &storage.Position{Key: storage.OrderByLogin.Key(deep), ID: far},
		}},
		{"by display name", display, storage.Query{Order: storage.OrderByDisplayName}},
		{"by display name, backwards", display, storage.Query{Order: storage.OrderByDisplayName, Descending: true}},
		{"three ids", id, storage.Query{IDs: []user.ID{1, far, 2}}},
		{"a login", "roster_unique_keys_pkey", storage.Query{Key: user.Key{Kind: user.KeyLogin, Value: "agent" + one}}},
		{"an e-mail", shared, storage.Query{Key: user.Key{Kind: user.KeyEmail, Value: "agent" + one + "@example.com"}}},
		{"a role that no user has", "roster_users_not_only_agent", storage.Query{Roles: user.RolesOf(user.Admin)}},
		{"disabled", "roster_users_disabled", storage.Query{Enabled: storage.No}},
		{"no user is deleted", "roster_users_deleted", storage.Query{Deleted: storage.OnlyDeleted}},
		{"no user is an API user", "roster_users_api", storage.Query{APIUser: storage.Yes}},
		{"parent accounting, which no user has", "roster_users_parent", storage.Query{ParentAccounting: storage.Yes}},
		{"an application", set, storage.Query{Applications: []user.ApplicationID{3}}},
		{"an application, by login", set, storage.Query{Applications: []user.ApplicationID{3}, Order: storage.OrderByLogin}},
		{"a skill", some, storage.Query{Skill: 7}},
		{"a skill, by login", some, storage.Query{Skill: 7, Order: storage.OrderByLogin}},
		{"two agent groups", some, storage.Query{Within: []user.Subset{{Groups: []user.GroupID{5, 6}}}}},
		{"two agent groups, of none", set, storage.Query{Within: []user.Subset{{Groups: []user.GroupID{555, 556}}}}},
		{"agents of two groups, or oneself, by login", set, storage.Query{Order: storage.OrderByLogin, Within: []user.Subset{
			{Groups: []user.GroupID{5, 6}, Without: user.RolesOf(user.Admin)}, {ID: far},
		}}},
		{"oneself", id, storage.Query{Within: []user.Subset{{ID: far}}}},
		{"a queue, of none", set, storage.Query{Queue: 5}},
		{"a custom attribute", custom, storage.Query{Custom: user.Custom{}.With("desk", user.NumberValue(7))}},
		{"a custom attribute, by login", custom, storage.Query{
			Custom: user.Custom{}.With("desk", user.NumberValue(7)), Order: storage.OrderByLogin,
		}},
		{"two custom attributes", custom, storage.Query{
			Custom: user.Custom{}.With("desk", user.NumberValue(7)).With("site", user.TextValue("Berlin")),
		}},
		{"a custom attribute of none", custom, storage.Query{HasCustom: "none"}},
		{"users without a custom attribute", custom, storage.Query{LacksCustom: "none"}},
		{"a part of a name", gram, storage.Query{Text: "Park " + one}},
		{"a part of a login", gram, storage.Query{LoginPart: "nt" + one}},
		{"a part of a display name", gram, storage.Query{DisplayPart: "im " + one}},
		{"a part that all have", some, storage.Query{Text: "Park"}},
		{"a part that no name has", gram, storage.Query{Text: "Zaphod"}},
		{"two letters", some, storage.Query{Text: "ki"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.q.Limit = 20
			x := searchFor("acme", &c.q)
			x.Behind(&c.q)
			if plan := explain(t, s, "", list(x, &c.q), x.Args...); !strings.Contains(plan, c.index) || strings.Contains(plan, whole) {
				t.Errorf("want %s in the plan:\n%s", c.index, plan)
			}
		})
	}
	// Of a page in an order that a set has no index for, only one way is gone: few users are
	// sorted, and else the order's index is read.
	for _, c := range []struct {
		skill user.SkillID
		few   bool
	}{{7, true}, {99, false}} { // 99 have all
		q := storage.Query{Skill: c.skill, Order: storage.OrderByLogin, Descending: true, Offset: 3, Limit: 20}
		x := searchFor("acme", &q)
		plan := explain(t, s, "(ANALYZE, COSTS OFF, TIMING OFF)", list(x, &q), x.Args...)
		_, walk, ok := strings.Cut(plan, "roster_users_by_login")
		walk, _, _ = strings.Cut(walk, "\n")
		if !ok || strings.Contains(walk, "never executed") != c.few {
			t.Errorf("skill %d:\n%s", c.skill, plan)
		}
		must(t, s.View(t.Context(), "acme", func(ctx context.Context, r storage.Reader) error {
			list, err := r.Users(ctx, q)
			if len(list) != 20 {
				t.Errorf("%d users have skill %d", len(list), c.skill)
			}
			return err
		}))
	}
}

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
