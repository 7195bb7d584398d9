// Package operator runs the queries of docs/schema.md on a store and compares the rows with the
// expected ones. Only the tests of the SQL stores import it.
package operator

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// Query is a query of docs/schema.md.
type Query struct {
	Title string            // "1. Which users have a role"
	sql   map[string]string // by engine; "" for both
}

// For returns the SQL of the query for an engine, "PostgreSQL" or "SQLite".
func (q Query) For(engine string) string {
	if sql, ok := q.sql[engine]; ok {
		return sql
	}
	return q.sql[""]
}

// Read returns the numbered SQL queries of the documentation page at path, in their order. A query
// begins at a line with "### " and a digit. The text after "### " is the title of the query. The
// "sql" code blocks after the line are its SQL. If the first line of a block is "-- " and the name
// of an engine, the block is for that engine only. If two blocks are for the same engine, the later
// one counts. Read fails the test if it cannot read the page.
func Read(tb testing.TB, path string) []Query {
	tb.Helper()
	page, err := os.ReadFile(path)
	if err != nil {
		tb.Fatal(err)
	}
	var list []Query
	var block []string
	inside := false
	for line := range strings.Lines(string(page)) {
		switch line = strings.TrimRight(line, "\n"); {
		case strings.HasPrefix(line, "### ") && len(line) > 4 && line[4] >= '0' && line[4] <= '9':
			list = append(list, Query{line[4:], make(map[string]string)})
		case line == "```sql" && len(list) > 0:
			inside, block = true, nil
		case line == "```" && inside:
			inside = false
			text := strings.Join(block, "\n")
			first, _, _ := strings.Cut(text, "\n")
			engine, named := strings.CutPrefix(first, "-- ")
			if !named {
				engine = ""
			}
			list[len(list)-1].sql[engine] = text
		case inside:
			block = append(block, line)
		}
	}
	return list
}

var times = regexp.MustCompile(`\d{4}-\d\d-\d\d[ T][0-9:.]+(Z|[+-]\d\d)`)

// Run tests the queries of a documentation page on a storage that the function Fill has filled.
// Each query is a subtest. The parameter page is the path of the page, and engine is "PostgreSQL"
// or "SQLite". The function ask runs a query and returns its rows, with each value as text and NULL
// as "". Run fails the test if it cannot read the page, if the page does not have the expected
// number of queries, if a query fails, or if its rows are not the expected ones. Times are not
// compared.
func Run(t *testing.T, page, engine string, ask func(sql string) ([][]string, error)) {
	list := Read(t, page)
	if len(list) != len(answers) {
		t.Errorf("the page has %d queries, and %d answers are known", len(list), len(answers))
	}
	for _, q := range list {
		t.Run(q.Title, func(t *testing.T) {
			rows, err := ask(q.For(engine))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, row := range rows {
				line := times.ReplaceAllString(strings.Join(row, " | "), "TIME")
				got = append(got, strings.ReplaceAll(line, `", "`, `","`)) // engines differ in the spaces of JSON
			}
			number, _, _ := strings.Cut(q.Title, ".")
			if want := answers[number]; strings.Join(got, "\n") != strings.Join(want, "\n") {
				t.Errorf("got\n\t%s\nwant\n\t%s", strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
			}
		})
	}
}
