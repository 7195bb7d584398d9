package arch

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

const root = "../.."

// file is one text file of the repository.
type file struct {
	name string // from the root, with slashes
	text []byte
	tree *ast.File // nil if it is no Go file
	core bool      // neither in a nested module nor in testdata
}

func (f file) test() bool { return strings.HasSuffix(f.name, "_test.go") }

// excused reports whether a table names the file or a directory above it.
func (f file) excused(reasons map[string]string) bool {
	for name := f.name; name != "."; name = path.Dir(name) {
		if reasons[name] != "" {
			return true
		}
	}
	return false
}

var fset = token.NewFileSet()

func at(p token.Pos) string {
	place := fset.Position(p)
	place.Filename = strings.TrimPrefix(filepath.ToSlash(place.Filename), root+"/")
	return place.String()
}

// repository reads the Go files, documents, SQL and shell scripts of the repository once, those of
// nested modules too.
var repository = sync.OnceValues(func() (list []file, err error) {
	nested := []string{}
	err = filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		short := strings.TrimPrefix(filepath.ToSlash(name), root+"/")
		if d.IsDir() {
			if d.Name() == ".git" || d.Name() == "node_modules" || short == "bin" {
				return filepath.SkipDir
			}
			if _, err := os.Stat(filepath.Join(name, "go.mod")); name != root && err == nil || d.Name() == "testdata" {
				nested = append(nested, short+"/")
			}
			return nil
		}
		f := file{name: short, core: !slices.ContainsFunc(nested, func(dir string) bool { return strings.HasPrefix(short, dir) })}
		switch path.Ext(short) {
		case ".md", ".sql", ".sh", ".go":
			if f.text, err = os.ReadFile(name); err != nil {
				return err
			}
			if path.Ext(short) == ".go" {
				f.tree, err = parser.ParseFile(fset, name, f.text, parser.SkipObjectResolution|parser.ParseComments)
			}
			list = append(list, f)
		}
		return err
	})
	return list, err
})

// files returns the files of the repository that the function wanted accepts.
func files(t *testing.T, wanted func(file) bool) (list []file) {
	t.Helper()
	all, err := repository()
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 500 {
		t.Fatalf("only %d files: this is not the repository's root", len(all))
	}
	for _, f := range all {
		if wanted(f) {
			list = append(list, f)
		}
	}
	return list
}

// What files returns.
func anyFile(file) bool       { return true }
func goFile(f file) bool      { return f.tree != nil }
func coreFile(f file) bool    { return f.core && f.tree != nil }
func productFile(f file) bool { return coreFile(f) && !f.test() }

func TestFilesAreShort(t *testing.T) {
	for _, f := range files(t, productFile) {
		if n := bytes.Count(f.text, []byte("\n")); n > maxLines {
			t.Errorf("%s has %d lines, more than %d: one noun a file", f.name, n, maxLines)
		}
	}
}

func TestNamesMeanSomething(t *testing.T) {
	for _, f := range files(t, coreFile) {
		base := strings.TrimSuffix(strings.TrimSuffix(path.Base(f.name), ".go"), "_test")
		for _, name := range []string{base, f.tree.Name.Name} {
			if slices.Contains(meaningless, name) {
				t.Errorf("%s: %q says nothing about what is in it", f.name, name)
			}
		}
	}
}

func TestTopLevelDirectories(t *testing.T) {
	entries, err := os.ReadDir(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.IsDir() && e.Name() != "bin" && !slices.Contains(topLevel, e.Name()) { // bin is what make builds
			t.Errorf("directory %s: the top level is %v and nothing else", e.Name(), topLevel)
		}
	}
}

func TestEveryPackageTeaches(t *testing.T) {
	doc := map[string]string{}
	for _, f := range files(t, productFile) {
		doc[path.Dir(f.name)] += f.tree.Doc.Text()
	}
	for dir, text := range doc {
		if !strings.HasPrefix(text, "Package ") {
			t.Errorf("%s has no package comment", dir)
		}
	}
}

// TestCoreIsSilent checks that the core has no func init and no goroutine, which the caller could
// not control, reads no clock and prints nothing.
func TestCoreIsSilent(t *testing.T) {
	for _, f := range files(t, productFile) {
		ast.Inspect(f.tree, func(n ast.Node) bool {
			what := ""
			switch n := n.(type) {
			case *ast.FuncDecl:
				if n.Recv == nil && n.Name.Name == "init" {
					what = "func init"
				}
			case *ast.GoStmt:
				if !f.excused(goroutines) {
					what = "it starts a goroutine"
				}
			case *ast.SelectorExpr:
				x, ok := n.X.(*ast.Ident)
				reads := ok && x.Name == "time" && slices.Contains([]string{"Now", "Since", "Until"}, n.Sel.Name)
				if reads && !f.excused(clocks) {
					what = "take the time as an argument"
				}
			case *ast.CallExpr:
				if x, ok := n.Fun.(*ast.Ident); ok && (x.Name == "print" || x.Name == "println") {
					what = "it prints"
				}
			}
			if what != "" {
				t.Errorf("%s: %s", at(n.Pos()), what)
			}
			return true
		})
	}
}

// An exported variable is one that anybody can change for everybody. Errors to compare with are
// the exception that the language leaves no other way for.
func TestExportedVariablesAreErrors(t *testing.T) {
	for _, f := range files(t, productFile) {
		for _, d := range f.tree.Decls {
			g, ok := d.(*ast.GenDecl)
			if !ok || g.Tok != token.VAR {
				continue
			}
			for _, s := range g.Specs {
				for _, name := range s.(*ast.ValueSpec).Names {
					if name.IsExported() && !strings.HasPrefix(name.Name, "Err") {
						t.Errorf("%s: exported variable %s", at(name.Pos()), name.Name)
					}
				}
			}
		}
	}
}

// An excuse for what is no longer there hides the next one.
func TestExcusesAreUsed(t *testing.T) {
	for _, reasons := range []map[string]string{goroutines, clocks} {
		for name, reason := range reasons {
			if _, err := os.Stat(filepath.Join(root, name)); err != nil || reason == "" {
				t.Errorf("%s: %v, reason %q", name, err, reason)
			}
		}
	}
}

// TestNoTestIsSkipped: a skipped test may be broken, and no run shows it.
func TestNoTestIsSkipped(t *testing.T) {
	for _, f := range files(t, coreFile) {
		ast.Inspect(f.tree, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || !f.test() {
				return true
			}
			if s, ok := call.Fun.(*ast.SelectorExpr); ok && (s.Sel.Name == "SkipNow" || s.Sel.Name == "Skipf" || s.Sel.Name == "Skip") {
				if x, ok := s.X.(*ast.Ident); ok && x.Name != "storagetest" {
					t.Errorf("%s: a skipped test", at(n.Pos()))
				}
			}
			return true
		})
	}
}
