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

// The layout of curves, in pixels. What does not move is a number in the template.
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

type drawnCurves struct {
	Curves
	Width, Height int
	Legend        []drawnKey
	Drawn         []drawnPanel
}

type drawnKey struct {
	X     float64
	Class string
	Name  string
	Mark  string
}

type drawnPanel struct {
	X, Y   int
	Title  string
	Xs, Ys []drawnTick
	Lines  []drawnLine
}

type drawnLine struct {
	Class, Points string
	Marks         []string
}

var curvesTemplate = parse(`{{range .Legend}}  <path class="mark {{.Class}}" d="{{.Mark}}"/>
  <text x="{{n .X}}" dx="14" y="82">{{text .Name}}</text>
{{end}}{{range .Drawn}}  <g transform="translate({{.X}} {{.Y}})">
    <text class="head" x="0" y="10">{{text .Title}}</text>
{{range .Ys}}    <line class="grid" x1="52" y1="{{n .At}}" x2="236" y2="{{n .At}}"/>
    <text class="muted end" x="46" y="{{n .At}}" dy="4">{{.Label}}</text>
{{end}}{{range .Xs}}    <line class="grid" x1="{{n .At}}" y1="22" x2="{{n .At}}" y2="164"/>
    <text class="muted middle" x="{{n .At}}" y="180">{{.Label}}</text>
{{end}}{{if .Xs}}    <text class="muted middle" x="144" y="196">{{text $.Axis}}</text>
{{end}}{{range .Lines}}{{$class := .Class}}    <polyline class="curve {{.Class}}" points="{{.Points}}"/>
{{range .Marks}}    <path class="mark {{$class}}" d="{{.}}"/>
{{end}}{{end}}  </g>
{{end}}`)

// SVG returns the panels and the legend of c as one SVG image. It returns an error if a size or a
// time is not greater than 0 or is infinite, because the axes are logarithmic. It also returns an
// error if c has more series than there are colors.
func (c Curves) SVG() ([]byte, error) {
	if len(c.Series) > len(marks) {
		return nil, fmt.Errorf("plot: %d series, more than %d", len(c.Series), len(marks))
	}
	rows := (len(c.Panels) + panelColumns - 1) / panelColumns
	d := drawnCurves{Curves: c, Width: 800, Height: panelsTop + rows*panelHeight}
	x := float64(panelsLeft + 6)
	for i, name := range c.Series {
		d.Legend = append(d.Legend, drawnKey{x, class(i), name, marks[i](x, 78)})
		x += 40 + 8.2*float64(len(name))
	}
	for i, p := range c.Panels {
		drawn, err := p.draw()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", p.Title, err)
		}
		drawn.X, drawn.Y = panelsLeft+i%panelColumns*panelWidth, panelsTop+i/panelColumns*panelHeight
		d.Drawn = append(d.Drawn, drawn)
	}
	return render(curvesTemplate, d)
}

func class(series int) string { return fmt.Sprintf("s%d", series) }

func (p Panel) draw() (drawnPanel, error) {
	all := slices.Concat(p.Took...)
	if err := usable(slices.Concat(all, p.Sizes)...); err != nil {
		return drawnPanel{}, err
	}
	d := drawnPanel{Title: p.Title}
	if len(all) == 0 {
		return d, nil
	}
	xs, ys := newScale(p.Sizes, plotLeft+8, plotRight-8), newScale(all, plotBottom, plotTop)
	for _, v := range xs.ticks() {
		d.Xs = append(d.Xs, drawnTick{xs.at(v), count(v)})
	}
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
		d.Ys = append(d.Ys, drawnTick{ys.at(v), label})
	}
	// Series 0 is drawn last, on top.
	for i := len(p.Took) - 1; i >= 0; i-- {
		line := drawnLine{Class: class(i)}
		var points []string
		for k, v := range p.Took[i] {
			x, y := xs.at(p.Sizes[k]), ys.at(v)
			points = append(points, number(x)+","+number(y))
			line.Marks = append(line.Marks, marks[i](x, y))
		}
		line.Points = strings.Join(points, " ")
		d.Lines = append(d.Lines, line)
	}
	return d, nil
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
