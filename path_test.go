package roster_test

import (
	"regexp"
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
