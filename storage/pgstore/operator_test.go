package pgstore

import (
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/ca74b63c/roster/storage/internal/operator"
)

// TestOperatorsQueries runs the queries of docs/schema.md.
func TestOperatorsQueries(t *testing.T) {
	s := open(t)
	operator.Fill(t, s, time.Now())
	operator.Run(t, "../../docs/schema.md", "PostgreSQL", func(sql string) ([][]string, error) {
		rows, err := s.pool.Query(t.Context(), sql, pgx.QueryExecModeSimpleProtocol) // which answers in text
		if err != nil {
			return nil, err
		}
		var list [][]string
		defer rows.Close()
		for rows.Next() {
			var row []string
			for _, value := range rows.RawValues() {
				row = append(row, string(value))
			}
			list = append(list, row)
		}
		return list, rows.Err()
	})
}
