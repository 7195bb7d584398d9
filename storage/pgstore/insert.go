package pgstore

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// insert is an INSERT into one table of rows of one account. It comes in two forms. Many rows are
// arrays, one argument a column. Few rows go one by one: a statement on arrays is planned anew each
// time, because its plan depends on their length, and that costs more than some rows do. On a
// cluster many rows are a list of VALUES, because Citus reports an error of INSERT ... SELECT
// without its code.
type insert struct {
	table    string
	columns  []column // without the account
	conflict string   // what stands behind the rows
	one      string   // the statement of one row
	arrays   string   // the statement of many rows
}

// column is a column of an insert. value says what the row gets where @ is the argument; "": the
// argument itself.
type column struct{ name, kind, value string }

// The values of columns that may be NULL: the zero value stands for it, because an array of values
// costs less than one of pointers.
const (
	noText   = "nullif(@, '')"
	noNumber = "nullif(@, 0)"
	noTime   = "nullif(@, '0001-01-01 00:00:00Z'::timestamptz)" // the zero time.Time
	noJSON   = "nullif(@, '')::jsonb"
)

const (
	few      = 4
	manyRows = 256 // of one list of VALUES
)

func newInsert(table, conflict string, columns ...column) *insert {
	t := &insert{table: table, columns: columns, conflict: conflict}
	names, values, arrays := make([]string, len(columns)), make([]string, len(columns)), make([]string, len(columns))
	for i, c := range columns {
		names[i], values[i], arrays[i] = c.name, c.of("x."+c.name), fmt.Sprintf("$%d::%s[]", i+2, c.kind)
	}
	t.arrays = t.into() + " SELECT $1::text, " + strings.Join(values, ", ") + " FROM unnest(" + strings.Join(arrays, ", ") +
		") AS x (" + strings.Join(names, ", ") + ") " + conflict
	t.one = t.values(1)
	return t
}

// of returns what a row gets of an argument.
func (c column) of(argument string) string {
	if c.value == "" {
		return argument
	}
	return strings.ReplaceAll(c.value, "@", argument)
}

func (t *insert) into() string {
	names := "account"
	for _, c := range t.columns {
		names += ", " + c.name
	}
	return "INSERT INTO " + t.table + " (" + names + ")"
}

// values returns the statement of so many rows.
func (t *insert) values(rows int) string {
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
			b.WriteString(", " + c.of("$"+strconv.Itoa(n)+"::"+c.kind))
		}
		b.WriteString(")")
	}
	b.WriteString(" " + t.conflict)
	return b.String()
}

// queue adds rows to a batch. Each argument is a column: []int64, []string, []bool or []time.Time.
func (t *insert) queue(b *writes, columns ...any) {
	n := length(columns[0])
	switch {
	case n == 0:
	case n <= few:
		for i := range n {
			b.Queue(t.one, t.rows(b.account, columns, i, i+1)...)
		}
	case b.distributed:
		for i := 0; i < n; i += manyRows {
			end := min(n, i+manyRows)
			b.Queue(t.values(end-i), t.rows(b.account, columns, i, end)...)
		}
	default:
		b.Queue(t.arrays, append([]any{b.account}, columns...)...)
	}
}

// rows returns the arguments of the rows from first to end.
func (t *insert) rows(account string, columns []any, first, end int) []any {
	args := make([]any, 0, 1+(end-first)*len(columns))
	args = append(args, account)
	for i := first; i < end; i++ {
		for _, c := range columns {
			args = append(args, at(c, i))
		}
	}
	return args
}

func length(column any) int {
	switch c := column.(type) {
	case []int64:
		return len(c)
	case []string:
		return len(c)
	case []bool:
		return len(c)
	case []time.Time:
		return len(c)
	}
	return 0
}

func at(column any, i int) any {
	switch c := column.(type) {
	case []int64:
		return c[i]
	case []string:
		return c[i]
	case []bool:
		return c[i]
	case []time.Time:
		return c[i]
	}
	return nil
}

// writes are the statements that write to one account.
type writes struct {
	pgx.Batch
	account     string
	distributed bool
}

func (s *Store) writes(account string) *writes {
	return &writes{account: account, distributed: s.opt.distributed}
}

// collect returns one column of rows.
func collect[R, V any](rows []R, value func(*R) V) []V {
	values := make([]V, len(rows))
	for i := range rows {
		values[i] = value(&rows[i])
	}
	return values
}
