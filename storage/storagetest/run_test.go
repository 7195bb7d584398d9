package storagetest

import (
	"slices"
	"strings"
	"testing"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/storagetest/internal/mapstore"
)

func openGood(testing.TB) storage.Storage { return mapstore.New() }

func TestSuitePassesAGoodStorage(t *testing.T) { Run(t, openGood) }

func TestSuitePassesAStorageThatRunsUpdatesTwice(t *testing.T) {
	Run(t, func(testing.TB) storage.Storage { return Twice(mapstore.New()) })
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

func TestSkipNeedsAReasonAndACase(t *testing.T) {
	var o options
	for _, opt := range []Option{
		Skip("User/NotFound", "the engine has no users"), Skip("User/RoundTrip", " "), Skip("User/Nobody", "a reason"),
	} {
		opt(&o)
	}
	reasons, complaints := o.reasons(Cases())
	if len(reasons) != 1 || reasons["User/NotFound"] != "the engine has no users" {
		t.Errorf("reasons: %v", reasons)
	}
	if len(complaints) != 2 || !strings.Contains(complaints[0], "User/RoundTrip") || !strings.Contains(complaints[1], "User/Nobody") {
		t.Errorf("complaints: %v", complaints)
	}
}

func TestFailuresSayWhatIsWrong(t *testing.T) {
	for fault, want := range map[string]string{
		"forgets an attribute": ".Preferences.Views",
		"keeps seconds only":   ".Lifecycle.Created",
		"counts the page":      "CountUsers",
		"returns local times":  "want UTC",
	} {
		i := slices.IndexFunc(mutants, func(m mutant) bool { return m.fault == fault })
		c := caseNamed(t, strings.Fields(mutants[i].cases)[0])
		r := record(c, func(testing.TB) storage.Storage { return mapstore.New(fault) }, patience(fault))
		if !strings.Contains(r.said(), want) {
			t.Errorf("%s on a storage that %s says %q, want %q in it", c.Name, fault, r.said(), want)
		}
	}
}
