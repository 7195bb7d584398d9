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

// A result that is one of the sets, or empty, costs no allocation.
func TestSetsThatStayCostNothing(t *testing.T) {
	s, other := nameset.Of("a", "b"), nameset.Of("x", "y")
	for name, call := range map[string]func() nameset.Set{
		"with the same": func() nameset.Set { return s.With(s) }, "with none": func() nameset.Set { return s.With("") },
		"none with": func() nameset.Set { return nameset.Set("").With(s) }, "without others": func() nameset.Set { return s.Without(other) },
		"without all": func() nameset.Set { return s.Without(s) }, "common to all": func() nameset.Set { return s.Common(s) },
		"common to none": func() nameset.Set { return s.Common(other) },
	} {
		if got := testing.AllocsPerRun(10, func() { call() }); got > 0 {
			t.Errorf("%s: %v allocations", name, got)
		}
	}
	if s.Without(nameset.Of("a")) != nameset.Of("b") || s.Common(nameset.Of("b", "c")) != nameset.Of("b") {
		t.Error("a part of a set")
	}
}
