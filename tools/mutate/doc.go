// Mutate tests the tests. It makes thousands of small changes (mutants) to the packages with pure
// rules, and runs each package's own tests on each mutant. If no test fails, the mutant survives.
// Then either a test is missing, or the change does not change the meaning.
//
//	mutate                               all packages, all mutants: make mutate
//	mutate -sample 100                   a hundred of each package, others each time: CI does this
//	mutate -sample 100 -seed 7           the same sample again
//	mutate -only '^match_' ./validate    those of some files, or of one function: -only 'Patch.Apply'
//	mutate -list ./user                  print the mutants without trying them
//
// The list of survivors, survivors.txt, names the mutants that are not tried, because no test can
// kill them or because none need. The program prints every other survivor, and fails if there is
// one. With -sample it fails if fewer than -min percent of the mutants of a package are killed.
//
// # How it works
//
// Nothing is written into the checkout: go test -overlay passes the changed sources to the
// compiler. All mutants of a package are in one test binary. Each function calls one of its mutants
// if an environment variable selects it. So a mutant costs one run of the tests and no build. A
// change that does not compile is no mutant.
//
// Tests that are slow on the unchanged package run last, on the mutants that the others did not
// kill. A run is killed if it takes more than limit times the processor time of the unchanged
// package, or far more memory; this counts as a failure of the tests. It measures processor time
// and not elapsed time, so that a busy machine kills no mutant.
//
// # What it does not do
//
// It changes no texts, because error messages are not rules, and no declared constants. It makes
// one change at a time. It does not consider goroutines, which the pure packages do not use.
package main
