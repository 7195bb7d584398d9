package engine

import (
	"flag"
	"os"
	"strconv"
	"testing"
)

// Sequences sets the number of random sequences that rapid runs in this test to n. If the
// environment variable ROSTER_SEQUENCES is not empty, the number is its value divided by the
// parameter per, but at least n. If the value is not a positive whole number, Sequences fails the
// test. Sequences also forbids rapid to write files for failed sequences. The flags are restored at
// the end of the test.
func Sequences(t *testing.T, n, per int) {
	t.Helper()
	if s := os.Getenv("ROSTER_SEQUENCES"); s != "" {
		all, err := strconv.Atoi(s)
		if err != nil || all < 1 {
			t.Fatalf("ROSTER_SEQUENCES=%q is no number of sequences", s)
		}
		n = max(n, all/per)
	}
	Flag(t, "rapid.checks", strconv.Itoa(n))
	Flag(t, "rapid.nofailfile", "true")
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
