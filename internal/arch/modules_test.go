package arch

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite testdata/modules.golden")

const golden = "testdata/modules.golden"

// TestLinkedModules compares the modules that an importer of each core package links with the
// golden list.
func TestLinkedModules(t *testing.T) {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(table)) {
		if strings.Contains(name, "internal") {
			continue
		}
		linked := map[string]bool{}
		for _, p := range list(t, "-deps", "./"+name) {
			if p.Module != nil && p.Module.Path != module {
				linked[p.Module.Path] = true
			}
		}
		fmt.Fprintf(&b, "%s:\n", strings.TrimSuffix(module+"/"+name, "/."))
		for _, m := range slices.Sorted(maps.Keys(linked)) {
			fmt.Fprintf(&b, "\t%s\n", m)
		}
	}
	if *update {
		if err := os.WriteFile(golden, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if b.String() != string(want) {
		t.Errorf("the linked modules are\n%s\n%s says\n%s\nIf that is meant, run this test with -update.", &b, golden, want)
	}
}
