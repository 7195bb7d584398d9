package sqlitestore

import (
	"context"
	"database/sql"
	"database/sql/driver"
)

// Tx is what InTx needs of a *sql.Tx.
type Tx interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

var _ Tx = (*sql.Tx)(nil)

// guest is an engine inside a transaction of the embedding server's.
type guest struct{ tx Tx }

// exec is never interrupted: SQLite would roll back the whole transaction, which is not ours.
func (g guest) exec(query string, args ...any) (int64, error) {
	result, err := g.tx.ExecContext(context.Background(), query, args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

func (g guest) query(_ context.Context, _ bool, query string, row rowFunc, args ...any) error {
	rows, err := g.tx.QueryContext(context.Background(), query, args...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	// Only into a plain any does Scan put what the driver gave, NULL too.
	scanned, dest, values := make([]any, len(columns)), make([]any, len(columns)), make([]driver.Value, len(columns))
	for i := range dest {
		dest[i] = &scanned[i]
	}
	for rows.Next() {
		if err := rows.Scan(dest...); err != nil {
			return err
		}
		for i, v := range scanned {
			values[i] = v
		}
		if more, err := row(values); err != nil || !more {
			return err
		}
	}
	return rows.Err()
}
