package validate

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzParamsJSON: what reads as parameters is written so that it reads as the same.
func FuzzParamsJSON(f *testing.F) {
	for _, s := range []string{`{"min":1,"max":-9}`, `{"a":"b"}`, `{}`, `{"a":1.5}`, `{"a":9223372036854775808}`, `{"a":1,"a":2}`,
		`{"a":1,"b":2,"c":3,"d":4,"e":5}`, `[]`, `null`, `{"a":null}`, `{"a":{}}`, `{"\ud800":"\ud800"}`, `{"a":1`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var p, q Params
		if p.UnmarshalJSON(b) != nil {
			if p.Len() != 0 {
				t.Fatalf("%q is refused and leaves %v", b, p)
			}
			return
		}
		first, err := p.MarshalJSON()
		if err != nil || !json.Valid(first) || p.Len() > maxParams {
			t.Fatalf("%q: %s, %v", b, first, err)
		}
		if err := q.UnmarshalJSON(first); err != nil || !q.Equal(p) {
			t.Fatalf("%q: %s reads as %v, %v", b, first, q, err)
		}
	})
}

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
