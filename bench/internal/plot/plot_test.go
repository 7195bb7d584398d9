package plot

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"math"
	"strings"
	"testing"
)

var someBars = Bars{
	Title: "Permission & <more>", Note: "2 cores", Better: "roster is faster", Worse: "the peer is faster", Axis: "times as fast",
	Groups: []Group{
		{"allowed", []Bar{{"casbin, cached", 6.97}, {"casbin", 2849}, {"OPA", 1315}}},
		{"denied", []Bar{{"casbin, cached", 0.21}, {"casbin", 1}}},
	},
}

var someCurves = Curves{
	Title: "Growth", Note: "one call", Axis: "users", Series: []string{"roster", "go-memdb", "map", "SQLite"},
	Panels: []Panel{
		{"get", []float64{1e4, 1e5, 1e6}, [][]float64{
			{1500, 1900, 2400}, {1100, 1300, 1700}, {210, 320, 610}, {4e4, 4.1e4, 4.5e4},
		}},
		{"search", []float64{1e4, 1e5, 1e6}, [][]float64{
			{2e4, 2.2e4, 2e4}, {1e7, 1.1e8, 1.2e9}, {8e6, 9e7, 9e8}, {2e7, 2.1e8, 2.2e9},
		}},
		{"one size", []float64{1e4}, [][]float64{{1500}, {1100}, {210}, {4e4}}},
		{"nothing", nil, nil},
	},
}

// TestPictures counts the elements of two pictures. The pictures in docs are compared to the byte,
// in a test of command peers.
func TestPictures(t *testing.T) {
	for _, tt := range []struct {
		draw  func() ([]byte, error)
		title string
		want  map[string]int
	}{
		{someBars.SVG, "Permission & <more>", map[string]int{"rect": 1 + 5, "line": 6 + 1}},
		{someCurves.SVG, "Growth", map[string]int{"polyline": 3 * 4, "path": 4 + 4*(3+3+1), "g": 4}},
	} {
		svg, err := tt.draw()
		if err != nil {
			t.Fatal(err)
		}
		found, texts := map[string]int{}, ""
		for d := xml.NewDecoder(bytes.NewReader(svg)); ; {
			token, err := d.Token()
			if errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%s is not XML: %v", tt.title, err)
			}
			switch x := token.(type) {
			case xml.StartElement:
				found[x.Name.Local]++
			case xml.CharData:
				texts += string(x)
			}
		}
		for name, want := range tt.want {
			if found[name] != want {
				t.Errorf("%s has %d elements %s, want %d", tt.title, found[name], name, want)
			}
		}
		if !strings.Contains(texts, tt.title) {
			t.Errorf("%s is no text of its picture", tt.title)
		}
	}
}

func TestWhatHasNoPlaceOnALogarithmicAxis(t *testing.T) {
	for _, v := range []float64{0, -1, math.NaN(), math.Inf(1)} {
		if _, err := (Bars{Groups: []Group{{"", []Bar{{"", v}}}}}).SVG(); err == nil {
			t.Errorf("a bar of %v was drawn", v)
		}
		if _, err := (Curves{Panels: []Panel{{"", []float64{1}, [][]float64{{v}}}}}).SVG(); err == nil {
			t.Errorf("a curve through %v was drawn", v)
		}
	}
	if _, err := (Curves{Series: make([]string, 5)}).SVG(); err == nil {
		t.Error("five series were drawn with four colours")
	}
}

func TestFigures(t *testing.T) {
	for v, want := range map[float64]string{
		1_315_402: "1,315,402", 1315.4: "1,315", 23.4: "23", 9.96: "10", 2.34: "2.3", 2.04: "2", 1: "1", 0.96: "0.96",
		0.14: "0.14", 0.5: "0.5", 0.1: "0.1", 0.0123: "0.012", 0.001: "0.001", 0.996: "1", 1.5e-10: "1.5e-10",
	} {
		if got := Figure(v); got != want {
			t.Errorf("Figure(%v) is %s, want %s", v, got, want)
		}
	}
	for v, want := range map[float64]string{9.951: "10×", 5: "5.0×", 0.8: "0.80×", 0.0861: "0.086×", 1: "1.0×"} {
		if got := Times(v); got != want {
			t.Errorf("Times(%v) is %s, want %s", v, got, want)
		}
	}
	for ns, want := range map[float64]string{
		0.5: "0.50 ns", 22.7: "22.7 ns", 999.4: "999 ns", 999.6: "1.00 µs", 1_204: "1.20 µs", 99_960: "100 µs",
		3.451e8: "345 ms", 1.2e9: "1.20 s", 2e13: "20,000 s",
	} {
		if got := Duration(ns); got != want {
			t.Errorf("Duration(%v) is %s, want %s", ns, got, want)
		}
	}
}
