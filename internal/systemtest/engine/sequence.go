package engine

import (
	"flag"
	"os"
	"strconv"
	"testing"
)

// Sequences has rapid play n random sequences in this test. Where ROSTER_SEQUENCES is set, it is n
// for each unit of what that says, and not fewer than least.
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

// Flag gives a flag of the test's program another value while the test runs.
func Flag(t *testing.T, name, value string) {
	t.Helper()
	before := flag.Lookup(name).Value.String()
	must(t, flag.Set(name, value))
	t.Cleanup(func() { _ = flag.Set(name, before) })
}
