package main

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// result is one line of a benchmark: its name and its metrics by unit.
type result struct {
	name    string
	metrics map[string]float64
}

var processors = regexp.MustCompile(`-\d+$`)

// parse reads the output of go test -bench.
func parse(text string) []result {
	var list []result
	for line := range strings.Lines(text) {
		fields := strings.Fields(line)
		name, ok := strings.CutPrefix(line, "Benchmark")
		if !ok || len(fields) < 4 || len(fields)%2 != 0 {
			continue
		}
		name, _, _ = strings.Cut(name, " ")
		name, _, _ = strings.Cut(name, "\t")
		r := result{processors.ReplaceAllString(name, ""), map[string]float64{}}
		for i := 2; i < len(fields); i += 2 {
			if v, err := strconv.ParseFloat(fields[i], 64); err == nil {
				r.metrics[fields[i+1]] = v
			}
		}
		list = append(list, r)
	}
	return list
}

// row is one bar at one benchmark.
type row struct {
	what, benchmark, measured, bar string
	kept                           bool
}

func (r row) verdict() string {
	if r.kept {
		return "ok"
	}
	return "FAIL"
}

// judge compares results with bars. A bar that nothing was measured for is not kept.
func judge(bars []bar, results []result, million bool) []row {
	var rows []row
	for _, b := range bars {
		if b.million && !million {
			continue
		}
		sign := "<="
		if b.atLeast {
			sign = ">="
		}
		limit := fmt.Sprintf("%s %g", sign, b.limit)
		match := regexp.MustCompile("^(?:" + b.match + ")$")
		found := false
		for _, r := range results {
			v, ok := r.metrics[b.metric]
			if !ok || !match.MatchString(r.name) {
				continue
			}
			found = true
			kept := v <= b.limit
			if b.atLeast {
				kept = v >= b.limit
			}
			rows = append(rows, row{b.what, r.name, strconv.FormatFloat(v, 'g', 4, 64), limit, kept})
		}
		if !found {
			rows = append(rows, row{b.what, b.match, "not measured", limit, false})
		}
	}
	return rows
}
