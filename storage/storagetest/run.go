package storagetest

import (
	"slices"
	"testing"

	"github.com/ca74b63c/roster/storage"
)

// Open returns a new, empty storage. The suite closes the storage. Open must release everything
// else that it makes, such as a directory, with t.Cleanup. It calls t.Fatal if it cannot open a
// storage.
type Open func(t testing.TB) storage.Storage

// Case is one rule of the contract with its test. A test that leaves cases out calls the Test of
// the others.
type Case struct {
	Name string // "User/Invalid"
	Rule string // what the contract demands, in a sentence; Test prints it when it breaks
	Test func(t testing.TB, open Open)
}

// rule is a case before it has a storage.
type rule struct {
	name, rule string
	test       func(h *harness)
}

// Cases returns the cases of the suite in the order in which Run runs them. Each case tests one
// rule of the contract in package storage. The caller may change the slice.
func Cases() []Case {
	var list []Case
	for _, r := range slices.Concat(
		viewRules, updateRules, contextRules, accountRules, userRules, keyRules, queryRules, pageRules, secretRules,
		referenceRules, sequenceRules, transferRules, postRules, statementRules, deletionRules, historyRules, loadRules,
		deliveryRules, letterRules, scrubRules, copyRules, waitRules, concurrencyRules,
	) {
		list = append(list, Case{r.name, r.rule, func(t testing.TB, open Open) {
			t.Helper()
			defer func() {
				if t.Failed() {
					t.Logf("The rule: %s", r.rule)
				}
			}()
			r.test(start(t, open))
		}})
	}
	return list
}

// Run runs each case of Cases as a subtest, on a new storage that open returns. If a case fails, it
// prints the rule that it tests.
func Run(t *testing.T, open Open) {
	t.Helper()
	for _, c := range Cases() {
		t.Run(c.Name, func(t *testing.T) { c.Test(t, open) })
	}
}
