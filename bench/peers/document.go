package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/ca74b63c/roster/bench/internal/bar"
	"github.com/ca74b63c/roster/bench/internal/plot"
)

const preamble = `# Performance

roster beside what a host would otherwise use. Written by ` + "`%s`" + ` (` + "`go run ./bench/peers`" + `), not by hand:
run it to have the figures of your machine.

| | |
|---|---|
| measured | %s, in %s |
| machine | %s, %d cores, %s |
| Go | %s |
| load when it began | %s (how many processes wanted a processor in the last minute; the machine has %d) |
| load when it ended | %s (the benchmarks' own included) |

The sides do the same work on the same data, and tests see to it before anything is measured that they come to the
same. In one run they take turns of two milliseconds (on PostgreSQL of two seconds), so that what slows the machine
slows all of them; a figure is the median of a side's turns (on PostgreSQL the mean). **A ratio says how many times as
fast roster is**: 2× is twice as fast as the other, 0.5× half as fast. It stands before the other side's own figure.
Where a ratio is below 1, the other is faster, and the text says what it does not do. On a busy machine ratios waver
too; believe the first digit.

`

const busyText = `**The machine was busy with other work in this run.** What takes nanoseconds suffers most: its ratios may be wrong by
several times, in either direction.

`

const growthText = `## Growth

What one call takes when the account grows. roster answers a search from an index of parts of names and a total from bit words
of 64 users each, and begins a page at a position and not at a number: none of them reads every user.

`

const barsText = `## Bars

` + "`make bench`" + ` measures these limits and fails if one is missed. Most are the time of a call of ` + "`roster.Directory`" + ` over
` + "`memstore`" + `, divided by the time of the same work on plain go-memdb. The sides take turns in one run, at 10,000 and 100,000
users; with ` + "`MILLION=1`" + ` at a million too.

Plain go-memdb is what a host writes by hand: a table of users with five indexes (id, login, e-mail, telephone,
application) and a table of balances. It keeps the same user values, and each write is one transaction. A narrow write
reads and writes one balance row. A scan reads every user. Plain go-memdb does not validate, check permissions, refuse
a name that is taken, keep versions or record a history.

Memory counts the bytes beyond the user values, with history and indexes. An account with settings alone has no users.
A page has twenty users.

`

const absent = `## What is not here

- **A ledger in Go.** github.com/formancehq/ledger, and github.com/numary/ledger as it was called before, were tried on
  2026-11-22: the Go module proxy in use answered "403 Forbidden: This module version is not available" for the list of
  versions of both. So nothing is said about it; what a ledger costs on PostgreSQL is measured by hand instead.
- **OPA runs in a run of its own**, beside roster, because its 167 packages are a module of their own (` + "`bench/opa`" + `);
  its column has a figure of roster's from that run.
- **Memory and garbage collection** are under [Bars](#bars).
- **A network.** All sides run in one process, or on one machine.
`

// document returns the record as a Markdown document: the machine and the load, the summary, a part
// for each section, the limits, and the versions of the peers. It refers to the picture of growth
// only if growth was measured.
func (r *record) document() []byte {
	var b strings.Builder
	m := r.Machine
	fmt.Fprintf(&b, preamble, r.Command, r.Date, r.Took, m.CPU, m.Cores, m.System, m.Go, r.Load.Before, m.Cores, r.Load.After)
	if r.busy() {
		b.WriteString(busyText)
	}
	r.summary(&b)
	for i := range sections {
		r.section(&b, &sections[i])
	}
	if len(r.growth().Panels) > 0 {
		b.WriteString(growthText)
		fmt.Fprintf(&b, "![How the cost of one call grows](%s)\n\n", growthPicture)
	}
	b.WriteString(barsText)
	writeRow(&b, []string{"measured", "limit"})
	b.WriteString("|---|--:|\n")
	for _, s := range bar.Suites {
		for _, limit := range s.Bars {
			writeRow(&b, []string{limit.What, limit.Limit()})
		}
	}
	b.WriteString("\n" + absent)
	b.WriteString("\n## Versions\n\n| what | version |\n|---|---|\n")
	for _, name := range slices.Sorted(maps.Keys(r.Versions)) {
		fmt.Fprintf(&b, "| %s | %s |\n", name, r.Versions[name])
	}
	return []byte(b.String())
}

// summary writes a Markdown table to b with one row for each peer of each section. The row has the
// lowest and the highest ratio. A ratio is the speed of roster divided by the speed of the peer. If
// there are no figures for the peer, the row has "not measured" instead of the ratios.
func (r *record) summary(b *strings.Builder) {
	b.WriteString("| work | beside | lowest | highest |\n|---|---|---|---|\n")
	sizes := r.sizes()
	for i := range sections {
		s := &sections[i]
		for _, p := range s.peers {
			var ratios []float64
			for _, l := range s.rows(sizes) {
				if c, ok := r.compare(s, p, l.benchmark); ok {
					ratios = append(ratios, c.ratio)
				}
			}
			lowest, highest := "not measured", "not measured"
			if len(ratios) > 0 {
				lowest, highest = plot.Times(slices.Min(ratios)), plot.Times(slices.Max(ratios))
			}
			fmt.Fprintf(b, "| [%s](#%s) | %s | %s | %s |\n", s.title, anchor(s.title), p.name, lowest, highest)
		}
	}
	b.WriteString("\n")
}

func anchor(title string) string { return strings.ReplaceAll(strings.ToLower(title), " ", "-") }

func (r *record) section(b *strings.Builder, s *section) {
	fmt.Fprintf(b, "## %s\n\n%s\n\n", s.title, s.text)
	if len(r.bars(s).Groups) > 0 {
		fmt.Fprintf(b, "![%s: how many times as fast roster is](%s)\n\n", s.title, s.picture())
	}
	head := []string{"", "roster"}
	if s.sized {
		head = []string{"", "users", "roster"}
	}
	for _, p := range s.peers {
		head = append(head, p.name)
	}
	writeRow(b, head)
	b.WriteString("|---" + strings.Repeat("|--:", len(head)-1) + "|\n")
	sizes := r.sizes()
	for i, l := range s.rows(sizes) {
		cells := []string{l.what}
		if s.sized {
			cells = append(cells, plot.Figure(float64(sizes[i%len(sizes)])))
		}
		ours := "not measured"
		if v, ok := r.figure(s.suite, l.benchmark, s.ourMetric()); ok {
			ours = s.format(v)
		}
		cells = append(cells, ours)
		for _, p := range s.peers {
			cells = append(cells, r.cell(s, p, l.benchmark))
		}
		writeRow(b, cells)
	}
	b.WriteString("\n")
}

// cell returns the text of the cell for a peer and a benchmark: the ratio and the peer's figure. If
// the peer was measured in a suite of its own, the text has roster's figure in that suite, too. The
// text is "not measured" if the benchmark has no comparison with the peer.
func (r *record) cell(s *section, p peer, benchmark string) string {
	c, ok := r.compare(s, p, benchmark)
	switch {
	case !ok:
		return "not measured"
	case p.suite != "":
		return fmt.Sprintf("**%s** %s (roster %s)", plot.Times(c.ratio), s.format(c.theirs), s.format(c.ours))
	}
	return fmt.Sprintf("**%s** %s", plot.Times(c.ratio), s.format(c.theirs))
}

// format writes a figure of the section.
func (s *section) format(v float64) string {
	if s.rates {
		return plot.Figure(v) + "/s"
	}
	return plot.Duration(v)
}

func writeRow(b *strings.Builder, cells []string) {
	b.WriteString("| " + strings.Join(cells, " | ") + " |\n")
}
