package main

import (
	"fmt"
	"regexp"
	"strconv"

	"github.com/ca74b63c/roster/bench/internal/gobench"
)

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
func judge(bars []bar, results []gobench.Result, million bool) []row {
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
			v, ok := r.Metrics[b.metric]
			if !ok || !match.MatchString(r.Name) {
				continue
			}
			found = true
			kept := v <= b.limit
			if b.atLeast {
				kept = v >= b.limit
			}
			rows = append(rows, row{b.what, r.Name, strconv.FormatFloat(v, 'g', 4, 64), limit, kept})
		}
		if !found {
			rows = append(rows, row{b.what, b.match, "not measured", limit, false})
		}
	}
	return rows
}
