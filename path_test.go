package roster_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/ca74b63c/roster/user"
)

var camelPath = regexp.MustCompile(`^(/[a-z][A-Za-z0-9]*|/[0-9]+)*$`)

// TestPathsAreCamelCase checks the paths of all attributes, and each text in the code of the core
// that has the form of a path.
func TestPathsAreCamelCase(t *testing.T) {
	for a := range user.AllAttributes().All() {
		if !camelPath.MatchString(a.Path()) {
			t.Errorf("attribute %v has the path %q", a, a.Path())
		}
	}
	literals := 0
	for _, dir := range []string{".", "validate", "user", "user/password", "balance", "permission", "storage"} {
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if name := e.Name(); strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") && !ofVendor(name) {
				literals += pathLiterals(t, filepath.Join(dir, name))
			}
		}
	}
	if literals < 40 {
		t.Errorf("it found %d paths", literals)
	}
}

// ofVendor reports whether a file quotes paths of a vendor's HTTP API.
func ofVendor(name string) bool {
	for _, vendor := range []string{"omnidesk", "genesys", "liveperson", "voximplant"} {
		if strings.Contains(name, vendor) {
			return true
		}
	}
	return false
}

func pathLiterals(t *testing.T, file string) (n int) {
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(parsed, func(node ast.Node) bool {
		lit, ok := node.(*ast.BasicLit)
		if !ok || lit.Kind != token.STRING {
			return true
		}
		text, err := strconv.Unquote(lit.Value)
		if err != nil || len(text) < 2 || text[0] != '/' || strings.ContainsAny(text, " %.<>") {
			return true
		}
		if n++; !camelPath.MatchString(strings.TrimSuffix(text, "/")) { // a prefix of paths is one too
			t.Errorf("%s: the path %q", file, text)
		}
		return true
	})
	return n
}
