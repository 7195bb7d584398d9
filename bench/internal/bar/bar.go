// Package bar lists the performance bars of roster and judges measurements by them. Command bars
// runs the benchmarks and prints the verdicts. Command peers writes the list into
// docs/performance.md.
package bar

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/ca74b63c/roster/bench/internal/gobench"
)

// Bar is the limit of one metric. It holds for each benchmark whose name matches.
type Bar struct {
	What    string
	match   string // regular expression of a whole name as gobench has it; its group is the label
	metric  string
	limit   float64
	atLeast bool // the limit is the lowest value that is allowed, not the highest
}

func most(what, match, metric string, limit float64) Bar {
	return Bar{What: what, match: match, metric: metric, limit: limit}
}

func least(what, match, metric string, limit float64) Bar {
	return Bar{What: what, match: match, metric: metric, limit: limit, atLeast: true}
}

// Limit returns the limit as text, such as "≤ 0.5".
func (b Bar) Limit() string {
	if b.atLeast {
		return "≥ " + Digits(b.limit, 3)
	}
	return "≤ " + Digits(b.limit, 3)
}

// Row is a bar with what was measured.
type Row struct {
	Bar
	Measured string // the three worst values, the worst first, each with its label
	Kept     bool   // all values are within the limit, and there is at least one
}

// Verdict returns "ok" or "MISSED".
func (r Row) Verdict() string {
	if r.Kept {
		return "ok"
	}
	return "MISSED"
}

// Judge compares the results of benchmarks with the bars. A bar limits one metric of all benchmarks
// whose names match the bar. Judge returns one Row for each bar, in the order of bars. A Row
// without any matching value has Kept false and the text "not measured" in Measured.
func Judge(bars []Bar, results []gobench.Result) []Row {
	rows := make([]Row, len(bars))
	for i, b := range bars {
		rows[i] = b.judge(results)
	}
	return rows
}

func (b Bar) judge(results []gobench.Result) Row {
	type value struct {
		of     float64
		label  string
		excess float64 // how much worse than the limit; not positive if the bar is kept
	}
	match := regexp.MustCompile("^(?:" + b.match + ")$")
	var values []value
	for _, r := range results {
		groups := match.FindStringSubmatch(r.Name)
		v, ok := r.Metrics[b.metric]
		if groups == nil || !ok {
			continue
		}
		found := value{of: v, excess: v - b.limit}
		if b.atLeast {
			found.excess = -found.excess
		}
		if len(groups) > 1 {
			found.label = " (" + groups[1] + ")"
		}
		values = append(values, found)
	}
	if len(values) == 0 {
		return Row{b, "not measured", false}
	}
	slices.SortStableFunc(values, func(x, y value) int { return cmp.Compare(y.excess, x.excess) })
	var texts []string
	for _, v := range values[:min(len(values), 3)] {
		texts = append(texts, Digits(v.of, 3)+v.label)
	}
	return Row{b, strings.Join(texts, ", "), values[0].excess <= 0}
}

// Digits returns v as text with n significant digits. A value of 100 or more is a whole number.
func Digits(v float64, n int) string {
	if v >= 100 {
		return strconv.FormatFloat(v, 'f', 0, 64)
	}
	return strconv.FormatFloat(v, 'g', n, 64)
}
