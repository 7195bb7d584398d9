package sqlread

import (
	"context"

	"github.com/ca74b63c/roster/storage/internal/record"
)

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
