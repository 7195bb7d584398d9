package arch

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// pronouns match words that must not stand for a user, a caller or a program. A quoted word is
// data.
var pronouns = regexp.MustCompile(`(?i)(?:^|[^\w"])(h(?:e|im|is|imself)|who(?:m|ever))(?:[^\w"]|$)`)

// codes match a list of short lower-case codes, such as those of languages.
var codes = regexp.MustCompile(`^(?:[a-z]{2,3}\s*)+$`)

// everyFile calls f with the path from the root and the text of each text file of the repository,
// of nested modules too.
func everyFile(t *testing.T, f func(name string, text []byte)) {
	t.Helper()
	const root = "../.."
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() {
			if name == ".git" || name == "node_modules" || name == "bin" && filepath.Dir(path) == root {
				return filepath.SkipDir
			}
			return nil
		}
		switch filepath.Ext(name) {
		case ".go", ".md", ".sql", ".sh":
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			short, err := filepath.Rel(root, path)
			f(filepath.ToSlash(short), text)
			return err
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestNoPronouns checks the comments and texts of Go files, and all lines of documents, SQL and
// shell scripts.
func TestNoPronouns(t *testing.T) {
	n := 0
	everyFile(t, func(name string, text []byte) {
		n++
		if !strings.HasSuffix(name, ".go") {
			for i, line := range strings.Split(string(text), "\n") {
				if word := pronouns.FindStringSubmatch(line); word != nil {
					t.Errorf("%s:%d: %q: say the user, the caller or they", name, i+1, word[1])
				}
			}
			return
		}
		files := token.NewFileSet()
		tree, err := parser.ParseFile(files, name, text, parser.SkipObjectResolution|parser.ParseComments)
		if err != nil {
			t.Error(err)
			return
		}
		check := func(p token.Pos, text string) {
			if word := pronouns.FindStringSubmatch(text); word != nil {
				t.Errorf("%s: %q: say the user, the caller or they", files.Position(p), word[1])
			}
		}
		for _, group := range tree.Comments {
			for _, comment := range group.List {
				check(comment.Pos(), comment.Text)
			}
		}
		ast.Inspect(tree, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				if text, err := strconv.Unquote(lit.Value); err == nil && !codes.MatchString(text) {
					check(lit.Pos(), text)
				}
			}
			return true
		})
	})
	if n < 500 {
		t.Fatalf("only %d files: this is not the repository's root", n)
	}
}

// TestDocCommentsBeginWithTheIdentifier checks the doc comments of functions, types, variables and
// constants outside of tests.
func TestDocCommentsBeginWithTheIdentifier(t *testing.T) {
	everyFile(t, func(name string, text []byte) {
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return
		}
		files := token.NewFileSet()
		tree, err := parser.ParseFile(files, name, text, parser.SkipObjectResolution|parser.ParseComments)
		if err != nil {
			t.Error(err)
			return
		}
		check := func(identifier string, doc *ast.CommentGroup) {
			words := strings.Fields(doc.Text())
			if len(words) == 0 {
				return
			}
			if first := strings.TrimSuffix(strings.Trim(words[0], ",;:."), "'s"); first != identifier {
				t.Errorf("%s: the doc comment of %s begins with %q", files.Position(doc.Pos()), identifier, words[0])
			}
		}
		for _, d := range tree.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				check(d.Name.Name, d.Doc)
			case *ast.GenDecl:
				if d.Lparen.IsValid() || d.Tok == token.IMPORT {
					continue // the comment is about the group
				}
				switch s := d.Specs[0].(type) {
				case *ast.TypeSpec:
					check(s.Name.Name, d.Doc)
				case *ast.ValueSpec:
					check(s.Names[0].Name, d.Doc)
				}
			}
		}
	})
}
