package arch

import (
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
