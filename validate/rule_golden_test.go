package validate

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestRuleTableGolden prints the whole table for a reader who compares it with the vendors'
// documents.
func TestRuleTableGolden(t *testing.T) {
	var b strings.Builder
	b.WriteString("# The rules of package validate\n\nPrinted by a test. Limits are inclusive. ")
	b.WriteString("\"our limit\" marks an upper limit that the vendor does not document.\n")
	vendor := ""
	for r := range Rules() {
		if r.Vendor() != vendor {
			vendor = r.Vendor()
			fmt.Fprintf(&b, "\n## %s\n", vendor)
		}
		fmt.Fprintf(&b, "\n### %s\n\n%s\n\n```\n", r.Name(), r.Source())
		for _, p := range []Profile{Documented, Strict} {
			min, max := r.Limits(p)
			own := ""
			if r.OwnLimit() {
				own = " (our limit)"
			}
			pattern := r.Pattern(p)
			if pattern == "" {
				pattern = "any text"
			}
			fmt.Fprintf(&b, "%-10s  %d to %d %s%s  %s\n", p, min, max, r.Unit(), own, pattern)
		}
		b.WriteString("```\n")
	}
	golden(t, "rules.golden.md", b.String())
}

// golden compares got with a file under testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("the table changed; run go test -update if that is meant (-want +got):\n%s", diff)
	}
}

// TestRuleTableIsComplete: a rule without a line, or two rules of one name, would be a hole in the
// table.
func TestRuleTableIsComplete(t *testing.T) {
	seen := map[string]bool{}
	n := 0
	for r := range Rules() {
		n++
		name := r.Name()
		if name == "" || seen[name] || !strings.HasPrefix(name, r.Vendor()+".") || r.Source() == "" {
			t.Errorf("rule %d: name %q, vendor %q, source %q", r, name, r.Vendor(), r.Source())
		}
		seen[name] = true
		if got, ok := RuleByName(name); !ok || got != r {
			t.Errorf("RuleByName(%q) = %v, %v", name, got, ok)
		}
		if min, max := r.Limits(Strict); min != r.Min() || max != r.Max() || min > max {
			t.Errorf("%s: limits %d to %d, Min %d, Max %d", name, min, max, r.Min(), r.Max())
		}
		if len(r.Pattern(Strict)) > maxParamText || len(r.Pattern(Documented)) > maxParamText {
			t.Errorf("%s: a problem would cut the pattern", name)
		}
	}
	if n != int(numRules)-1 {
		t.Errorf("Rules yields %d rules, want %d", n, numRules-1)
	}
	for range Rules() {
		break // A caller may stop early.
	}
}

// TestWhatIsNoRuleMatchesNothing: a number out of the table is refused and does not panic.
func TestWhatIsNoRuleMatchesNothing(t *testing.T) {
	for _, r := range []Rule{0, numRules, 255} {
		if r.Match(Strict, "") || r.Match(Documented, "a") {
			t.Errorf("%v matches", r)
		}
		if p, ok := r.Check(Strict, "/x", "a"); ok || p.Code != Invalid {
			t.Errorf("%v: Check = %v, %v", r, p, ok)
		}
		if p, ok := r.CheckNumber(Strict, "/x", 1); ok || p.Code != Invalid || p.Path != "/x" {
			t.Errorf("%v: CheckNumber = %v, %v", r, p, ok)
		}
		if r.Name() != "" || r.Vendor() != "" || r.Pattern(Strict) != "" || !strings.HasPrefix(r.String(), "rule(") {
			t.Errorf("%v is named", r)
		}
	}
	if r, ok := RuleByName(""); ok || r != 0 {
		t.Error("the empty name names a rule")
	}
}
