package roster_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	comment   = regexp.MustCompile(`(?m)^\s*//.*$`)
	pathText  = regexp.MustCompile(`"(/[^" %.<>]+)"`)
	camelPath = regexp.MustCompile(`^(/[a-z][A-Za-z0-9]*|/[0-9]+)*/?$`) // a prefix of paths ends with a slash
	ofVendor  = regexp.MustCompile(`omnidesk|genesys|liveperson|voximplant`)
)

// TestPathsAreCamelCase checks each text in the code of the core that has the form of a path. Files
// with the name of a vendor quote paths of the vendor's HTTP API.
func TestPathsAreCamelCase(t *testing.T) {
	paths := 0
	for _, dir := range []string{".", "validate", "user", "user/password", "balance", "permission", "storage"} {
		for file, code := range goFiles(t, dir, false) {
			if ofVendor.MatchString(file) {
				continue
			}
			for _, m := range pathText.FindAllStringSubmatch(comment.ReplaceAllString(code, ""), -1) {
				if paths++; !camelPath.MatchString(m[1]) {
					t.Errorf("%s: the path %q", file, m[1])
				}
			}
		}
	}
	if paths < 40 {
		t.Errorf("it found %d paths", paths)
	}
}

var (
	threatTest = regexp.MustCompile("`(?:([a-z/]+)\\.)?((?:Test|Fuzz)\\w+)`")
	testHead   = regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(`)
)

// TestEveryThreatIsAnsweredByATest checks that every threat in SECURITY.md names tests that
// exist.
func TestEveryThreatIsAnsweredByATest(t *testing.T) {
	rows := 0
	there := map[string]map[string]bool{}
	for line := range strings.Lines(string(must(os.ReadFile("SECURITY.md")))) {
		cells := strings.Split(line, "|")
		if len(cells) != 5 || strings.HasPrefix(line, "|---") || strings.HasPrefix(line, "| threat |") {
			continue
		}
		rows++
		tests := threatTest.FindAllStringSubmatch(cells[3], -1)
		if len(tests) == 0 {
			t.Errorf("no test answers%s", cells[1])
		}
		for _, m := range tests {
			dir, name := filepath.Join(".", m[1]), m[2]
			if there[dir] == nil {
				there[dir] = map[string]bool{}
				for _, text := range goFiles(t, dir, true) {
					for _, head := range testHead.FindAllStringSubmatch(text, -1) {
						there[dir][head[1]] = true
					}
				}
			}
			if !there[dir][name] {
				t.Errorf("%s in %s is not there, and was to answer%s", name, dir, cells[1])
			}
		}
	}
	if rows < 15 {
		t.Errorf("only %d threats were found in the table", rows)
	}
}
