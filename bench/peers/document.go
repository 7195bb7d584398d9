package main

import (
	"bytes"
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"text/template"

	"github.com/ca74b63c/roster/bench/internal/bar"
	"github.com/ca74b63c/roster/bench/internal/figure"
)

//go:embed performance.md.tmpl
var documentText string

var documentTemplate = template.Must(template.New("performance.md").Parse(documentText))

// document returns the record as a Markdown document: the machine and the load, the summary, a part
// for each section, the limits, and the versions of the peers. Errors: those of the template.
func (r *record) document() ([]byte, error) {
	var b bytes.Buffer
	err := documentTemplate.Execute(&b, struct {
		*record
		Suites []bar.Suite
	}{r, bar.Suites})
	return b.Bytes(), err
}

// Summary returns a Markdown table with one row for each peer of each section. The row has the
// lowest and the highest ratio. A ratio is the speed of roster divided by the speed of the peer. If
// there are no figures for the peer, the row has "not measured" instead of the ratios.
func (r *record) Summary() string {
	var b strings.Builder
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
				lowest, highest = figure.Times(slices.Min(ratios)), figure.Times(slices.Max(ratios))
			}
			anchor := strings.ReplaceAll(strings.ToLower(s.title), " ", "-")
			fmt.Fprintf(&b, "| [%s](#%s) | %s | %s | %s |\n", s.title, anchor, p.name, lowest, highest)
		}
	}
	return b.String() + "\n"
}

// Section returns the table of the section with the id, as Markdown. It panics if no section has
// the id.
func (r *record) Section(id string) string {
	s := &sections[slices.IndexFunc(sections, func(s section) bool { return s.id == id })]
	var b strings.Builder
	row := func(cells ...string) { b.WriteString("| " + strings.Join(cells, " | ") + " |\n") }
	head := []string{"", "roster"}
	if s.sized {
		head = []string{"", "users", "roster"}
	}
	for _, p := range s.peers {
		head = append(head, p.name)
	}
	row(head...)
	b.WriteString("|---" + strings.Repeat("|--:", len(head)-1) + "|\n")
	sizes := r.sizes()
	for i, l := range s.rows(sizes) {
		cells := []string{l.what}
		if s.sized {
			cells = append(cells, figure.Number(float64(sizes[i%len(sizes)])))
		}
		ours := "not measured"
		if v, ok := r.figure(s.suite, l.benchmark, s.ourMetric()); ok {
			ours = s.format(v)
		}
		cells = append(cells, ours)
		for _, p := range s.peers {
			cells = append(cells, r.cell(s, p, l.benchmark))
		}
		row(cells...)
	}
	return b.String()
}

// cell returns the text of the table's cell for a peer and a benchmark: the ratio and the peer's
// figure. If the peer was measured in a suite of its own, the text also has roster's figure in that
// suite. The text is "not measured" if roster or the peer has no figure.
func (r *record) cell(s *section, p peer, benchmark string) string {
	c, ok := r.compare(s, p, benchmark)
	switch {
	case !ok:
		return "not measured"
	case p.suite != "":
		return fmt.Sprintf("**%s** %s (roster %s)", figure.Times(c.ratio), s.format(c.theirs), s.format(c.ours))
	}
	return fmt.Sprintf("**%s** %s", figure.Times(c.ratio), s.format(c.theirs))
}

// format writes a figure of the section.
func (s *section) format(v float64) string {
	if s.rates {
		return figure.Number(v) + "/s"
	}
	return figure.Duration(v)
}
