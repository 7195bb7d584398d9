package main

import (
	"math/rand/v2"
	"slices"
)

// draw chooses at most n mutants of list, and returns them in the order of their ids. It chooses no
// mutant that the list of survivors (the parameter listed) contains. It chooses no mutant whose
// field fixed is true, because each of these needs a build of its own. The same arguments give the
// same choice.
func draw(s *source, list []*mutant, listed map[string]string, n int, seed uint64) []*mutant {
	list = of(list, func(m *mutant) bool {
		_, known := listed[m.key]
		return !known && !m.fixed
	})
	r := rand.New(rand.NewPCG(seed, weight(s.path)))
	r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	list = list[:min(n, len(list))]
	slices.SortFunc(list, func(a, b *mutant) int { return a.id - b.id })
	return list
}
