// Package bench measures roster beside what a host would otherwise use: casbin and cedar-go for permission, plain
// go-memdb rows for users and money. Both sides do the same work on the same data and must give the same answers, and
// they take turns inside one run, so that what slows the machine down slows both.
//
//	go test -bench=. ./bench            # each figure
//	go run ./bench/bars                 # the table of all bars, those of the core packages included
//
// One operation of a benchmark is a round in which each side works for about two milliseconds (or once, if that takes
// longer), so the default of a second is plenty. Figures are medians over the rounds.
//
// It is a module of its own because its peers must not be in the core's go.mod.
package bench
