package validate

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzPointer: a path is as long as its tokens are allowed to be, names them, and is ordered like
// no other.
func FuzzPointer(f *testing.F) {
	f.Add("names", "a/b")
	f.Add("~1", "~0")
	f.Add("", "/")
	f.Add(strings.Repeat("é", 100), "10")
	f.Add("9", "10")
	f.Add("\xff", strings.Repeat("\x80", 200))
	f.Fuzz(func(t *testing.T, a, b string) {
		path := Pointer(a, b)
		tokens := strings.Split(path, "/")
		if len(tokens) != 3 || tokens[0] != "" {
			t.Fatalf("Pointer(%q, %q) = %q", a, b, path)
		}
		for i, token := range []string{a, b} {
			got := strings.ReplaceAll(strings.ReplaceAll(tokens[i+1], "~1", "/"), "~0", "~")
			switch {
			case len(token) <= maxToken && got != token:
				t.Fatalf("token %q reads as %q", token, got)
			case len(token) > maxToken && (len(got) > maxToken+len("…") || !strings.HasPrefix(token, strings.TrimSuffix(got, "…"))):
				t.Fatalf("token %q was cut to %q", token, got)
			case utf8.ValidString(token) && !utf8.ValidString(got):
				t.Fatalf("token %q was cut inside of a character: %q", token, got)
			}
		}
		if x, y := comparePaths(Pointer(a), Pointer(b)), comparePaths(Pointer(b), Pointer(a)); x != -y || comparePaths(path, path) != 0 {
			t.Fatalf("%q and %q compare %d and %d", a, b, x, y)
		}
	})
}
