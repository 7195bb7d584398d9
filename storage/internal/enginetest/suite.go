package enginetest

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/ca74b63c/roster/storage/storagetest"
)

// reading are the groups of cases of package storagetest that compare what a storage reads.
var reading = []string{"Query", "Order", "Count", "Page", "Search", "Text", "Number", "History", "Statement", "Copy"}

// Variant runs the suite of package storagetest on a storage that differs from a tested one only in
// how it begins and ends its transactions. It leaves out the cases that compare what is read,
// because both storages read by the same statements. If the environment variable ROSTER_SUITE is
// "all", it runs these cases too. It never runs the cases in except.
func Variant(t *testing.T, open storagetest.Open, except ...string) {
	t.Helper()
	all := os.Getenv("ROSTER_SUITE") == "all"
	suite(t, open, func(group, name string) bool {
		return !slices.Contains(except, name) && (all || !slices.Contains(reading, group))
	})
}

// Updates runs the group Update of package storagetest. If the environment variable ROSTER_SUITE is
// "all", it runs every case.
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

// suite runs the cases that wanted holds for. It fails the test if there is none.
func suite(t *testing.T, open storagetest.Open, wanted func(group, name string) bool) {
	t.Helper()
	ran := 0
	for _, c := range storagetest.Cases() {
		if group, _, _ := strings.Cut(c.Name, "/"); wanted(group, c.Name) {
			ran++
			t.Run(c.Name, func(t *testing.T) {
				t.Cleanup(func() {
					if t.Failed() {
						t.Logf("The rule: %s", c.Rule)
					}
				})
				c.Test(t, open)
			})
		}
	}
	if ran == 0 {
		t.Error("the suite has no such case")
	}
}
