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
		files, err := filepath.Glob(filepath.Join(dir, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") || ofVendor.MatchString(file) {
				continue
			}
			code, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range pathText.FindAllSubmatch(comment.ReplaceAll(code, nil), -1) {
				if paths++; !camelPath.Match(m[1]) {
					t.Errorf("%s: the path %q", file, m[1])
				}
			}
		}
	}
	if paths < 40 {
		t.Errorf("it found %d paths", paths)
	}
}
