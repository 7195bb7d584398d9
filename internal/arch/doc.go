// Package arch holds the rules of the module's own source, as tests: which package may import
// which, which modules a program that imports one of them links, and what no file may do. It has
// no code to import.
//
// A package that the table in table_test.go does not name fails the test, so a new one starts with
// a decision: add its line, say there what it is for, and run
//
//	go test ./internal/arch -update
//
// to rewrite testdata/modules.golden, whose difference a reviewer reads as the list of what
// everybody now has to trust.
package arch
