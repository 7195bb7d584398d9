package arch

import (
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"
)

var markdownLink = regexp.MustCompile(`\]\(([^)\s]+)\)`)

// anchor returns the name that GitHub gives the heading of a document.
func anchor(heading string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '-'
		case r == '-', r == '_', unicode.IsLetter(r), unicode.IsDigit(r):
			return unicode.ToLower(r)
		}
		return -1
	}, strings.TrimSpace(strings.TrimLeft(heading, "#")))
}

// anchors returns the names of all headings of a document.
func anchors(text string) map[string]bool {
	found, code := map[string]bool{}, false
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "```") {
			code = !code
		} else if !code && strings.HasPrefix(line, "#") {
			found[anchor(line)] = true
		}
	}
	return found
}

// TestLinksOfDocuments checks that each relative link of a document names a file, and a heading of
// it where the link has one.
func TestLinksOfDocuments(t *testing.T) {
	documents := map[string]string{}
	for _, f := range files(t, func(f file) bool { return path.Ext(f.name) == ".md" }) {
		documents[f.name] = string(f.text)
	}
	links := 0
	for name, text := range documents {
		for _, m := range markdownLink.FindAllStringSubmatch(text, -1) {
			link := m[1]
			if strings.Contains(link, "://") || strings.HasPrefix(link, "mailto:") || strings.Contains(name, "testdata/") {
				continue
			}
			links++
			file, heading, _ := strings.Cut(link, "#")
			target := name
			if file != "" {
				target = path.Join(path.Dir(name), file)
			}
			if _, err := os.Stat(filepath.Join(root, target)); err != nil {
				t.Errorf("%s links %s: there is no such file", name, link)
			} else if heading != "" && !anchors(documents[target])[heading] {
				t.Errorf("%s links %s: there is no such heading", name, link)
			}
		}
	}
	if links < 50 {
		t.Errorf("only %d links", links)
	}
}
