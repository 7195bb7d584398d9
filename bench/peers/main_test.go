package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ca74b63c/roster/bench/internal/gobench"
)

// A ratio above 1 means that roster is faster, for times and for rates.
func TestTable(t *testing.T) {
	r := report{results: gobench.Parse(`
BenchmarkPermission/allowed-2 10 140 casbin-ns 20 roster-ns 0 ns/op
BenchmarkOPA/allowed-2 10 30000 opa-ns 25 roster-ns
BenchmarkLedger/clients=8-2 3 2000 roster/s 1000 pgbench/s 4000 pgx/s
`)}
	for _, tt := range []struct{ pattern, suffix, want string }{
		{"((?:Permission|OPA)/.*)", "-ns", `
|  | roster | casbin | opa |
|---|--:|--:|--:|
| Permission/allowed | 20 ns | **7×** 140 ns |  |
| OPA/allowed | 25 ns |  | **1200×** 30 µs |
`},
		{"Ledger/(.*)", "/s", `
|  | roster | pgbench | pgx |
|---|--:|--:|--:|
| clients=8 | 2000/s | **2×** 1000/s | **0.5×** 4000/s |
`},
	} {
		if diff := cmp.Diff(strings.TrimPrefix(tt.want, "\n"), r.Table(tt.pattern, tt.suffix)); diff != "" {
			t.Error(diff)
		}
	}
	if _, err := r.document(); err != nil {
		t.Error(err)
	}
}
