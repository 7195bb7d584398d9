package plot

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// Curves is a table of small charts with the same series, one for each kind of work: what doing it
// once takes, by size.
type Curves struct {
	Title, Note string
	Axis        string   // what sizes count: "users"
	Series      []string // at most four
	Panels      []Panel
}

// Panel is one kind of work.
type Panel struct {
	Title string
	Sizes []float64   // more than 0, ascending
	Took  [][]float64 // nanoseconds by series and size, more than 0
}

// The layout of curves, in pixels. What does not move is a number in a line.
const (
	panelColumns = 3
	panelWidth   = 256
	panelHeight  = 220
	panelsLeft   = 20
	panelsTop    = 104
	plotLeft     = 52 // inside a panel
	plotRight    = 236
	plotTop      = 22
	plotBottom   = 164
)

// SVG returns the panels and the legend of c as one SVG image. It returns an error if a size or a
// time is not greater than 0 or is infinite, because the axes are logarithmic. It also returns an
// error if c has more series than there are marks.
func (c Curves) SVG() ([]byte, error) {
	if len(c.Series) > len(marks) {
		return nil, fmt.Errorf("plot: %d series, more than %d", len(c.Series), len(marks))
	}
	rows := (len(c.Panels) + panelColumns - 1) / panelColumns
	p := newPicture(c.Title, c.Note, 800, panelsTop+rows*panelHeight)
	x := float64(panelsLeft + 6)
	for i, name := range c.Series {
		p.add(`  <path class="mark s%v" d="%v"/>`, i, marks[i](x, 78))
		p.add(`  <text x="%v" dx="14" y="82">%v</text>`, x, name)
		x += 40 + 8.2*float64(len(name))
	}
	for i, panel := range c.Panels {
		if err := usable(slices.Concat(panel.Sizes, slices.Concat(panel.Took...))...); err != nil {
			return nil, fmt.Errorf("%s: %w", panel.Title, err)
		}
		p.add(`  <g transform="translate(%v %v)">`, panelsLeft+i%panelColumns*panelWidth, panelsTop+i/panelColumns*panelHeight)
		p.add(`    <text class="head" x="0" y="10">%v</text>`, panel.Title)
		if len(panel.Sizes) > 0 {
			panel.draw(p, c.Axis)
		}
		p.add(`  </g>`)
	}
	return p.svg(), nil
}

// draw adds the axes and the curves of the panel to p. The panel must have a size. axis is the text
// below the horizontal axis.
func (panel Panel) draw(p *picture, axis string) {
	xs, ys := newScale(panel.Sizes, plotLeft+8, plotRight-8), newScale(slices.Concat(panel.Took...), plotBottom, plotTop)
	step := 1
	if ys.high-ys.low > 4 {
		step = 2 // more labels than that stand too close
	}
	for i, v := range ys.ticks() {
		label := ""
		if i%step == 0 {
			label = strings.Replace(Duration(v), ".00", "", 1)
			label = strings.Replace(label, ".0", "", 1)
		}
		p.add(`    <line class="grid" x1="52" y1="%v" x2="236" y2="%v"/>`, ys.at(v), ys.at(v))
		p.add(`    <text class="muted end" x="46" y="%v" dy="4">%v</text>`, ys.at(v), label)
	}
	for _, v := range xs.ticks() {
		p.add(`    <line class="grid" x1="%v" y1="22" x2="%v" y2="164"/>`, xs.at(v), xs.at(v))
		p.add(`    <text class="muted middle" x="%v" y="180">%v</text>`, xs.at(v), count(v))
	}
	p.add(`    <text class="muted middle" x="144" y="196">%v</text>`, axis)
	for i, took := range slices.Backward(panel.Took) { // series 0 is drawn last, on top
		var points []string
		for k, v := range took {
			points = append(points, number(xs.at(panel.Sizes[k]))+","+number(ys.at(v)))
		}
		p.add(`    <polyline class="curve s%v" points="%v"/>`, i, strings.Join(points, " "))
		for k, v := range took {
			p.add(`    <path class="mark s%v" d="%v"/>`, i, marks[i](xs.at(panel.Sizes[k]), ys.at(v)))
		}
	}
}

// count formats a size: "10k", "1M".
func count(v float64) string {
	switch {
	case v >= 999_999:
		return Figure(math.Round(v/1e6)) + "M"
	case v >= 999:
		return Figure(math.Round(v/1e3)) + "k"
	}
	return Figure(v)
}

// marks has the shape of each series, so that the series differ without colors.
var marks = [...]func(x, y float64) string{
	func(x, y float64) string { return polygon(x, y, -4.5, 0, 0, -4.5, 4.5, 0, 0, 4.5) }, // diamond
	func(x, y float64) string { return polygon(x, y, -4, -4, 4, -4, 4, 4, -4, 4) },       // square
	func(x, y float64) string { return polygon(x, y, 0, -5, 4.6, 3.4, -4.6, 3.4) },       // triangle
	func(x, y float64) string { return polygon(x, y, 0, 5, 4.6, -3.4, -4.6, -3.4) },      // the other way round
}

func polygon(x, y float64, corners ...float64) string {
	var b strings.Builder
	for i := 0; i < len(corners); i += 2 {
		b.WriteString([]string{"M", "L"}[min(i, 1)])
		b.WriteString(number(x+corners[i]) + " " + number(y+corners[i+1]))
	}
	return b.String() + "Z"
}
