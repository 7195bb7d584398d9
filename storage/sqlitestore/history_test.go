package sqlitestore

import (
	"strings"
	"testing"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/sqlread"
)

// TestHistoryQueriesUseIndexes shows for each filter which index a page is read from, in both
// orders, and that no page of one user, actor or type is sorted.
func TestHistoryQueriesUseIndexes(t *testing.T) {
	s := open(t)
	check := func(name, query string, args []any, sorts bool, steps ...string) {
		t.Helper()
		plan := planOf(t, s, query, args...)
		for _, step := range steps {
			if !strings.Contains(plan, step) {
				t.Errorf("%s: the plan has no %q:\n%s\n%s", name, step, query, plan)
			}
		}
		if strings.Contains(plan, sorting) && !sorts {
			t.Errorf("%s: the plan sorts:\n%s\n%s", name, query, plan)
		}
		for line := range strings.Lines(plan) {
			if strings.HasPrefix(line, "SCAN roster_") || strings.HasPrefix(line, "SCAN t") || strings.HasPrefix(line, "SCAN p") {
				t.Errorf("%s: a whole table is read: %s", name, line)
			}
		}
	}
	types := func(list ...storage.ChangeType) []storage.ChangeType { return list }
	place := func(newest bool) string {
		if newest {
			return " AND (revision,position)<(?,?))"
		}
		return " AND (revision,position)>(?,?))"
	}
	for name, c := range map[string]struct {
		q     storage.ChangeQuery
		step  string
		sorts bool
	}{
		"all":                 {storage.ChangeQuery{}, "PRIMARY KEY (account=?", false},
		"of a user":           {storage.ChangeQuery{UserID: 7}, "roster_changes_of_user (account=? AND user_id=?", false},
		"of a user, by types": {storage.ChangeQuery{UserID: 7, Types: types(storage.UserUpdated)}, "roster_changes_of_user (account=? AND user_id=?", false},
		"of an actor":         {storage.ChangeQuery{Actor: 7}, "roster_changes_of_actor (account=? AND actor=?", false},
		"of a type":           {storage.ChangeQuery{Types: types(storage.UserErased)}, "roster_changes_of_type (account=? AND type=?", false},
		"of transfers":        {storage.ChangeQuery{Types: types(storage.MoneyTransferred)}, "PRIMARY KEY (account=?", false},
		"of two types":        {storage.ChangeQuery{Types: types(storage.UserUpdated, storage.UserErased)}, "roster_changes_of_type (account=? AND type=?", true},
	} {
		for _, c.q.Newest = range []bool{false, true} {
			c.q.After, c.q.Limit = storage.ChangeID{Revision: 9}, 20
			query, args := sqlread.ChangesQuery(sqlread.SQLite, "acme", &c.q)
			check(name, query, args, c.sorts, c.step+place(c.q.Newest))
		}
	}
	kinds := func(list ...balance.Kind) []balance.Kind { return list }
	for name, c := range map[string]struct {
		q     storage.TransferQuery
		steps []string
		sorts bool
	}{
		"all transfers": {storage.TransferQuery{}, []string{"SEARCH f USING PRIMARY KEY (account=? AND transfer"}, false},
		"transfers of a user": {storage.TransferQuery{UserID: 7}, []string{
			"roster_postings_by_payer (account=? AND payer=? AND transfer", "roster_postings_by_payee (account=? AND payee=? AND transfer",
		}, true},
		"of a rare kind": {storage.TransferQuery{Kinds: kinds(balance.Reversing)}, []string{"roster_postings_by_kind (account=? AND kind=? AND transfer"}, true},
		"of the common kind": {storage.TransferQuery{Kinds: kinds(balance.Transferring)},
			[]string{"SEARCH f USING PRIMARY KEY (account=? AND transfer"}, false},
	} {
		for _, c.q.Newest = range []bool{false, true} {
			c.q.After, c.q.Limit = 9, 20
			query, args := sqlread.TransfersQuery(sqlread.SQLite, "acme", &c.q)
			check(name, query, args, c.sorts, c.steps...)
		}
	}
}
