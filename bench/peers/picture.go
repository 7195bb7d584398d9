package main

import (
	"fmt"

	"github.com/ca74b63c/roster/bench/internal/plot"
)

// pictures returns a bar chart for each section that has figures, as SVG by file name.
func (r *record) pictures() map[string][]byte {
	files := map[string][]byte{}
	for i := range sections {
		if bars := r.bars(&sections[i]); len(bars.Groups) > 0 {
			files[sections[i].picture()] = bars.SVG()
		}
	}
	return files
}

func (s *section) picture() string { return "performance-" + s.id + ".svg" }

// bars returns the bar chart of the section s. The chart has a group for each benchmark of the
// section, and in the group a bar for each peer. Benchmarks and peers without figures are left out.
// If the section is measured at several sizes of the account, the chart shows only the largest
// size.
func (r *record) bars(s *section) plot.Bars {
	c := plot.Bars{
		Title: s.title, Note: fmt.Sprintf("%s, %d cores, %s. %s.", r.Machine.CPU, r.Machine.Cores, r.Machine.Go, r.Date),
	}
	sizes := r.sizes()
	if s.sized && len(sizes) > 0 {
		sizes = sizes[len(sizes)-1:]
		c.Title = fmt.Sprintf("%s, %s users", s.title, plot.Figure(float64(sizes[0])))
	}
	for _, l := range s.rows(sizes) {
		g := plot.Group{Name: l.what}
		for _, p := range s.peers {
			if x, ok := r.compare(s, p, l.benchmark); ok {
				g.Bars = append(g.Bars, plot.Bar{Name: p.name, Ratio: x.ratio})
			}
		}
		if len(g.Bars) > 0 {
			c.Groups = append(c.Groups, g)
		}
	}
	return c
}
