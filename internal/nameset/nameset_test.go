package nameset_test

import (
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

// The rules for names, from both sides.
func TestNames(t *testing.T) {
	for name, want := range map[string][2]bool{
		"a": {true, false}, "ticket.close": {true, false}, "a-b_c.9": {true, false}, "A": {false, true},
		"REPORT_READ": {false, true}, "R2": {false, true}, "": {}, "9a": {}, "_a": {}, ".a": {}, "9A": {}, "_A": {},
		"aB": {}, "Ab": {}, "a b": {}, "a,b": {}, "A.B": {}, "A-B": {}, "a\n": {}, "é": {}, nameset.Invalid: {},
		strings.Repeat("a", nameset.MaxName): {true, false}, strings.Repeat("a", nameset.MaxName+1): {},
		strings.Repeat("A", nameset.MaxName): {false, true}, strings.Repeat("A", nameset.MaxName+1): {},
	} {
		if got := [2]bool{nameset.Lower(name), nameset.Upper(name)}; got != want {
			t.Errorf("%.70q: %t, want %t", name, got, want)
		}
	}
}
