package user

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := "testdata/" + name
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want := must(os.ReadFile(path))
	if d := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); d != "" {
		t.Errorf("%s (go test ./user -update writes it anew):\n%s", path, d)
	}
}

// TestAttributeTable prints the model as a table for people.
func TestAttributeTable(t *testing.T) {
	var b strings.Builder
	b.WriteString("# The attributes of a user\n\n")
	b.WriteString("A patch can name the patchable ones; the others are the library's to set. A change of configuration raises the\n")
	b.WriteString("user's ConfigVersion. Made by a test: do not edit.\n\n")
	b.WriteString("| attribute | group | path | patchable | configuration | reset by |\n|---|---|---|---|---|---|\n")
	for a := range AllAttributes().All() {
		var rules []string
		for _, rule := range DefaultTransitions() {
			if rule.Resets.Has(a) {
				rules = append(rules, rule.Name)
			}
		}
		in := func(s Attributes) string {
			if s.Has(a) {
				return "yes"
			}
			return "no"
		}
		fmt.Fprintf(&b, "| %v | %s | `%s` | %s | %s | %s |\n", a, strings.Split(a.Path(), "/")[1], a.Path(), in(Patchable()),
			in(Configuration()), strings.Join(rules, ", "))
	}
	golden(t, "attributes.golden.md", b.String())
}
