package plot

// Bars is a chart of ratios. A bar begins at 1: to the right is better.
type Bars struct {
	Title, Note string
	Groups      []Group
}

// Group is some bars under a name.
type Group struct {
	Name string
	Bars []Bar
}

// Bar is one ratio, more than 0.
type Bar struct {
	Name  string
	Ratio float64
}

// SVG returns the chart as an SVG image: a horizontal bar for each ratio, on a logarithmic axis.
func (c Bars) SVG() []byte {
	const top, barStep, groupStep, groupSpace = 96.0, 22.0, 30.0, 8.0 // pixels
	ratios, end := []float64{1}, top
	for _, g := range c.Groups {
		for _, b := range g.Bars {
			ratios = append(ratios, b.Ratio)
		}
		end += groupStep + barStep*float64(len(g.Bars))
	}
	axis := newScale(ratios, 250, 715) // the longest bar's number stands behind it
	base := axis.at(1)
	p := newPicture(c.Title, c.Note, 800, int(end)+50)
	for _, v := range axis.ticks() {
		p.add(`  <line class="grid" x1="%v" y1="84" x2="%v" y2="%v"/>`, axis.at(v), axis.at(v), end)
		p.add(`  <text class="muted middle" x="%v" y="%v">%v</text>`, axis.at(v), end+16, Figure(v)+"×")
	}
	p.add(`  <line class="base" x1="%v" y1="84" x2="%v" y2="%v"/>`, base, base, end)
	p.add(`  <text class="muted" x="%v" dx="6" y="76">roster is faster →</text>`, base)
	if axis.low < 0 { // there is something at the left
		p.add(`  <text class="muted end" x="%v" dx="-6" y="76">← the other is faster</text>`, base)
	}
	p.add(`  <text class="muted middle" x="482.5" y="%v" dy="18">times as fast (logarithmic)</text>`, end+16)
	y := top
	for _, g := range c.Groups {
		p.add(`  <text class="head" x="20" y="%v">%v</text>`, y+12, g.Name)
		y += groupStep - groupSpace
		for _, b := range g.Bars {
			class, at := "better", axis.at(b.Ratio)
			if b.Ratio < 1 {
				class = "worse"
			}
			p.add(`  <text class="end" x="240" y="%v">%v</text>`, y+11.5, b.Name)
			p.add(`  <rect class="%v" x="%v" y="%v" width="%v" height="14" rx="2"/>`,
				class, min(at, base), y, max(at-base, base-at, 1))
			p.add(`  <text x="%v" y="%v">%v</text>`, max(at, base)+6, y+11.5, Times(b.Ratio))
			y += barStep
		}
		y += groupSpace
	}
	return p.svg()
}
