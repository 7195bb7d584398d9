package arch

import (
	"fmt"
	"go/ast"
	"go/token"
	"path"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"
)

// pronouns match words that must not stand for a user, a caller or a program. A quoted word is
// data.
var pronouns = regexp.MustCompile(`(?i)(?:^|[^\w"])(h(?:e|im|is|imself)|who(?:m|ever))(?:[^\w"]|$)`)

// codes match a list of short lower-case codes, such as those of languages.
var codes = regexp.MustCompile(`^(?:[a-z]{2,3}\s*)+$`)

// TestNoPronouns checks the comments and texts of Go files, and all lines of documents, SQL and
// shell scripts.
func TestNoPronouns(t *testing.T) {
	check := func(place, text string) {
		if word := pronouns.FindStringSubmatch(text); word != nil {
			t.Errorf("%s: %q: say the user, the caller or they", place, word[1])
		}
	}
	for _, f := range files(t, anyFile) {
		if f.tree == nil {
			for i, line := range strings.Split(string(f.text), "\n") {
				check(fmt.Sprint(f.name, ":", i+1), line)
			}
			continue
		}
		for _, group := range f.tree.Comments {
			check(at(group.Pos()), group.Text())
		}
		ast.Inspect(f.tree, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				if text, err := strconv.Unquote(lit.Value); err == nil && !codes.MatchString(text) {
					check(at(lit.Pos()), text)
				}
			}
			return true
		})
	}
}

// TestDocCommentsBeginWithTheIdentifier checks the doc comments of functions, types, variables and
// constants outside of tests.
func TestDocCommentsBeginWithTheIdentifier(t *testing.T) {
	check := func(identifier string, doc *ast.CommentGroup) {
		words := strings.Fields(doc.Text())
		if len(words) == 0 {
			return
		}
		if first := strings.TrimSuffix(strings.Trim(words[0], ",;:."), "'s"); first != identifier {
			t.Errorf("%s: the doc comment of %s begins with %q", at(doc.Pos()), identifier, words[0])
		}
	}
	for _, f := range files(t, func(f file) bool { return goFile(f) && !f.test() }) {
		for _, d := range f.tree.Decls {
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
	}
}

// maxColumns is how long a line of a comment may be. A tab counts as four columns.
const maxColumns = 100

// TestCommentsAreNarrow checks the lines that hold nothing but a comment, outside of testdata. It
// leaves out what cannot be wrapped: code in a doc comment, directives, and the output of an
// example.
func TestCommentsAreNarrow(t *testing.T) {
	for _, f := range files(t, goFile) {
		if strings.Contains(f.name, "testdata/") {
			continue
		}
		lines := strings.Split(string(f.text), "\n")
		for _, group := range f.tree.Comments {
			output := false
			for _, comment := range group.List {
				line := lines[fset.Position(comment.Pos()).Line-1]
				trimmed := strings.TrimLeft(line, "\t")
				output = output || strings.HasPrefix(trimmed, "// Output:") || strings.HasPrefix(trimmed, "// Unordered output:")
				if output || !strings.HasPrefix(trimmed, "// ") {
					continue
				}
				if n := utf8.RuneCountInString(strings.ReplaceAll(line, "\t", "    ")); n > maxColumns {
					t.Errorf("%s: the comment has %d columns, more than %d", at(comment.Pos()), n, maxColumns)
				}
			}
		}
	}
}

// retired maps names that once stood for several things each, or for nothing that a reader could
// guess, to the names that replaced them.
var retired = map[string]string{
	"scene": "readTx", "fresh": "checkVersion", "alive": "checkCall", "subject": "authorizedTarget",
	"nowhere": "noTarget", "somebody": "checkActor", "birth": "pendingUser", "bear": "insert",
	"admit": "authorizeCreate", "bury": "deleteUsers", "doomed": "toDelete", "mover": "move",
	"settle": "fillBalance", "books": "readAccount", "purse": "balanceRow", "poison": "txErr",
	"manner": "runMode", "sow": "seed", "Sow": "Seed", "Realm": "Credentials", "Birth": "NewUser",
}

// retiredPackages are former names of packages.
var retiredPackages = map[string]string{
	"together": "crossvendor", "wire": "vendorhttp", "whole": "faulttest", "turn": "fifolock",
	"trial": "enginetest", "proof": "systemtest",
}

// TestRetiredNamesDoNotReturn checks the identifiers and the package names of all Go files.
func TestRetiredNamesDoNotReturn(t *testing.T) {
	for _, f := range files(t, goFile) {
		if path.Base(f.name) == "sight.go" {
			t.Errorf("%s: call the file visibility.go", f.name)
		}
		if better := retiredPackages[f.tree.Name.Name]; better != "" {
			t.Errorf("%s: the package name %s is retired: %s", f.name, f.tree.Name.Name, better)
		}
		ast.Inspect(f.tree, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok && retired[id.Name] != "" {
				t.Errorf("%s: the name %s is retired: %s, or a word for what it is here", at(id.Pos()), id.Name, retired[id.Name])
			}
			return true
		})
	}
}
