package sqlread

import "context"

// Row is one row of a result. A destination for a column that can be NULL is a pointer to a
// pointer, or a *[]byte.
type Row interface{ Scan(dest ...any) error }

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
