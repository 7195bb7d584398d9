package sqlread

import (
	"encoding/json"
	"fmt"

	"github.com/ca74b63c/roster/storage/internal/record"
)

// Dialect is the SQL of an engine.
type Dialect uint8

// The dialects.
const (
	PostgreSQL Dialect = iota
	SQLite
)

// store returns the name of the package that has the store, for errors.
func (d Dialect) store() string {
	if d == SQLite {
		return "sqlitestore"
	}
	return "pgstore"
}

// Hint returns what stands behind a table so that an index of it is read, "" for the table itself.
// The planner of PostgreSQL has statistics and takes no hints.
func (d Dialect) Hint(index string) string {
	switch {
	case d == PostgreSQL:
		return ""
	case index == "":
		return " NOT INDEXED"
	}
	return " INDEXED BY " + index
}

// join returns what joins a table to rows that are read before it.
func (d Dialect) join() string {
	if d == SQLite {
		return " CROSS JOIN " // SQLite keeps this order
	}
	return " JOIN "
}

// in returns the condition that a value is in a list. arg is the name of the argument that List
// returned, kind the type of the list's values.
func (d Dialect) in(arg, kind string) string {
	if d == SQLite {
		return " IN (SELECT value FROM json_each(" + arg + "))"
	}
	return " = ANY(" + arg + "::" + kind + "[])"
}

// rows returns a table j whose column value has the numbers of a list.
func (d Dialect) rows(arg string) string {
	if d == SQLite {
		return "json_each(" + arg + ") AS j"
	}
	return "unnest(" + arg + "::bigint[]) AS j (value)"
}

// place says where in a user's texts a part is looked for.
type place uint8

const (
	inAnyText place = iota
	inLogin         // the first text
	inDisplay       // the second text
)

// holds returns the condition on x, a row of roster_user_texts, that a part is in a place.
func (d Dialect) holds(in place, part string) string {
	const separator = "'" + record.Separator + "'"
	if d == PostgreSQL {
		text := "x.folded"
		if in != inAnyText {
			text = fmt.Sprintf("split_part(x.folded, %s, %d)", separator, in)
		}
		return "position(" + part + "::text IN " + text + ") > 0"
	}
	text := "x.folded"
	switch in {
	case inAnyText:
		return "instr(x.folded, " + part + ") > 0"
	case inDisplay:
		text = "substr(x.folded, instr(x.folded, " + separator + ") + 1)"
	}
	return "instr(" + text + ", " + part + ") BETWEEN 1 AND instr(" + text + ", " + separator + ") - 1"
}

// list returns a list as one argument.
func list[T int64 | string](d Dialect, values []T) any {
	if d == PostgreSQL {
		return values
	}
	b, err := json.Marshal(values)
	if err != nil || len(values) == 0 {
		return "[]"
	}
	return string(b)
}

// numbers returns ids as the engine has them.
func numbers[T ~int64](ids []T) []int64 {
	list := make([]int64, len(ids))
	for i, id := range ids {
		list[i] = int64(id)
	}
	return list
}

// Signed returns a number as a column can have it. What is beyond that is beyond every row too.
func Signed[T ~uint64](n T) int64 { return int64(min(uint64(n), 1<<63-1)) }
