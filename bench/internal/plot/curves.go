package plot

import (
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

// marks has the shape of each series around its point, so that the series differ without colors.
var marks = [...]string{
	"M-4.5 0L0 -4.5L4.5 0L0 4.5Z", "M-4 -4L4 -4L4 4L-4 4Z", "M0 -5L4.6 3.4L-4.6 3.4Z", "M0 5L4.6 -3.4L-4.6 -3.4Z",
}

// SVG returns the panels and the legend of c as one SVG image. Both axes are logarithmic. Every
// panel must have a size, and a time for each series and size.
func (c Curves) SVG() []byte {
	const columns, width, height, left, top = 3, 256, 220, 20, 104 // of panels, in pixels
	rows := (len(c.Panels) + columns - 1) / columns
	p := newPicture(c.Title, c.Note, 800, top+rows*height)
	x := left + 6.0
	for i, name := range c.Series {
		p.mark(i, x, 78)
		p.add(`  <text x="%v" dx="14" y="82">%v</text>`, x, name)
		x += 40 + 8.2*float64(len(name))
	}
	for i, panel := range c.Panels {
		p.add(`  <g transform="translate(%v %v)">`, left+i%columns*width, top+i/columns*height)
		p.add(`  <text class="head" x="0" y="10">%v</text>`, panel.Title)
		panel.draw(p, c.Axis)
		p.add(`  </g>`)
	}
	return p.svg()
}

func (p *picture) mark(series int, x, y float64) {
	p.add(`  <path class="mark s%v" transform="translate(%v %v)" d="%v"/>`, series, x, y, marks[series])
}

// draw adds the axes and the curves of the panel to the picture p. axis is the text below the
// horizontal axis.
func (panel Panel) draw(p *picture, axis string) {
	xs, ys := newScale(panel.Sizes, 60, 228), newScale(slices.Concat(panel.Took...), 164, 22)
	step := 1
	if ys.high-ys.low > 4 {
		step = 2 // more labels than that stand too close
	}
	for i, v := range ys.ticks() {
		p.add(`  <line class="grid" x1="52" y1="%v" x2="236" y2="%v"/>`, ys.at(v), ys.at(v))
		if i%step == 0 {
			label := strings.NewReplacer(".00", "", ".0", "").Replace(Duration(v))
			p.add(`  <text class="muted end" x="46" y="%v" dy="4">%v</text>`, ys.at(v), label)
		}
	}
	for _, v := range xs.ticks() {
		p.add(`  <line class="grid" x1="%v" y1="22" x2="%v" y2="164"/>`, xs.at(v), xs.at(v))
		label := strings.NewReplacer(",000,000", "M", ",000", "k").Replace(Figure(v))
		p.add(`  <text class="muted middle" x="%v" y="180">%v</text>`, xs.at(v), label)
	}
	p.add(`  <text class="muted middle" x="144" y="196">%v</text>`, axis)
	for i, took := range slices.Backward(panel.Took) { // series 0 is drawn last, on top
		var points []string
		for k, v := range took {
			points = append(points, number(xs.at(panel.Sizes[k]))+","+number(ys.at(v)))
		}
		p.add(`  <polyline class="curve s%v" points="%v"/>`, i, strings.Join(points, " "))
		for k, v := range took {
			p.mark(i, xs.at(panel.Sizes[k]), ys.at(v))
		}
	}
}
