package plot

// Bars is a chart of ratios. A bar begins at 1: to the right is better.
type Bars struct {
	Title, Note   string
	Better, Worse string // what it means to be at the right and at the left of 1
	Axis          string // what is counted: "times as fast"
	Groups        []Group
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

// The layout of bars, in pixels. What does not move is a number in a line.
const (
	barsLeft   = 250 // where the axis begins
	barsRight  = 715 // where it ends; the longest bar's number stands behind it
	barsTop    = 96.0
	barStep    = 22.0
	groupStep  = 30.0
	groupSpace = 8.0
)

// SVG returns the chart as an SVG image: a horizontal bar for each ratio, on a logarithmic axis. It
// returns an error if a ratio is not greater than 0 or is infinite. A chart without bars is no
// error.
func (c Bars) SVG() ([]byte, error) {
	ratios, end := []float64{1}, barsTop
	for _, g := range c.Groups {
		for _, b := range g.Bars {
			ratios = append(ratios, b.Ratio)
		}
		end += groupStep + barStep*float64(len(g.Bars))
	}
	if err := usable(ratios...); err != nil {
		return nil, err
	}
	axis := newScale(ratios, barsLeft, barsRight)
	base := axis.at(1)
	p := newPicture(c.Title, c.Note, 800, int(end)+50)
	for _, v := range axis.ticks() {
		p.add(`  <line class="grid" x1="%v" y1="84" x2="%v" y2="%v"/>`, axis.at(v), axis.at(v), end)
		p.add(`  <text class="muted middle" x="%v" y="%v">%v</text>`, axis.at(v), end+16, Figure(v)+"×")
	}
	p.add(`  <line class="base" x1="%v" y1="84" x2="%v" y2="%v"/>`, base, base, end)
	p.add(`  <text class="muted" x="%v" dx="6" y="76">%v →</text>`, base, c.Better)
	if axis.low < 0 { // there is something at the left
		p.add(`  <text class="muted end" x="%v" dx="-6" y="76">← %v</text>`, base, c.Worse)
	}
	p.add(`  <text class="muted middle" x="482.5" y="%v" dy="18">%v</text>`, end+16, c.Axis)
	y := barsTop
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
	return p.svg(), nil
}
