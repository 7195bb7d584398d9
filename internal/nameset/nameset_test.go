package nameset_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ca74b63c/roster/internal/nameset"
)

// Sets behave as a map of names does, whatever the order of their making.
func TestSetsAreSets(t *testing.T) {
	pool := []string{"a", "ab", "b", "b.c", "z_9"}
	subset := func(bits int) (list []string) {
		for i, name := range pool {
			if bits>>i&1 != 0 {
				list = append(list, name)
			}
		}
		return list
	}
	for i := range 1 << len(pool) {
		names := subset(i)
		s := nameset.Of(names...)
		reversed := slices.Clone(names)
		slices.Reverse(reversed)
		if s != nameset.Of(append(reversed, names...)...) || s.Len() != len(names) || !slices.Equal(cut(s), names) {
			t.Errorf("%q: %q of %d", names, s, s.Len())
		}
		for j := range 1 << len(pool) {
			u := nameset.Of(subset(j)...)
			if got := s.With(u); got != nameset.Of(subset(i|j)...) {
				t.Errorf("%q with %q: %q", s, u, got)
			}
			if got := s.Without(u); got != nameset.Of(subset(i&^j)...) {
				t.Errorf("%q without %q: %q", s, u, got)
			}
			if got := s.Common(u); got != nameset.Of(subset(i&j)...) {
				t.Errorf("%q common %q: %q", s, u, got)
			}
			if s.HasAny(u) != (i&j != 0) || s.HasAll(u) != (j&^i == 0) {
				t.Errorf("%q and %q: any %t, all %t", s, u, s.HasAny(u), s.HasAll(u))
			}
		}
	}
}

func cut(s nameset.Set) (names []string) {
	for name, rest := s.Cut(); name != ""; name, rest = rest.Cut() {
		names = append(names, name)
	}
	return names
}

// Every byte at the beginning of a name and behind it, and the longest names.
func TestNamesByTheirExpressions(t *testing.T) {
	for _, rule := range []struct {
		valid func(string) bool
		re    *regexp.Regexp
		first string
	}{
		{nameset.Lower, regexp.MustCompile(`\A[a-z][a-z0-9_.-]{0,63}\z`), "a"},
		{nameset.Upper, regexp.MustCompile(`\A[A-Z][A-Z0-9_]{0,63}\z`), "A"},
	} {
		for c := range 256 {
			for _, name := range []string{string([]byte{byte(c)}), rule.first + string([]byte{byte(c)}), rule.first + rule.first + string([]byte{byte(c)})} {
				if rule.valid(name) != rule.re.MatchString(name) {
					t.Errorf("%q: %t", name, rule.valid(name))
				}
			}
		}
		for _, n := range []int{1, 63, 64, 65, 255, 256} {
			if name := strings.Repeat(rule.first, n); rule.valid(name) != (n <= 64) {
				t.Errorf("%d bytes: %t", n, rule.valid(name))
			}
		}
	}
}
