package cookbook_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const page = "../../docs/cookbook.md"

var linked = regexp.MustCompile(`\]\(\.\./([^)#]+\.go)\)`)

// recipes returns the text of each recipe of the page by its heading.
func recipes(t *testing.T) map[string]string {
	t.Helper()
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for i, part := range strings.Split(string(text), "\n## ") {
		if heading, body, _ := strings.Cut(part, "\n"); i > 0 {
			found[heading] = body
		}
	}
	return found
}

// lines returns the lines of a text without indentation and empty lines.
func lines(text string) string {
	var list []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			list = append(list, line)
		}
	}
	return "\n" + strings.Join(list, "\n") + "\n"
}

// TestRecipesQuoteFiles checks that each recipe quotes Go, and that each quote is in the file that
// the recipe links last before the quote.
func TestRecipesQuoteFiles(t *testing.T) {
	for heading, body := range recipes(t) {
		quotes := 0
		rest := body
		file := ""
		for {
			before, after, more := strings.Cut(rest, "```go\n")
			if names := linked.FindAllStringSubmatch(before, -1); len(names) > 0 {
				file = names[len(names)-1][1]
			}
			if !more {
				break
			}
			quote, next, closed := strings.Cut(after, "```")
			if !closed || file == "" {
				t.Fatalf("%s: a quote without an end, or without a link to a Go file before it", heading)
			}
			source, err := os.ReadFile(filepath.Join("../..", file))
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(lines(string(source)), lines(quote)) {
				t.Errorf("%s: %s does not have these lines:\n%s", heading, file, quote)
			}
			quotes, rest = quotes+1, next
		}
		if quotes == 0 {
			t.Errorf("%s: the recipe quotes no Go file", heading)
		}
	}
}

// TestRecipesRun checks that each linked Go file is a test, or is in a package that has tests.
func TestRecipesRun(t *testing.T) {
	n := 0
	for heading, body := range recipes(t) {
		for _, name := range linked.FindAllStringSubmatch(body, -1) {
			n++
			tests, err := filepath.Glob(filepath.Join("../..", filepath.Dir(name[1]), "*_test.go"))
			if err != nil || len(tests) == 0 {
				t.Errorf("%s: no test runs %s", heading, name[1])
			}
		}
	}
	if n < 15 {
		t.Errorf("only %d links to Go files", n)
	}
}

// TestEveryProgramIsARecipe checks that the page links each program of the package.
func TestEveryProgramIsARecipe(t *testing.T) {
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	programs, err := filepath.Glob("*_test.go")
	if err != nil || len(programs) < 10 {
		t.Fatalf("%d programs: %v", len(programs), err)
	}
	for _, name := range programs {
		if name != "quote_test.go" && !strings.Contains(string(text), "(../examples/cookbook/"+name+")") {
			t.Errorf("the page has no recipe with %s", name)
		}
	}
}
