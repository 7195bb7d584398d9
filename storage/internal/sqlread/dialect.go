package sqlread

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/ca74b63c/roster/storage/internal/record"
)

// Dialect tells the two SQL dialects apart.
type Dialect uint8

// The dialects.
const (
	PostgreSQL Dialect = iota
	SQLite
)

// store returns the name of the store's package, which begins its errors.
func (d Dialect) store() string {
	if d == SQLite {
		return "sqlitestore"
	}
	return "pgstore"
}

// Hint returns the text that follows a table's name to make SQLite read it by an index, or the
// table itself if index is "". PostgreSQL's planner chooses by statistics and needs none.
func (d Dialect) Hint(index string) string {
	switch {
	case d == PostgreSQL:
		return ""
	case index == "":
		return " NOT INDEXED"
	}
	return " INDEXED BY " + index
}

// join returns the keyword that joins a table to the rows read before it. SQLite reads the tables
// of a CROSS JOIN in the order in which they are written.
func (d Dialect) join() string {
	if d == SQLite {
		return " CROSS JOIN " // SQLite keeps this order
	}
	return " JOIN "
}

// in returns the condition that a value is in a list. arg is the name of the argument that holds
// the list, and kind is the PostgreSQL type of its values.
func (d Dialect) in(arg, kind string) string {
	if d == SQLite {
		return " IN (SELECT value FROM json_each(" + arg + "))"
	}
	return " = ANY(" + arg + "::" + kind + "[])"
}

// rows returns a FROM item named j. Its column value has the numbers of the list arg.
func (d Dialect) rows(arg string) string {
	if d == SQLite {
		return "json_each(" + arg + ") AS j"
	}
	return "unnest(" + arg + "::bigint[]) AS j (value)"
}

// place is one of the texts of a user in which a part of a name is searched.
type place uint8

const (
	inAnyText place = iota
	inLogin         // the first text
	inDisplay       // the second text
)

// holds returns the SQL condition that the text in the placeholder part occurs in a user's texts; x
// is the user's row of roster_user_texts. The parameter in selects any text, the login or the
// display name. The column folded has the texts of record.SearchText: the login first and the
// display name second, with record.Separator between texts.
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

// list returns values as one argument of a statement: the slice for PostgreSQL, a JSON array for
// SQLite.
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

// numbers returns the ids as a slice of int64, in the same order. The result is never nil.
func numbers[T ~int64](ids []T) []int64 {
	list := make([]int64, len(ids))
	for i, id := range ids {
		list[i] = int64(id)
	}
	return list
}

// Signed returns n as a column can hold it. No row has a greater number than MaxInt64, so the
// comparison with a row gives the same answer for every greater n.
func Signed[T ~uint64](n T) int64 { return int64(min(uint64(n), 1<<63-1)) }

// Row is one row of a result.
type Row = record.Row

// Question is a SELECT statement and what to do with its rows. Its arguments are named $1, $2 and
// so on.
type Question struct {
	SQL  string
	Args []any
	Row  func(Row) error // is called with each row
	// Short says that few rows are read, so there is nothing to stop when the context ends.
	Short bool
}

// Engine runs SELECT statements in one transaction.
type Engine interface {
	// Ask asks questions of one state, in one round trip if there is a network.
	Ask(ctx context.Context, questions ...Question) error
}
