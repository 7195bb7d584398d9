package plot

import (
	_ "embed"
	"encoding/xml"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// style is shared by all pictures. Its colors have names by what they mean; dark ones are chosen
// for a dark surface, not computed.
//
//go:embed style.css
var style string

// picture collects the elements of an SVG image.
type picture struct{ text strings.Builder }

// newPicture returns a picture of the given size in pixels, with a frame, the title and the note.
func newPicture(title, note string, width, height int) *picture {
	p := new(picture)
	p.add(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %v %v" width="%v" height="%v" role="img" aria-label="%v">`,
		width, height, width, height, title)
	p.add(`  <title>%v</title>`, title)
	p.text.WriteString("  <style>\n" + style + "  </style>\n")
	p.add(`  <rect class="surface" x="0.5" y="0.5" width="%v" height="%v" rx="6"/>`, width-1, height-1)
	p.add(`  <text class="title" x="20" y="32">%v</text>`, title)
	p.add(`  <text class="muted" x="20" y="52">%v</text>`, note)
	return p
}

// add appends a line. Of the arguments, texts are escaped, and float64 are coordinates, rounded to
// a tenth so that the picture does not depend on the last bit of a logarithm.
func (p *picture) add(format string, args ...any) {
	for i, arg := range args {
		switch v := arg.(type) {
		case float64:
			args[i] = number(v)
		case string:
			var b strings.Builder
			_ = xml.EscapeText(&b, []byte(v)) // a strings.Builder returns no error
			args[i] = b.String()
		}
	}
	fmt.Fprintf(&p.text, format+"\n", args...)
}

// svg ends the picture and returns it.
func (p *picture) svg() []byte {
	p.text.WriteString("</svg>\n")
	return []byte(p.text.String())
}

// number writes a coordinate.
func number(v float64) string {
	return strings.TrimSuffix(strconv.FormatFloat(v, 'f', 1, 64), ".0")
}

// scale maps values to coordinates on a logarithmic axis.
type scale struct {
	low, high int // powers of ten at the ends
	from, to  float64
}

// newScale returns a logarithmic scale that maps values to positions between from and to. The ends
// of the scale are the powers of ten around the least and the greatest value. They differ by at
// least one power. values must be positive and not empty.
func newScale(values []float64, from, to float64) scale {
	s := scale{low: math.MaxInt, high: math.MinInt, from: from, to: to}
	for _, v := range values {
		s.low = min(s.low, int(math.Floor(math.Log10(v)+1e-9)))
		s.high = max(s.high, int(math.Ceil(math.Log10(v)-1e-9)))
	}
	if s.high == s.low {
		s.high++
	}
	return s
}

func (s scale) at(v float64) float64 {
	return s.from + (math.Log10(v)-float64(s.low))/float64(s.high-s.low)*(s.to-s.from)
}

// ticks are the powers of ten.
func (s scale) ticks() (values []float64) {
	for p := s.low; p <= s.high; p++ {
		values = append(values, math.Pow10(p))
	}
	return values
}
