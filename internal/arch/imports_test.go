package arch

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// pkg is what go list says of a package.
type pkg struct {
	ImportPath   string
	Imports      []string
	TestImports  []string
	XTestImports []string
	Standard     bool
	Module       *struct{ Path string }
}

// list runs go list in the root of the module, for one platform, so that the answer is the same
// everywhere.
func list(t *testing.T, args ...string) []pkg {
	t.Helper()
	cmd := exec.Command("go", append([]string{"list", "-json=ImportPath,Imports,TestImports,XTestImports,Standard,Module"}, args...)...)
	cmd.Dir = "../.."
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOOS=linux", "GOARCH=amd64", "CGO_ENABLED=0")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, stderr.Bytes())
	}
	var packages []pkg
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p pkg
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return packages
		} else if err != nil {
			t.Fatal(err)
		}
		packages = append(packages, p)
	}
}

// relative returns the package's name as the table has it, and whether it is one of the core.
func relative(path string) (string, bool) {
	if path == module {
		return ".", true
	}
	return strings.CutPrefix(path, module+"/")
}

// TestImportsFollowTheTable checks that each package imports what the table lets it import, and
// that it uses each arrow. So the table has no circle, because the compiler finds circles.
func TestImportsFollowTheTable(t *testing.T) {
	packages := list(t, "./...")
	owners := map[string]string{} // import path: module, for what any package of the core imports
	for _, p := range list(t, "-deps", "-test", "./...") {
		if path, _, _ := strings.Cut(p.ImportPath, " "); p.Module != nil {
			owners[path] = p.Module.Path
		}
	}
	seen := map[string]bool{}
	for _, p := range packages {
		name, _ := relative(p.ImportPath)
		seen[name] = true
		r, ok := table[name]
		if !ok {
			t.Errorf("package %s is not in the table: decide what it may import, and add it", name)
			continue
		}
		unused := slices.Concat(r.ours, r.tests)
		check := func(kind string, imports, ours, modules []string) {
			for _, path := range imports {
				other, isOurs := relative(path)
				owner := owners[path]
				switch {
				case isOurs && other == name: // an external test imports what it tests
				case isOurs:
					unused = slices.DeleteFunc(unused, func(o string) bool { return o == other })
					if !slices.Contains(ours, other) {
						t.Errorf("%s%s imports %s: the table has no such arrow", name, kind, other)
					}
				case owner != "":
					if !slices.Contains(modules, owner) {
						t.Errorf("%s%s imports %s: the table does not give it module %s", name, kind, path, owner)
					}
				case kind == "" && r.pure && slices.Contains(impure, path):
					t.Errorf("%s imports %s: it is pure", name, path)
				}
			}
		}
		check("", p.Imports, r.ours, r.modules)
		tests := slices.Concat(p.TestImports, p.XTestImports)
		check(" (test)", tests, slices.Concat(r.ours, r.tests), append(slices.Clone(r.modules), goCmp))
		if len(unused) > 0 {
			t.Errorf("the table lets %s import %v, and it does not", name, unused)
		}
	}
	for name := range table {
		if !seen[name] {
			t.Errorf("the table names package %s, which is not there", name)
		}
	}
}

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
