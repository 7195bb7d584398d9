package sqlitestore

import (
	"strings"
	"testing"

	"github.com/ca74b63c/roster/storage/internal/enginetest"
	"github.com/ca74b63c/roster/storage/internal/sqlread"
	"github.com/ca74b63c/roster/storage/internal/sqlwrite"
)

// TestHistoryQueriesUseIndexes shows for each filter which indexes a page is read from, in both
// orders, from its first row on, and that only a page that merges several lists is sorted. It does
// the same for statements of money and for what an erasure looks for.
func TestHistoryQueriesUseIndexes(t *testing.T) {
	s := open(t)
	check := func(name, query string, args []any, sorts bool, indexes ...string) {
		t.Helper()
		plan := planOf(t, s, query, args...)
		for _, index := range indexes {
			if index == enginetest.PrimaryKey {
				index = "PRIMARY KEY"
			}
			_, found, _ := strings.Cut(plan, index+" (account=?")
			found, _, _ = strings.Cut(found, "\n")
			if !strings.ContainsAny(found, "<>") {
				t.Errorf("%s: the plan does not read %q from a place on:\n%s\n%s", name, index, query, plan)
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
	enginetest.HistoryPlans(sqlread.SQLite, check)
	plan := planOf(t, s, sqlwrite.Scrubs(sqlread.SQLite)[0], "acme", int64(7))
	if !strings.Contains(plan, "roster_changes_of_user (account=? AND user_id=?)") || strings.Contains(plan, sorting) {
		t.Errorf("what to scrub: %s", plan)
	}
}
