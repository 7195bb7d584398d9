package engine

import (
	"flag"
	"os"
	"strconv"
	"testing"
)

// Sequences returns the number of random sequences that a test runs: the greater of n and all/per,
// where all is the value of the environment variable ROSTER_SEQUENCES. Without the variable, the
// number is n. If the value is not a positive whole number, Sequences fails the test.
func Sequences(t *testing.T, n, per int) int {
	t.Helper()
	s := os.Getenv("ROSTER_SEQUENCES")
	if s == "" {
		return n
	}
	all, err := strconv.Atoi(s)
	if err != nil || all < 1 {
		t.Fatalf("ROSTER_SEQUENCES=%q is no number of sequences", s)
	}
	return max(n, all/per)
}

// Flag sets the flag with the given name to value, and restores the old value at the end of the
// test. If the value is not valid, Flag fails the test. It panics if the test program has no such
// flag.
func Flag(t *testing.T, name, value string) {
	t.Helper()
	before := flag.Lookup(name).Value.String()
	must(t, flag.Set(name, value))
	t.Cleanup(func() { _ = flag.Set(name, before) })
}
