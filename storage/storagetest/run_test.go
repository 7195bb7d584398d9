package storagetest

import (
	"slices"
	"strings"
	"testing"

	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/storage"
)

// TestSuitePassesAStorageThatRunsUpdatesTwice leaves out the cases that write in no function of
// their own.
func TestSuitePassesAStorageThatRunsUpdatesTwice(t *testing.T) {
	runWithout(t, func(testing.TB) storage.Storage { return Twice(memstore.New()) }, "Search", "Order", "Statement")
}

// runWithout runs the suite without some cases, or groups of cases.
func runWithout(t *testing.T, open Open, names ...string) {
	for _, c := range Cases() {
		if group, _, _ := strings.Cut(c.Name, "/"); !slices.Contains(names, group) && !slices.Contains(names, c.Name) {
			t.Run(c.Name, func(t *testing.T) { c.Test(t, open) })
		}
	}
}

func TestCasesHaveNamesAndRules(t *testing.T) {
	seen := make(map[string]bool)
	for _, c := range Cases() {
		group, name, ok := strings.Cut(c.Name, "/")
		if !ok || group == "" || name == "" || seen[c.Name] {
			t.Errorf("case %q needs a name of its own, as Group/Name", c.Name)
		}
		seen[c.Name] = true
		if len(strings.Fields(c.Rule)) < 4 || c.Test == nil {
			t.Errorf("case %q needs a rule in a sentence, and a test", c.Name)
		}
	}
	Cases()[0].Name = "changed"
	if Cases()[0].Name == "changed" {
		t.Error("Cases gives out its own table")
	}
}

func TestFailuresSayWhatIsWrong(t *testing.T) {
	for _, c := range []struct{ name, fault, want string }{
		{"User/RoundTrip", "forgets an attribute", ".Preferences.Views"},
		{"User/Times", "keeps seconds only", ".Lifecycle.Created"},
		{"Query/Random", "counts the page", "CountUsers"},
		{"User/Times", "returns local times", "want UTC"},
	} {
		broke := caseNamed(t, c.name)
		said := record(broke, mutantNamed(t, c.fault).open, patience(c.fault)).said()
		if !strings.Contains(said, c.want) || !strings.Contains(said, "The rule: "+broke.Rule) {
			t.Errorf("%s on a storage that %s says %q, want %q and the rule in it", c.name, c.fault, said, c.want)
		}
	}
}
