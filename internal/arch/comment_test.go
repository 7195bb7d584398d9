package arch

import (
	"go/parser"
	"go/token"
	"strings"
	"testing"
	"unicode/utf8"
)

// maxColumns is how long a line of a comment may be. A tab counts as four columns.
const maxColumns = 100

// TestCommentsAreNarrow checks the lines that hold nothing but a comment, outside of testdata. It
// leaves out what cannot be wrapped: code in a doc comment, directives, and the output of an
// example.
func TestCommentsAreNarrow(t *testing.T) {
	everyFile(t, func(name string, text []byte) {
		if !strings.HasSuffix(name, ".go") || strings.Contains(name, "testdata/") {
			return
		}
		files := token.NewFileSet()
		tree, err := parser.ParseFile(files, name, text, parser.SkipObjectResolution|parser.ParseComments)
		if err != nil {
			t.Error(err)
			return
		}
		lines := strings.Split(string(text), "\n")
		for _, group := range tree.Comments {
			output := false
			for _, comment := range group.List {
				line := lines[files.Position(comment.Pos()).Line-1]
				trimmed := strings.TrimLeft(line, "\t")
				output = output || strings.HasPrefix(trimmed, "// Output:") || strings.HasPrefix(trimmed, "// Unordered output:")
				if output || !strings.HasPrefix(trimmed, "// ") {
					continue
				}
				if n := utf8.RuneCountInString(strings.ReplaceAll(line, "\t", "    ")); n > maxColumns {
					t.Errorf("%s: the comment has %d columns, more than %d", files.Position(comment.Pos()), n, maxColumns)
				}
			}
		}
	})
}
