// Package bench measures roster beside what a host would otherwise use: casbin and cedar-go for permission, plain
// go-memdb rows for users and money. Both sides do the same work on the same data and must give the same answers, and
// they take turns inside one run, so that what slows the machine down slows both.
//
//	go test -bench=. ./bench            # each figure
//	go run ./bench/bars                 # the table of all bars, those of the core packages included
//
// It is a module of its own because its peers must not be in the core's go.mod.
package bench
