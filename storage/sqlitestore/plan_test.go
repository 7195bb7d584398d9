package sqlitestore

import (
	"strings"
	"testing"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/enginetest"
	"github.com/ca74b63c/roster/storage/internal/sample"
	"github.com/ca74b63c/roster/storage/internal/sqlread"
	"github.com/ca74b63c/roster/storage/internal/sqlwrite"
	"github.com/ca74b63c/roster/user"
)

// planOf returns SQLite's plan for a statement, a line for each step.
func planOf(t *testing.T, s *Store, query string, args ...any) string {
	t.Helper()
	var lines []string
	must(t, s.writer.query(t.Context(), "EXPLAIN QUERY PLAN "+query, func(v row) (bool, error) {
		lines = append(lines, v.text(3))
		return true, nil
	}, args...))
	return strings.Join(lines, "\n")
}

const (
	byID      = "SEARCH u USING PRIMARY KEY (account=?"
	byMember  = "SEARCH m USING PRIMARY KEY (account=? AND name=? AND value=?"
	byName    = "SEARCH m USING PRIMARY KEY (account=? AND name=?)"
	byLogin   = "SEARCH u USING INDEX roster_users_by_login (account=?"
	byDisplay = "SEARCH u USING INDEX roster_users_by_display (account=?"
	byFacet   = "SEARCH u USING COVERING INDEX roster_users_by_facet (account=?"
	byGram    = "SCAN roster_user_grams VIRTUAL TABLE INDEX 0:M1"
	byText    = "SEARCH x USING PRIMARY KEY (account=?"
	byEmail   = "SEARCH k USING PRIMARY KEY (account=? AND kind=? AND value=?)"
	byUnion   = "CO-ROUTINE k\nCOMPOUND QUERY\nLEFT-MOST SUBQUERY\n" + byMember
	byValue   = "CO-ROUTINE k\nSCAN j VIRTUAL TABLE INDEX 1:"
	sorting   = "USE TEMP B-TREE FOR ORDER BY"
)

// TestQueriesUseIndexes shows for each way to ask which index is read first, and that pages are
// sorted only where few users are left. No step of any plan reads a whole table.
func TestQueriesUseIndexes(t *testing.T) {
	s := open(t)
	sample.Crowd(t, s, "acme", 2500)
	after := &storage.Position{Key: "agent3", ID: 3}
	for name, c := range map[string]struct {
		q           storage.Query
		page, total string // how the plan begins
		sorts       bool
	}{
		"all":                         {storage.Query{}, byID, byFacet, false},
		"all, next page":              {storage.Query{After: &storage.Position{ID: 3}}, byID + " AND id>?)", byFacet, false},
		"by login":                    {storage.Query{Order: storage.OrderByLogin, After: after}, byLogin + " AND (login_key,id)>(?,?))", byFacet, false},
		"by display name, backwards":  {storage.Query{Order: storage.OrderByDisplayName, Descending: true}, byDisplay, byFacet, false},
		"one application":             {storage.Query{Applications: []user.ApplicationID{3}}, byMember, byMember, false},
		"a rare application by login": {storage.Query{Applications: []user.ApplicationID{3}, Order: storage.OrderByLogin}, byMember, byMember, true},
		"a common skill by login":     {storage.Query{Skill: 99, Order: storage.OrderByLogin}, byLogin, byMember, false},
		"a common status":             {storage.Query{Enabled: storage.Yes}, byID, byFacet, false},
		"a rare status":               {storage.Query{Statuses: []user.Status{user.DND}}, byFacet, byFacet, true},
		"agents of two groups, or oneself": {
			storage.Query{Within: []user.Subset{{Groups: []user.GroupID{3, 5}, Without: user.RolesOf(user.Admin)}, {ID: 9}}},
			byUnion, byUnion, true,
		},
		"oneself, by login":    {storage.Query{Within: []user.Subset{{ID: 9}}, Order: storage.OrderByLogin}, byValue, byValue, true},
		"users without a role": {storage.Query{Within: []user.Subset{{Without: user.RolesOf(user.Admin)}}}, byID, byFacet, false},
		"a custom attribute, by login": {
			storage.Query{Custom: user.Custom{}.With("desk", user.NumberValue(7)), Order: storage.OrderByLogin}, byMember, byMember, true,
		},
		"two custom attributes": {
			storage.Query{Custom: user.Custom{}.With("desk", user.NumberValue(7)).With("site", user.TextValue("Berlin"))},
			byMember, byMember, false,
		},
		"a common custom attribute, by login": {
			storage.Query{Custom: user.Custom{}.With("site", user.TextValue("Berlin")), Order: storage.OrderByLogin}, byLogin, byMember, false,
		},
		"a custom attribute of any value":  {storage.Query{HasCustom: "desk"}, byID, byName, false},
		"a custom attribute of none":       {storage.Query{HasCustom: "none"}, byName, byName, true},
		"users without a custom attribute": {storage.Query{LacksCustom: "desk"}, byID, byFacet, false},
		"a rare part of a name":            {storage.Query{Text: "Park 417"}, byGram, byGram, true},
		"a common part of a name":          {storage.Query{Text: "Park"}, byText, byGram, false},
		"a common part, by login":          {storage.Query{Text: "Park", Order: storage.OrderByLogin}, byLogin, byGram, false},
		"a rare part of a login":           {storage.Query{LoginPart: "nt417"}, byGram, byGram, true},
		"a part of a display name":         {storage.Query{DisplayPart: "im 417"}, byGram, byGram, true},
		"a part of two letters":            {storage.Query{Text: "ki"}, byText, byText, false},
		"an e-mail":                        {storage.Query{Key: user.Key{Kind: user.KeyEmail, Value: "agent3@example.com"}}, byEmail, byEmail, false},
		"a part that is far too long":      {storage.Query{Text: strings.Repeat("Park ", 1000)}, byGram, byGram, true},
		"a part with quotes":               {storage.Query{Text: "\"\"\" \" OR \"a"}, byGram, byGram, true},
	} {
		t.Run(name, func(t *testing.T) {
			r := &reader{asker: asker{s.writer}, account: "acme", number: 1}
			c.q.Limit = 20
			page := r.searchFor(&c.q)
			page.Behind(&c.q)
			must(t, r.choose(t.Context(), page, manyToSort, c.q.Order == storage.OrderByID))
			query := page.list(&c.q)
			plan := planOf(t, s, query, page.Args...)
			if !strings.HasPrefix(plan, c.page) {
				t.Errorf("the page begins otherwise than %q:\n%s\n%s", c.page, query, plan)
			}
			if strings.Contains(plan, sorting) != c.sorts {
				t.Errorf("the page is sorted: %t\n%s\n%s", !c.sorts, query, plan)
			}
			total := r.searchFor(&c.q)
			must(t, r.choose(t.Context(), total, manyToCount, true))
			query = total.statement("count(*)")
			counted := planOf(t, s, query, total.Args...)
			if !strings.HasPrefix(counted, c.total) {
				t.Errorf("the total begins otherwise than %q:\n%s\n%s", c.total, query, counted)
			}
			for line := range strings.Lines(plan + "\n" + counted) {
				if strings.HasPrefix(line, "SCAN ") && !strings.Contains(line, "VIRTUAL TABLE") && !strings.HasPrefix(line, "SCAN k") {
					t.Errorf("a whole table is read: %s", line)
				}
			}
		})
	}
}

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
