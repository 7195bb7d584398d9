package roster_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"iter"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/ca74b63c/roster"
)

// methods yields the names of the exported methods of v.
func methods(v any) iter.Seq[string] {
	return func(yield func(string) bool) {
		for m := range reflect.TypeOf(v).Methods() {
			if !yield(m.Name) {
				return
			}
		}
	}
}

// TestEveryAbilityHasAnExample fails for an exported method that no example calls.
func TestEveryAbilityHasAnExample(t *testing.T) {
	files, err := filepath.Glob("example_*test.go")
	if err != nil || len(files) < 5 {
		t.Fatalf("%d files of examples: %v", len(files), err)
	}
	called := map[string]bool{}
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || !strings.HasPrefix(fn.Name.Name, "Example") {
				continue
			}
			ast.Inspect(fn, func(n ast.Node) bool {
				if s, ok := n.(*ast.SelectorExpr); ok {
					called[s.Sel.Name] = true
				}
				return true
			})
		}
	}
	for _, v := range []any{roster.Handle{}, &roster.Directory{}} {
		for name := range methods(v) {
			if !called[name] {
				t.Errorf("no example calls %s", name)
			}
		}
	}
}
