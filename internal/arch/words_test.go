package arch

import (
	"go/ast"
	"go/token"
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

// TestNoPronouns checks the comments and texts of Go files, and all lines of documents, SQL and
// shell scripts.
func TestNoPronouns(t *testing.T) {
	for _, f := range files(t, anyFile) {
		if f.tree == nil {
			for i, line := range strings.Split(string(f.text), "\n") {
				if word := pronouns.FindStringSubmatch(line); word != nil {
					t.Errorf("%s:%d: %q: say the user, the caller or they", f.name, i+1, word[1])
				}
			}
			continue
		}
		check := func(p token.Pos, text string) {
			if word := pronouns.FindStringSubmatch(text); word != nil {
				t.Errorf("%s: %q: say the user, the caller or they", at(p), word[1])
			}
		}
		for _, group := range f.tree.Comments {
			for _, comment := range group.List {
				check(comment.Pos(), comment.Text)
			}
		}
		ast.Inspect(f.tree, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				if text, err := strconv.Unquote(lit.Value); err == nil && !codes.MatchString(text) {
					check(lit.Pos(), text)
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
