package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/ca74b63c/roster/storage/stream"
)

// bar shows the progress of a move: one line that changes on a terminal, and otherwise a line from
// time to time.
type bar struct {
	to       io.Writer
	terminal bool
	what     string
	begun    time.Time
	shown    time.Time
	width    int // of the line that stands there
	last     stream.Progress
}

// How often a line changes on a terminal, and comes elsewhere.
const (
	often  = 100 * time.Millisecond
	seldom = 5 * time.Second
)

func newBar(to io.Writer) *bar {
	b := &bar{to: to}
	if f, ok := to.(*os.File); ok {
		info, err := f.Stat()
		b.terminal = err == nil && info.Mode()&os.ModeCharDevice != 0
	}
	return b
}

// begin starts a new part of the work with the given name, and sets its progress to zero. If
// another part was in progress, begin first prints the final progress of that part (end).
func (b *bar) begin(name string) {
	b.end()
	b.what, b.begun, b.last = name, time.Now(), stream.Progress{}
	b.shown = b.begun
}

// show stores the progress p of the current part and prints it, at most once in 100 ms on a
// terminal or once in 5 s elsewhere. The time counts from the last print or the start of the part.
func (b *bar) show(p stream.Progress) {
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

// end ends the current part of the work. It prints the final progress of the part, and a line break
// on a terminal. After that no part is in progress, so a second call prints nothing. end does
// nothing if the part has no progress yet.
func (b *bar) end() {
	if b.what == "" || b.last.Of == 0 && b.last.Accounts == 0 {
		return
	}
	b.print()
	if b.terminal {
		fmt.Fprintln(b.to)
	}
	b.what, b.width = "", 0
}

func (b *bar) print() {
	p := b.last
	line := fmt.Sprintf("%-13s %s %3.0f%%  %d of %d accounts, %d users, %d transfers, %d changes", b.what, drawn(share(p)),
		100*share(p), p.Accounts, p.Of, p.Total.Users, p.Total.Transfers, p.Total.Changes)
	if found := p.Found.Sum(); found > 0 {
		line += fmt.Sprintf(" (%d records were there)", found)
	}
	if seconds := time.Since(b.begun).Seconds(); seconds >= 1 {
		line += fmt.Sprintf(", %.0f a second", float64(p.Total.Sum())/seconds)
	}
	if !b.terminal {
		fmt.Fprintln(b.to, line)
		return
	}
	fmt.Fprintf(b.to, "\r%-*s", b.width, line)
	b.width = len(line)
}

// share returns the fraction of the work that is done, from 0 to 1. It counts every account as
// equally large, and adds the finished fraction of the account that is moving. It returns 1 if all
// accounts are done or there are no accounts.
func share(p stream.Progress) float64 {
	if p.Of == 0 || p.Accounts == p.Of {
		return 1
	}
	part := 0.0
	if all := p.Expected.Sum(); all > 0 && p.Total.Sum() > 0 {
		part = min(float64(p.Done.Sum())/float64(all), 1)
	}
	return min((float64(p.Accounts)+part)/float64(p.Of), 1)
}

func drawn(share float64) string {
	const width = 20
	full := int(share * width)
	return "[" + strings.Repeat("#", full) + strings.Repeat(".", width-full) + "]"
}
