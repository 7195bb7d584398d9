package engine

import (
	"flag"
	"os"
	"strconv"
	"testing"
)

// Sequences sets the number of random sequences that rapid runs in this test: n. If
// ROSTER_SEQUENCES is set to all, the number is all × n / unit, but at least least.
func Sequences(t *testing.T, n, unit, least int) {
	t.Helper()
	if s := os.Getenv("ROSTER_SEQUENCES"); s != "" {
		all, err := strconv.Atoi(s)
		if err != nil || all < 1 {
			t.Fatalf("ROSTER_SEQUENCES=%q is no number of sequences", s)
		}
		n = max(least, int(int64(all)*int64(n)/int64(unit)))
	}
	Flag(t, "rapid.checks", strconv.Itoa(n))
	Flag(t, "rapid.nofailfile", "true")
}

// Flag sets a flag of the test program until the test ends.
func Flag(t *testing.T, name, value string) {
	t.Helper()
	before := flag.Lookup(name).Value.String()
	must(t, flag.Set(name, value))
	t.Cleanup(func() { _ = flag.Set(name, before) })
}
