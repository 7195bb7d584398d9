package pgstore

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// writes are the statements that write to one account.
type writes struct {
	pgx.Batch
	account     string
	distributed bool
}

func (s *Store) writes(account string) *writes {
	return &writes{account: account, distributed: s.opt.distributed}
}

// table is a table that groups write to. An INSERT comes in two forms. Many rows are arrays, one
// argument a column. Few rows go one by one, because a statement on arrays is planned anew each
// time. On a cluster many rows are a list of VALUES, because Citus reports an error of INSERT ...
// SELECT without its code.
type table struct {
	name     string
	columns  []column // without the account
	conflict string
	one      string // the statement of one row
	arrays   string // the statement of many rows
}

// column has the kind of its argument, and the expression that makes the column's value of @, the
// argument.
type column struct{ name, argument, value string }

// kinds are those of columns by their names in newTable: the kind of the argument and the
// expression. Behind "?" the zero value stands for NULL, because an array of values costs less than
// one of pointers.
var kinds = map[string][2]string{
	"bigint":       {"bigint", "@"},
	"text":         {"text", "@"},
	"boolean":      {"boolean", "@"},
	"names":        {"text", "string_to_array(@, ',')"}, // an array of arrays would have to be as wide in each row
	"jsonb":        {"text", "@::jsonb"},
	"bigint?":      {"bigint", "nullif(@, 0)"},
	"text?":        {"text", "nullif(@, '')"},
	"boolean?":     {"text", "nullif(@, '')::boolean"},
	"timestamptz?": {"timestamptz", "nullif(@, '0001-01-01 00:00:00Z'::timestamptz)"}, // the zero time.Time
	"jsonb?":       {"text", "nullif(@, '')::jsonb"},
	"json?":        {"text", "nullif(@, '')::json"},
}

const (
	few      = 4
	manyRows = 256 // of one list of VALUES
)

// newTable returns a table. A column is its name and its kind, and commas stand between columns.
// conflict stands behind the rows of an INSERT.
func newTable(name, conflict, columns string) *table {
	t := &table{name: name, conflict: conflict}
	var values, arrays []string
	for i, text := range strings.Split(columns, ",") {
		words := strings.Fields(text)
		c := column{words[0], kinds[words[1]][0], kinds[words[1]][1]}
		t.columns = append(t.columns, c)
		values = append(values, c.of("x."+c.name))
		arrays = append(arrays, fmt.Sprintf("$%d::%s[]", i+2, c.argument))
	}
	t.arrays = t.into() + " SELECT $1::text, " + strings.Join(values, ", ") + " FROM unnest(" + strings.Join(arrays, ", ") +
		") AS x (" + t.names(len(t.columns)) + ") " + conflict
	t.one = t.values(1)
	return t
}

// upsert returns the text behind the rows of an INSERT that replaces a row with the same key.
func upsert(key string, columns ...string) string {
	set := make([]string, len(columns))
	for i, c := range columns {
		set[i] = c + " = excluded." + c
	}
	return "ON CONFLICT (account, " + key + ") DO UPDATE SET " + strings.Join(set, ", ")
}

func (c column) of(argument string) string { return strings.ReplaceAll(c.value, "@", argument) }

// names returns the names of the first columns.
func (t *table) names(n int) string {
	names := make([]string, n)
	for i, c := range t.columns[:n] {
		names[i] = c.name
	}
	return strings.Join(names, ", ")
}

func (t *table) into() string {
	return "INSERT INTO " + t.name + " (account, " + t.names(len(t.columns)) + ")"
}

// values returns the statement of so many rows.
func (t *table) values(rows int) string {
	var b strings.Builder
	b.WriteString(t.into() + " VALUES ")
	n := 1
	for r := range rows {
		if r > 0 {
			b.WriteString(", ")
		}
		b.WriteString("($1::text")
		for _, c := range t.columns {
			n++
			b.WriteString(", " + c.of("$"+strconv.Itoa(n)+"::"+c.argument))
		}
		b.WriteString(")")
	}
	b.WriteString(" " + t.conflict)
	return b.String()
}

// insert adds the INSERT of rows to a batch. A row has a value for each column: an int64, a string,
// a bool or a time.Time.
func (t *table) insert(b *writes, rows [][]any) {
	switch {
	case len(rows) <= few:
		for _, row := range rows {
			b.Queue(t.one, append([]any{b.account}, row...)...)
		}
	case b.distributed:
		for i := 0; i < len(rows); i += manyRows {
			some, args := rows[i:min(len(rows), i+manyRows)], []any{b.account}
			for _, row := range some {
				args = append(args, row...)
			}
			b.Queue(t.values(len(some)), args...)
		}
	default:
		b.Queue(t.arrays, arrays(b.account, rows)...)
	}
}

// delete adds the DELETE of rows to a batch. A row has a value for each of the first columns.
func (t *table) delete(b *writes, rows [][]any) {
	if len(rows) == 0 {
		return
	}
	n := len(rows[0])
	sql := "DELETE FROM " + t.name + " AS t USING unnest("
	where := ") AS x (" + t.names(n) + ") WHERE t.account = $1"
	for i, c := range t.columns[:n] {
		if i > 0 {
			sql += ", "
		}
		sql += fmt.Sprintf("$%d::%s[]", i+2, c.argument)
		where += " AND t." + c.name + " = x." + c.name
	}
	b.Queue(sql+where, arrays(b.account, rows)...)
}

// arrays returns the account and an array for each column.
func arrays(account string, rows [][]any) []any {
	args := []any{account}
	for i, first := range rows[0] {
		switch first.(type) {
		case int64:
			args = append(args, array[int64](rows, i))
		case string:
			args = append(args, array[string](rows, i))
		case bool:
			args = append(args, array[bool](rows, i))
		case time.Time:
			args = append(args, array[time.Time](rows, i))
		}
	}
	return args
}

func array[V any](rows [][]any, column int) []V {
	values := make([]V, len(rows))
	for i, row := range rows {
		values[i], _ = row[column].(V)
	}
	return values
}

// rowsOf returns a row for each item.
func rowsOf[T any](items []T, row func(*T) []any) [][]any {
	rows := make([][]any, len(items))
	for i := range items {
		rows[i] = row(&items[i])
	}
	return rows
}
