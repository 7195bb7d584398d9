package sqlitestore

import (
	"fmt"
	"testing"
	"time"

	"github.com/ca74b63c/roster/storage/internal/operator"
)

// TestOperatorsQueries runs the queries of docs/schema.md.
func TestOperatorsQueries(t *testing.T) {
	s := open(t)
	operator.Fill(t, s, time.Now())
	operator.Run(t, "../../docs/schema.md", "SQLite", func(sql string) (list [][]string, err error) {
		err = s.writer.query(t.Context(), sql, func(v row) (bool, error) {
			var texts []string
			for _, value := range v {
				if value == nil {
					value = ""
				}
				texts = append(texts, fmt.Sprint(value))
			}
			list = append(list, texts)
			return true, nil
		})
		return list, err
	})
}
