package main

import (
	"fmt"
	"slices"

	"github.com/ca74b63c/roster/bench/internal/plot"
)

// pictures returns the SVG pictures by file name: a bar chart for each section that was measured,
// and the picture of growth if it was measured.
func (r *record) pictures() map[string][]byte {
	files := map[string][]byte{}
	for i := range sections {
		if bars := r.bars(&sections[i]); len(bars.Groups) > 0 {
			files[sections[i].picture()] = bars.SVG()
		}
	}
	if curves := r.growth(); len(curves.Panels) > 0 {
		files["performance-growth.svg"] = curves.SVG()
	}
	return files
}

func (s *section) picture() string { return "performance-" + s.id + ".svg" }

// bars returns the bar chart of the section s. A line of the section is one benchmark. The chart
// has a group for each line, and in the group a bar for each peer. Lines and peers without figures
// are left out. If the section is measured at several sizes of the account, the chart shows only
// the largest size.
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

// growth returns the charts that show how the time of one call grows with the number of users in
// the account. There is one panel for each benchmark of a section that is measured at several
// sizes. Each panel has a series for roster and a series for each peer that keeps data in memory. A
// panel shows only the sizes at which all series have a figure. If there is no such size, growth
// leaves out the panel.
func (r *record) growth() plot.Curves {
	c := plot.Curves{
		Title: "How the cost of one call grows with the account", Series: []string{"roster"}, Axis: "users in the account",
		Note: "Time of one call, both axes logarithmic, each picture with its own scale. " + r.Date + ".",
	}
	for _, p := range inMemory {
		c.Series = append(c.Series, p.name)
	}
	sizes := r.sizes()
	for i := range sections {
		s := &sections[i]
		if !s.sized {
			continue
		}
		for _, l := range s.lines {
			p := plot.Panel{Title: l.what, Took: make([][]float64, len(c.Series))}
			for _, n := range sizes {
				measured := r.Results[s.suite][at(n, l.benchmark)]
				figures := []float64{measured[s.ourMetric()]}
				for _, p := range inMemory {
					figures = append(figures, measured[p.metric])
				}
				if slices.Contains(figures, 0) {
					continue
				}
				p.Sizes = append(p.Sizes, float64(n))
				for k, v := range figures {
					p.Took[k] = append(p.Took[k], v)
				}
			}
			if len(p.Sizes) > 0 {
				c.Panels = append(c.Panels, p)
			}
		}
	}
	return c
}
