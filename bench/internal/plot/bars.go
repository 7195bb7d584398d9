// Package plot draws the chart of docs/performance.md as SVG: ratios as bars. The axis is
// logarithmic, because a ratio of 2 and one of 1/2 are equally far from 1.
//
//	svg := plot.Bars{
//		Title:  "Permission",
//		Groups: []plot.Group{{Name: "allowed", Bars: []plot.Bar{{Name: "casbin", Ratio: 2849}}}},
//	}.SVG()
//
// A picture is one text without links, scripts or fonts of its own, readable on light and on dark:
// it follows the reader's preference. It is the same for the same data, so that it can be compared
// with a golden file. Layout is fixed: names that are longer than some thirty characters do not
// fit.
package plot

import (
	_ "embed"
	"encoding/xml"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// style has colors for light and dark surfaces, with names by what they mean.
//
//go:embed style.css
var style string

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

// picture is an SVG image under construction.
type picture struct{ text strings.Builder }

// add appends a line. Of the arguments, texts are escaped, and float64 are coordinates, rounded to
// a tenth so that the picture does not depend on the last bit of a logarithm.
func (p *picture) add(format string, args ...any) {
	for i, arg := range args {
		switch v := arg.(type) {
		case float64:
			args[i] = strings.TrimSuffix(strconv.FormatFloat(v, 'f', 1, 64), ".0")
		case string:
			var b strings.Builder
			_ = xml.EscapeText(&b, []byte(v)) // a strings.Builder returns no error
			args[i] = b.String()
		}
	}
	fmt.Fprintf(&p.text, format+"\n", args...)
}

// SVG returns the chart as an SVG image. It has a horizontal bar for each ratio, on a logarithmic
// axis. A bar to the right of 1 is a ratio above 1.
func (c Bars) SVG() []byte {
	const top, barStep, groupStep, groupSpace = 96.0, 22.0, 30.0, 8.0 // pixels
	low, high, end := 0.0, 0.0, top                                   // the powers of ten at the ends of the axis
	for _, g := range c.Groups {
		for _, b := range g.Bars {
			low = min(low, math.Floor(math.Log10(b.Ratio)+1e-9))
			high = max(high, math.Ceil(math.Log10(b.Ratio)-1e-9))
		}
		end += groupStep + barStep*float64(len(g.Bars))
	}
	if high == low {
		high++
	}
	// 715, because the number of the longest bar stands behind the bar.
	at := func(ratio float64) float64 { return 250 + (math.Log10(ratio)-low)/(high-low)*(715-250) }
	base, height := at(1), int(end)+50
	p := new(picture)
	p.add(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 %v" width="800" height="%v" role="img" aria-label="%v">`,
		height, height, c.Title)
	p.add(`  <title>%v</title>`, c.Title)
	p.text.WriteString("  <style>\n" + style + "  </style>\n")
	p.add(`  <rect class="surface" x="0.5" y="0.5" width="799" height="%v" rx="6"/>`, height-1)
	p.add(`  <text class="title" x="20" y="32">%v</text>`, c.Title)
	p.add(`  <text class="muted" x="20" y="52">%v</text>`, c.Note)
	for power := low; power <= high; power++ {
		v := math.Pow(10, power)
		p.add(`  <line class="grid" x1="%v" y1="84" x2="%v" y2="%v"/>`, at(v), at(v), end)
		p.add(`  <text class="muted middle" x="%v" y="%v">%v</text>`, at(v), end+16, Figure(v)+"×")
	}
	p.add(`  <line class="base" x1="%v" y1="84" x2="%v" y2="%v"/>`, base, base, end)
	p.add(`  <text class="muted" x="%v" dx="6" y="76">roster is faster →</text>`, base)
	if low < 0 { // there is something at the left
		p.add(`  <text class="muted end" x="%v" dx="-6" y="76">← the other is faster</text>`, base)
	}
	p.add(`  <text class="muted middle" x="482.5" y="%v" dy="18">times as fast (logarithmic)</text>`, end+16)
	y := top
	for _, g := range c.Groups {
		p.add(`  <text class="head" x="20" y="%v">%v</text>`, y+12, g.Name)
		y += groupStep - groupSpace
		for _, b := range g.Bars {
			class, at := "better", at(b.Ratio)
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
	p.text.WriteString("</svg>\n")
	return []byte(p.text.String())
}
