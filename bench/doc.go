// Package bench compares roster with what a host would otherwise use: casbin and cedar-go for
// permission; regular expressions and validator for values; plain go-memdb rows, maps behind a
// mutex and SQLite in memory for users and money. All sides do the same work on the same data, and
// tests compare their results. They take turns in one run, so a busy machine slows all of them.
//
//	go test -bench=. ./bench            # each figure
//	go run ./bench/bars                 # all bars, with those of packages permission and validate
//	go run ./bench/peers                # docs/performance.md: all peers
//
// Package ledger does the same for money on PostgreSQL, and module opa for Open Policy Agent.
//
// One operation of a benchmark is a round, in which each side works for about two milliseconds, or
// once if that takes longer. Figures are medians over the rounds.
//
// It is a module of its own because its peers must not be in the core's go.mod.
package bench
