package main

import (
	"cmp"
	"fmt"
	"go/ast"
	"slices"
	"strings"
)

// edit replaces a part of a file by a text.
type edit struct {
	span
	text string
}

// apply returns text with the edits made. text is the part of a file that begins at the byte offset
// base. The offsets of the edits are those of the file. The edits may come in any order but must
// not overlap. apply sorts the slice edits in place.
func apply(text []byte, base int, edits ...edit) string {
	slices.SortFunc(edits, func(a, b edit) int { return cmp.Compare(a.from, b.from) })
	var b strings.Builder
	at := 0
	for _, e := range edits {
		b.Write(text[at : e.from-base])
		b.WriteString(e.text)
		at = e.to - base
	}
	b.Write(text[at:])
	return b.String()
}

// mutant is one small change.
type mutant struct {
	edit
	id    int // what selects it in the package's test binary
	file  string
	decl  ast.Decl       // the function that it changes, or nil
	value *ast.ValueSpec // the variable that it changes, or nil
	key   string         // names it in the list of survivors, whatever the line
	line  int
}

// String returns the key of the mutant behind its file and line.
func (m *mutant) String() string { return fmt.Sprintf("%s:%d: %s", m.file, m.line, m.key) }

// short returns s as one line of at most 100 characters. It replaces runs of white space by one
// space, and backquotes by single quotes. In a longer line it keeps the 100 characters around the
// first difference between s and other, and adds "…" at each end that it cuts.
func short(s, other string) string {
	a, b := []rune(line(s)), []rune(line(other))
	const room, beside = 100, 45
	if len(a) <= room {
		return string(a)
	}
	same := 0
	for same < min(len(a), len(b)) && a[same] == b[same] {
		same++
	}
	from := max(0, min(same-beside, len(a)-room))
	to := min(len(a), from+room)
	cut := string(a[from:to])
	if from > 0 {
		cut = "…" + cut
	}
	if to < len(a) {
		cut += "…"
	}
	return cut
}

func line(s string) string { return strings.ReplaceAll(strings.Join(strings.Fields(s), " "), "`", "'") }

// number assigns the ids of the mutants and makes their keys unique.
func number(mutants []*mutant) {
	seen := map[string]int{}
	for i, m := range mutants {
		m.id = i + 1
		seen[m.key]++
		if n := seen[m.key]; n > 1 {
			m.key = fmt.Sprintf("%s (%d)", m.key, n)
		}
	}
}
