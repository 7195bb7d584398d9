// Package bench measures roster beside what a host would otherwise use: casbin and cedar-go for permission, regular
// expressions and validator for values, plain go-memdb rows, maps behind a mutex and SQLite in memory for users and money.
// The sides do the same work on the same data and must come to the same, and they take turns inside one run, so that what
// slows the machine down slows all of them.
//
//	go test -bench=. ./bench            # each figure
//	go run ./bench/bars                 # the table of all bars, those of the core packages included
//	go run ./bench/peers                # docs/performance.md: all peers, with pictures
//
// Package ledger beside it does the same for money on PostgreSQL, module opa for Open Policy Agent.
//
// One operation of a benchmark is a round in which each side works for about two milliseconds (or once, if that takes
// longer), so the default of a second is plenty. Figures are medians over the rounds.
//
// It is a module of its own because its peers must not be in the core's go.mod.
package bench
