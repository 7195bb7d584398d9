package storagetest

import (
	"slices"
	"strings"
	"testing"

	"github.com/ca74b63c/roster/storage"
)

// Open returns a new, empty storage. The suite closes the storage. Open must release everything
// else that it makes, such as a directory, with t.Cleanup. It calls t.Fatal if it cannot open a
// storage.
type Open func(t testing.TB) storage.Storage

// Case is one rule of the contract with its test.
type Case struct {
	Name string // "User/NotFound"; stable, so that Skip can name it
	Rule string // what the contract demands, in a sentence; printed when it breaks
	Test func(t testing.TB, open Open)
}

// rule is a case before it has a storage.
type rule struct {
	name, rule string
	test       func(h *harness)
}

// Cases returns all cases in the order in which Run runs them. The caller may change the slice.
func Cases() []Case {
	var list []Case
	for _, r := range slices.Concat(
		viewRules, updateRules, contextRules, accountRules, userRules, keyRules, queryRules, pageRules, searchRules, secretRules,
		referenceRules, sequenceRules, transferRules, postRules, statementRules, deletionRules, historyRules, loadRules,
		deliveryRules, letterRules, scrubRules, copyRules, numberRules, waitRules, concurrencyRules,
	) {
		list = append(list, Case{r.name, r.rule, func(t testing.TB, open Open) {
			t.Helper()
			r.test(start(t, open))
		}})
	}
	return list
}

// Option configures Run.
type Option func(*options)

type options struct {
	skips []skip
}

type skip struct{ name, reason string }

// Skip skips the named case. The reason is required and is printed in every run, so that the output
// shows which rules the storage does not keep.
func Skip(name, reason string) Option {
	return func(o *options) { o.skips = append(o.skips, skip{name, reason}) }
}

// Run runs each case of Cases as a subtest, on a new storage that open returns. If a case fails,
// Run prints the rule that the case tests. It skips the cases that the option Skip names, and
// prints the reason. The test fails if a Skip has no reason or names an unknown case.
func Run(t *testing.T, open Open, opts ...Option) {
	t.Helper()
	var o options
	for _, opt := range opts {
		opt(&o)
	}
	cases := Cases()
	reasons, complaints := o.reasons(cases)
	for _, complaint := range complaints {
		t.Error(complaint)
	}
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			if reason, ok := reasons[c.Name]; ok {
				t.Skipf("left out: %s\nThe rule that is not tested: %s", reason, c.Rule)
			}
			defer func() {
				if t.Failed() {
					t.Logf("The rule: %s", c.Rule)
				}
			}()
			c.Test(t, open)
		})
	}
}

// reasons returns the reason of each case to skip, by the name of the case. complaints has a text
// for each Skip without a reason or with a name that is not in cases. Such a Skip is not in the
// map.
func (o options) reasons(cases []Case) (reasons map[string]string, complaints []string) {
	reasons = make(map[string]string, len(o.skips))
	for _, s := range o.skips {
		if strings.TrimSpace(s.reason) == "" {
			complaints = append(complaints, "storagetest.Skip of "+s.name+" gives no reason")
			continue
		}
		if !slices.ContainsFunc(cases, func(c Case) bool { return c.Name == s.name }) {
			complaints = append(complaints, "storagetest.Skip names "+s.name+", which is no case")
			continue
		}
		reasons[s.name] = s.reason
	}
	return reasons, complaints
}
