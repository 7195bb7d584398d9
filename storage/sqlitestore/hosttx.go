package sqlitestore

import (
	"context"
	"database/sql"
)

// hostTx is an engine inside a transaction of the embedding server. Its statements are never
// interrupted, because SQLite would roll back the whole transaction.
type hostTx struct{ tx *sql.Tx }

func (h hostTx) exec(query string, args ...any) (int64, error) {
	result, err := h.tx.ExecContext(context.Background(), query, args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

func (h hostTx) query(_ context.Context, query string, each rowFunc, args ...any) error {
	rows, err := h.tx.QueryContext(context.Background(), query, args...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	values, dest := make(row, len(columns)), make([]any, len(columns))
	for i := range dest {
		dest[i] = (*any)(&values[i])
	}
	for rows.Next() {
		if err := rows.Scan(dest...); err != nil {
			return err
		}
		if more, err := each(values); err != nil || !more {
			return err
		}
	}
	return rows.Err()
}
