package validate

import (
	"strings"
	"testing"
)

// TestNamesAreComposedFirst: in both profiles a letter with an accent is one letter, whichever way
// it was typed, for the pattern, the limits and the key.
func TestNamesAreComposedFirst(t *testing.T) {
	const decomposed, composed = "Jose\u0301", "Jos\u00e9"
	if got := Compose(decomposed); got != composed {
		t.Errorf("%+q", got)
	}
	if got := Compose(composed); got != composed {
		t.Errorf("%+q", got)
	}
	names := 0
	for r := range Rules() {
		if !definitions[r].isName {
			continue
		}
		names++
		for _, p := range []Profile{Strict, Documented} {
			if a, b := r.Match(p, decomposed), r.Match(p, composed); a != b {
				t.Errorf("%s %s: %t decomposed, %t composed", r, p, a, b)
			}
			max := int(definitions[r].spec(p).max)
			long := strings.Repeat("e\u0301", max)
			if r.Unit() == Characters && !r.Match(p, long) && r.Match(p, Compose(long)) {
				t.Errorf("%s %s: %d letters are too long when they are typed in two parts", r, p, max)
			}
			if r.Match(p, long+"\u00e9") {
				t.Errorf("%s %s: more than the limit", r, p)
			}
		}
	}
	if names < 16 {
		t.Errorf("%d rules of names", names)
	}
	for _, key := range []func(string) (string, error){LoginKey, FullNameKey} {
		a, err := key(decomposed)
		b, err2 := key(composed)
		if a != b || err != nil || err2 != nil {
			t.Errorf("%q %v, %q %v", a, err, b, err2)
		}
	}
}
