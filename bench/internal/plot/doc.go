// Package plot draws the two charts of docs/performance.md as SVG: ratios as bars, and how a cost
// grows as curves. Both axes are logarithmic, because a ratio of 2 and one of 1/2 are equally far
// from 1.
//
//	svg, err := plot.Bars{
//		Title:  "Permission",
//		Groups: []plot.Group{{Name: "allowed", Bars: []plot.Bar{{Name: "casbin", Ratio: 2849}}}},
//	}.SVG()
//
// A picture is one text without links, scripts or fonts of its own, readable on light and on dark:
// it follows the reader's preference. It is the same for the same data, so that it can be compared
// with a golden file. Layout is fixed: names that are longer than some thirty characters do not
// fit.
package plot
