package enginetest

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/ca74b63c/roster/storage/storagetest"
)

// reading are the groups of cases of package storagetest that compare what a storage reads, and
// writing those that read back what one method wrote.
var (
	reading = []string{"Query", "Order", "Page", "Search", "Number", "History", "Statement", "Copy"}
	writing = []string{"User", "Transfer", "Change", "Reference", "Secret", "DeadLetter", "Scrub"}
)

// All runs every case of package storagetest, several at the same time.
func All(t *testing.T, open storagetest.Open) {
	t.Helper()
	suite(t, open, func(string, string) bool { return true })
}

// Variant runs the cases of package storagetest for a storage that differs from a fully tested one
// only in how transactions begin and end. It leaves out the groups of reads and writes; with
// CI=true only the groups of reads; with ROSTER_SUITE=all no group. It always leaves out the cases
// in except.
func Variant(t *testing.T, open storagetest.Open, except ...string) {
	t.Helper()
	left := append(slices.Clone(reading), writing...)
	switch {
	case os.Getenv("ROSTER_SUITE") == "all":
		left = nil
	case os.Getenv("CI") == "true":
		left = reading
	}
	suite(t, open, func(group, name string) bool {
		return !slices.Contains(except, name) && !slices.Contains(left, group)
	})
}

// Updates runs the group Update of package storagetest as subtests. With ROSTER_SUITE=all it runs
// every case.
func Updates(t *testing.T, open storagetest.Open) {
	t.Helper()
	all := os.Getenv("ROSTER_SUITE") == "all"
	suite(t, open, func(group, _ string) bool { return all || group == "Update" })
}

// Cases runs one case of package storagetest, or a group of them such as "Wait".
func Cases(t *testing.T, name string, open storagetest.Open) {
	t.Helper()
	suite(t, open, func(group, full string) bool { return name == group || name == full })
}

// suite runs the cases of package storagetest for which wanted returns true, each as a parallel
// subtest. wanted receives the group and the full name of a case. open must return storages that
// share no data. suite fails the test if no case is wanted.
func suite(t *testing.T, open storagetest.Open, wanted func(group, name string) bool) {
	t.Helper()
	ran := 0
	for _, c := range storagetest.Cases() {
		if group, _, _ := strings.Cut(c.Name, "/"); wanted(group, c.Name) {
			ran++
			t.Run(c.Name, func(t *testing.T) {
				t.Parallel()
				c.Test(t, open)
			})
		}
	}
	if ran == 0 {
		t.Error("the suite has no such case")
	}
}
