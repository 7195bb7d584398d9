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

// The layout of bars, in pixels. What does not move is a number in the template.
const (
	barsWidth  = 800
	barsLeft   = 250 // where the axis begins
	barsRight  = 715 // where it ends; the longest bar's number stands behind it
	barsTop    = 96
	barStep    = 22
	groupStep  = 30
	groupSpace = 8
)

type drawnBars struct {
	Bars
	Width, Height   int
	Base, AxisEnd   float64 // x of 1, y of the axis' end
	Ticks           []drawnTick
	Heads           []drawnText
	Drawn           []drawnBar
	TopText, Bottom float64
}

type drawnTick struct {
	At    float64
	Label string
}

type drawnText struct {
	Y    float64
	Text string
}

type drawnBar struct {
	X, Y, Wide, TextY, LabelX float64
	Class, Name, Label        string
}

var barsTemplate = parse(`{{range .Ticks}}  <line class="grid" x1="{{n .At}}" y1="84" x2="{{n .At}}" y2="{{n $.AxisEnd}}"/>
  <text class="muted middle" x="{{n .At}}" y="{{n $.Bottom}}">{{.Label}}</text>
{{end}}  <line class="base" x1="{{n .Base}}" y1="84" x2="{{n .Base}}" y2="{{n .AxisEnd}}"/>
  <text class="muted" x="{{n .Base}}" dx="6" y="{{n .TopText}}">{{text .Better}} →</text>
{{if .Worse}}  <text class="muted end" x="{{n .Base}}" dx="-6" y="{{n .TopText}}">← {{text .Worse}}</text>
{{end}}  <text class="muted middle" x="482.5" y="{{n .Bottom}}" dy="18">{{text .Axis}}</text>
{{range .Heads}}  <text class="head" x="20" y="{{n .Y}}">{{text .Text}}</text>
{{end}}{{range .Drawn}}  <text class="end" x="240" y="{{n .TextY}}">{{text .Name}}</text>
  <rect class="{{.Class}}" x="{{n .X}}" y="{{n .Y}}" width="{{n .Wide}}" height="14" rx="2"/>
  <text x="{{n .LabelX}}" y="{{n .TextY}}">{{.Label}}</text>
{{end}}`)

// SVG returns the chart as an SVG image: a horizontal bar for each ratio, on a logarithmic axis. It
// returns an error if a ratio is not greater than 0 or is infinite. A chart without bars is no
// error.
func (c Bars) SVG() ([]byte, error) {
	ratios := []float64{1}
	for _, g := range c.Groups {
		for _, b := range g.Bars {
			ratios = append(ratios, b.Ratio)
		}
	}
	if err := usable(ratios...); err != nil {
		return nil, err
	}
	axis := newScale(ratios, barsLeft, barsRight)
	d := drawnBars{Bars: c, Width: barsWidth, Base: axis.at(1), TopText: 76}
	if axis.low == 0 {
		d.Worse = "" // nothing is there
	}
	y := float64(barsTop)
	for _, g := range c.Groups {
		d.Heads = append(d.Heads, drawnText{y + 12, g.Name})
		y += groupStep - groupSpace
		for _, b := range g.Bars {
			end := axis.at(b.Ratio)
			bar := drawnBar{
				X: min(end, d.Base), Y: y, Wide: max(end-d.Base, d.Base-end, 1), TextY: y + 11.5,
				LabelX: max(end, d.Base) + 6, Class: "better", Name: b.Name, Label: Times(b.Ratio),
			}
			if b.Ratio < 1 {
				bar.Class = "worse"
			}
			d.Drawn = append(d.Drawn, bar)
			y += barStep
		}
		y += groupSpace
	}
	d.AxisEnd = y
	d.Bottom = y + 16
	d.Height = int(y) + 50
	for _, v := range axis.ticks() {
		d.Ticks = append(d.Ticks, drawnTick{axis.at(v), Figure(v) + "×"})
	}
	return render(barsTemplate, d)
}
