package memstore

import (
	"slices"
	"sort"
)

// chunkItems is how many items one chunk of a log has.
const chunkItems = 64

// log is a list that grows at its end, loses items at its front, and seldom has one rewritten. Items are numbered
// from 0 for ever.
//
// A copy of a log is a snapshot of it, though later items go into the same chunks: a reader looks at no item that his
// copy does not count, and the one writer of the account writes no other. What a rolled back transaction wrote, the
// next one overwrites.
type log[T any] struct {
	chunks []*[chunkItems]T
	base   int // number of the first item of chunks[0]
	first  int // number of the first item that is kept
	end    int // number of the item that comes next
}

func (l *log[T]) len() int { return l.end - l.first }

// at returns item i, which must be kept. It must not be changed.
func (l *log[T]) at(i int) *T {
	return &l.chunks[(i-l.base)/chunkItems][(i-l.base)%chunkItems]
}

func (l *log[T]) append(item T) {
	if l.end-l.base == len(l.chunks)*chunkItems {
		l.chunks = append(l.chunks, new([chunkItems]T))
	}
	*l.at(l.end) = item
	l.end++
}

// dropTo forgets the items before number first.
func (l *log[T]) dropTo(first int) {
	l.first = first
	gone := (first - l.base) / chunkItems
	l.chunks = l.chunks[gone:]
	l.base += gone * chunkItems
}

// search returns the number of the first item that ok holds for, end if there is none. It must hold for all items
// after one that it holds for.
func (l *log[T]) search(ok func(*T) bool) int {
	return l.first + sort.Search(l.len(), func(i int) bool { return ok(l.at(l.first + i)) })
}

// rewrite gives edit a copy of each item in turn and keeps what it changed and returned true for. Chunks that change
// are copied, since readers may be looking at them.
func (l *log[T]) rewrite(items func(yield func(i int) bool), edit func(*T) bool) {
	chunks, copied := l.chunks, map[int]bool{}
	for i := range items {
		item := *l.at(i)
		if !edit(&item) {
			continue
		}
		if len(copied) == 0 {
			l.chunks = slices.Clone(chunks)
		}
		c := (i - l.base) / chunkItems
		if !copied[c] {
			chunk := *l.chunks[c]
			l.chunks[c] = &chunk
			copied[c] = true
		}
		*l.at(i) = item
	}
}
