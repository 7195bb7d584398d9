package memstore

import (
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/ca74b63c/roster/user"
	"github.com/google/go-cmp/cmp"
)

// A tree is the sorted set that it should be, whatever was put and removed, and its copies stay what they were.
func FuzzTree(f *testing.F) {
	f.Add(uint64(1), uint16(3000))
	f.Add(uint64(2), uint16(10))
	f.Fuzz(func(t *testing.T, seed uint64, steps uint16) {
		d := rand.New(rand.NewPCG(seed, 2))
		var now tree[place]
		var copies []tree[place]
		var sets [][]place
		set := map[place]bool{}
		sorted := func() []place { return slices.SortedFunc(maps.Keys(set), place.compare) }
		width := 1 + d.IntN(2000)
		for i := range int(steps) {
			edit := uint64(1 + i/50)
			item := place{string(rune('a' + d.IntN(4))), user.ID(d.IntN(width))}
			if d.IntN(5) < 2+i/500%3 {
				if now.remove(item, edit) != set[item] {
					t.Fatalf("remove(%v) of a set that has it: %v", item, set[item])
				}
				delete(set, item)
			} else {
				now.put(item, edit)
				set[item] = true
			}
			if i%50 == 49 && len(copies) < 20 {
				copies, sets = append(copies, now), append(sets, sorted())
			}
		}
		copies, sets = append(copies, now), append(sets, sorted())
		for i := range copies {
			checkTree(t, d, &copies[i], sets[i])
		}
	})
}

func checkTree(t *testing.T, d *rand.Rand, now *tree[place], want []place) {
	t.Helper()
	if now.size != len(want) {
		t.Fatalf("size %d, want %d", now.size, len(want))
	}
	up, down := walkTree(now, nil)
	if diff := cmp.Diff(want, up, cmp.AllowUnexported(place{})); diff != "" {
		t.Fatalf("ascending: %s", diff)
	}
	slices.Reverse(down)
	if diff := cmp.Diff(want, down, cmp.AllowUnexported(place{})); diff != "" {
		t.Fatalf("descending: %s", diff)
	}
	for range 20 {
		from := place{string(rune('a' - 1 + d.IntN(6))), user.ID(d.IntN(2000))}
		i, found := slices.BinarySearchFunc(want, from, place.compare)
		up, down := walkTree(now, &from)
		upTo := i
		if found {
			upTo++
		}
		slices.Reverse(down)
		if !slices.Equal(up, want[i:]) || !slices.Equal(down, want[:upTo]) {
			t.Fatalf("from %v: %d up, want %d; %d down, want %d", from, len(up), len(want)-i, len(down), upTo)
		}
		first, ok := now.atLeast(from)
		if ok != (i < len(want)) || ok && first != want[i] {
			t.Fatalf("atLeast(%v) = %v, %v", from, first, ok)
		}
		if _, ok := now.get(from); ok != found {
			t.Fatalf("get(%v) = %v", from, ok)
		}
	}
}

func walkTree(now *tree[place], from *place) (up, down []place) {
	now.ascend(from, func(p place) bool { up = append(up, p); return true })
	now.descend(from, func(p place) bool { down = append(down, p); return true })
	return up, down
}

// A vector finds each page where it was put, however far apart, and its copies stay what they were.
func FuzzVector(f *testing.F) {
	f.Add(uint64(1))
	f.Fuzz(func(t *testing.T, seed uint64) {
		d := rand.New(rand.NewPCG(seed, 3))
		var now, before vector[int, int]
		want := map[uint64]int{}
		number := func() uint64 { return d.Uint64() >> (6 + d.IntN(58)) } // pages have 58 bits
		for i := range 300 {
			if i == 150 {
				before = now
			}
			n := number()
			now.set(n, i+1, uint64(1+i/10))
			now.setBlock(n>>fanBits, i, uint64(1+i/10))
			want[n] = i + 1
		}
		blocks := map[uint64]bool{}
		for n, page := range want {
			blocks[n>>fanBits] = true
			if got := now.get(n); got != page {
				t.Fatalf("page %d is %d, want %d", n, got, page)
			}
			if got := before.get(n); got > 150 {
				t.Fatalf("a copy changed: page %d is %d", n, got)
			}
		}
		sorted := slices.Sorted(maps.Keys(blocks))
		for range 100 {
			n := number()
			i, found := slices.BinarySearch(sorted, n)
			next, ok := now.nextBlock(n)
			if ok != (i < len(sorted)) || ok && next != sorted[i] {
				t.Fatalf("nextBlock(%d) = %d, %v", n, next, ok)
			}
			if !found {
				i--
			}
			previous, ok := now.previousBlock(n)
			if ok != (i >= 0) || ok && previous != sorted[i] {
				t.Fatalf("previousBlock(%d) = %d, %v of %v", n, previous, ok, sorted)
			}
			if !found && now.block(n) != nil {
				t.Fatalf("block %d is there", n)
			}
		}
	})
}

// A log is a slice that loses its front, and its copies stay what they were though later items share their chunks.
func TestLog(t *testing.T) {
	d := rand.New(rand.NewPCG(1, 4))
	var now log[int]
	var want []int
	first := 0
	type snapshot struct {
		log   log[int]
		first int
		items []int
	}
	var kept []snapshot
	for i := range 3000 {
		switch d.IntN(20) {
		case 0:
			n := d.IntN(now.len() + 1)
			first += n
			now.dropTo(first)
			want = want[n:]
		case 1:
			at := []int{}
			for j := now.first; j < now.end; j++ {
				if d.IntN(5) == 0 {
					at = append(at, j)
				}
			}
			want = slices.Clone(want)
			for _, j := range at {
				want[j-first] = -i
			}
			now.rewrite(slices.Values(at), func(v *int) bool { *v = -i; return true })
		case 2:
			back := now // what is appended to a copy that is forgotten is overwritten
			for range d.IntN(100) {
				back.append(-1)
			}
		default:
			for range d.IntN(30) {
				now.append(i)
				want = append(want[:len(want):len(want)], i)
			}
		}
		if i%100 == 0 {
			kept = append(kept, snapshot{now, first, want})
		}
	}
	for _, k := range append(kept, snapshot{now, first, want}) {
		var got []int
		for i := k.log.first; i < k.log.end; i++ {
			got = append(got, *k.log.at(i))
		}
		if k.log.first != k.first || !slices.Equal(got, k.items) {
			t.Fatalf("a log of %d items from %d, want %d from %d", len(got), k.log.first, len(k.items), k.first)
		}
	}
}
