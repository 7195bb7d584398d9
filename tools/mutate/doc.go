// Mutate asks whether the tests would notice if a rule were another one. It makes thousands of small changes (mutants)
// to the packages whose rules are pure, and runs each package's own tests on each: a mutant that fails no test has
// survived, and is either a gap in the tests or no change of meaning.
//
//	mutate                               all packages, all mutants: make mutate
//	mutate -sample 100                   a hundred of each package, others each time: CI does this
//	mutate -sample 100 -seed 7           the same again
//	mutate -only '^match_' ./validate    those of some files, or of one function: -only 'Patch.Apply'
//	mutate -builds -1 ./permission       also the constants that take a build each, of which 24 are tried otherwise
//	mutate -listed ./user                those that the list says survive
//	mutate -list ./user                  what would be tried, without trying it
//	mutate -update                       rewrite the list of survivors, keeping the reasons that it gives
//
// The list of survivors (docs/mutants.md) says of each why it may live. The program fails if one survives that is not
// on the list, if the list gives no reason, if what it names is no longer there or does no longer survive, or if less
// than -min per cent are killed. A sample is drawn from what is not on the list, and fails by the share alone; what
// survives is named, for somebody to look at.
//
// # How
//
// Nothing is written into the checkout: the changed sources reach the compiler by go test -overlay. All mutants of a
// package are compiled into one test binary: beside each function stand its mutants, and an environment variable says
// which of them the function hands its call to. So a mutant costs one run of the tests instead of a build as well. A
// constant's value cannot be chosen at run time: for each of its mutants a binary is built. What does not compile is no
// mutant.
//
// The tests that are slow on the unchanged package run last, on what all others let live. A run that takes more
// processor time than limit times what the unchanged package takes, or far more memory, has hung, which kills the
// mutant as a failure does. Processor time and not the clock, so that a busy machine kills none.
//
// # What it does not do
//
// It changes no text constants: error messages are not rules. It makes one change at a time. It does not look at
// goroutines, of which the pure packages have none.
package main
