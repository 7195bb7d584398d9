package plot

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"math"
	"strconv"
	"strings"
	"text/template"
)

// style is shared by all pictures. Colours have names by what they mean; dark ones are chosen for
// a dark surface, not computed.
const style = `<style>
    svg { font: 13px system-ui, -apple-system, "Segoe UI", "Liberation Sans", sans-serif;
      --surface: #ffffff; --edge: #d8dee4; --ink: #1f2328; --muted: #59636e; --grid: #e6eaef; --base: #8c959f;
      --better: #0969da; --worse: #c2570c; --s0: #0969da; --s1: #c2570c; --s2: #1a7f37; --s3: #8250df }
    @media (prefers-color-scheme: dark) { svg {
      --surface: #0d1117; --edge: #30363d; --ink: #e6edf3; --muted: #9198a1; --grid: #21262d; --base: #6e7681;
      --better: #4493f8; --worse: #e3853b; --s0: #4493f8; --s1: #e3853b; --s2: #3fb950; --s3: #ab7df8 } }
    .surface { fill: var(--surface); stroke: var(--edge) }
    text { fill: var(--ink) }
    .title { font-size: 16px; font-weight: 600 }
    .head { font-weight: 600 }
    .muted { fill: var(--muted); font-size: 12px }
    .grid { stroke: var(--grid) }
    .base { stroke: var(--base) }
    .better { fill: var(--better) } .worse { fill: var(--worse) }
    .end { text-anchor: end } .middle { text-anchor: middle }
    .curve { fill: none; stroke-width: 2; stroke-linejoin: round; stroke-linecap: round }
    .s0 { --c: var(--s0) } .s1 { --c: var(--s1) } .s2 { --c: var(--s2) } .s3 { --c: var(--s3) }
    .curve.s0 { stroke-width: 3 } .curve { stroke: var(--c) } .mark { fill: var(--c); stroke: var(--surface) }
  </style>`

// frame is what every picture begins with. Its template is completed by the picture's own, "body".
const frame = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {{.Width}} {{.Height}}" width="{{.Width}}" ` +
	`height="{{.Height}}" role="img" aria-label="{{text .Title}}">
  <title>{{text .Title}}</title>
  ` + style + `
  <rect class="surface" x="0.5" y="0.5" width="{{sub .Width 1}}" height="{{sub .Height 1}}" rx="6"/>
  <text class="title" x="20" y="32">{{text .Title}}</text>
  <text class="muted" x="20" y="52">{{text .Note}}</text>
{{template "body" .}}</svg>
`

func parse(body string) *template.Template {
	t := template.New("frame").Funcs(template.FuncMap{
		"text": escaped, "sub": func(a, b int) int { return a - b }, "n": number,
	})
	template.Must(t.Parse(frame))
	return template.Must(t.New("body").Parse(body))
}

func render(t *template.Template, data any) ([]byte, error) {
	var b bytes.Buffer
	if err := t.ExecuteTemplate(&b, "frame", data); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// escaped returns s with the characters escaped that have a meaning in XML, so that s can be the
// text of an element or the value of an attribute. The error is that of xml.EscapeText.
func escaped(s string) (string, error) {
	var b strings.Builder
	err := xml.EscapeText(&b, []byte(s))
	return b.String(), err
}

// number writes a coordinate, rounded to a tenth so that the picture does not depend on the last
// bit of a logarithm.
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

// usable returns an error for the first value that a logarithmic axis cannot show.
func usable(values ...float64) error {
	for _, v := range values {
		if !(v > 0) || math.IsInf(v, 0) {
			return fmt.Errorf("plot: %v has no place on a logarithmic axis", v)
		}
	}
	return nil
}
