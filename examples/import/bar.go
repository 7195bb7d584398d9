package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/ca74b63c/roster"
)

// bar shows how far an import is: on a terminal one line that changes, elsewhere a line now and
// then.
type bar struct {
	to       io.Writer
	terminal bool
	begun    time.Time // the part of the work, checking or writing
	shown    time.Time
	last     roster.ImportProgress
	width    int // of the line on the terminal
}

// How often a line changes on a terminal, and is printed elsewhere.
const (
	often  = 100 * time.Millisecond
	seldom = 5 * time.Second
)

func newBar(to io.Writer) *bar {
	b := &bar{to: to, begun: time.Now()}
	b.shown = b.begun
	if f, ok := to.(*os.File); ok {
		info, err := f.Stat()
		b.terminal = err == nil && info.Mode()&os.ModeCharDevice != 0
	}
	return b
}

// show stores the progress p of the import and prints it, at most once in 100 ms on a terminal or
// once in 5 s elsewhere. When p is the first progress of the writing, show first prints the last
// progress of the check (end). From then on, lines per second count from the start of the writing.
func (b *bar) show(p roster.ImportProgress) {
	if p.Writing != b.last.Writing {
		b.end()
		b.begun = time.Now()
	}
	b.last = p
	pause := seldom
	if b.terminal {
		pause = often
	}
	if now := time.Now(); now.Sub(b.shown) >= pause {
		b.shown = now
		b.print()
	}
}

// end prints the last progress of a phase of the import, and a line break on a terminal. It prints
// nothing if show was not called, or if the last progress has no file size.
func (b *bar) end() {
	if b.last.Size == 0 {
		return
	}
	b.print()
	if b.terminal {
		fmt.Fprintln(b.to)
	}
	b.width = 0
}

func (b *bar) print() {
	const width = 20
	p, what := b.last, "checking"
	if p.Writing {
		what = "writing"
	}
	share := float64(p.Read) / float64(max(p.Size, 1))
	full := int(share * width)
	line := fmt.Sprintf("%-8s [%s%s] %3.0f%%  %d lines", what, strings.Repeat("#", full), strings.Repeat(".", width-full), 100*share, p.Lines)
	if seconds := time.Since(b.begun).Seconds(); seconds >= 1 {
		line += fmt.Sprintf(", %.0f a second", float64(p.Lines)/seconds)
	}
	if !b.terminal {
		fmt.Fprintln(b.to, line)
		return
	}
	fmt.Fprintf(b.to, "\r%-*s", b.width, line)
	b.width = len(line)
}
