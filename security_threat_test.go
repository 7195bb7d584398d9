package roster_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	threatTest = regexp.MustCompile("`(?:([a-z/]+)\\.)?((?:Test|Fuzz)\\w+)`")
	testHead   = regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(`)
)

// TestEveryThreatIsAnsweredByATest checks that every threat in SECURITY.md names tests that
// exist.
func TestEveryThreatIsAnsweredByATest(t *testing.T) {
	text, err := os.ReadFile("SECURITY.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := 0
	there := map[string]map[string]bool{}
	for line := range strings.Lines(string(text)) {
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
				there[dir] = testsIn(t, dir)
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

// testsIn returns the names of the tests and fuzz targets of a package.
func testsIn(t *testing.T, dir string) map[string]bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*_test.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%s: %d test files, %v", dir, len(files), err)
	}
	names := map[string]bool{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range testHead.FindAllSubmatch(text, -1) {
			names[string(m[1])] = true
		}
	}
	return names
}
