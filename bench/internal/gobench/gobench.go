// Package gobench parses the output of go test -bench.
//
//	for _, r := range gobench.Parse(text) {
//		fmt.Println(r.Name, r.Metrics["ns/op"])
//	}
//
// It ignores all other output of a test.
package gobench

import (
	"regexp"
	"strconv"
	"strings"
)

// Result is one line of a benchmark: its name, without "Benchmark" and the number of processors,
// and its metrics by unit.
type Result struct {
	Name    string
	Metrics map[string]float64
}

var processors = regexp.MustCompile(`-\d+$`)

// Parse returns the results of benchmarks in the output of go test, in the order of the lines. It
// skips lines that are not the result of a benchmark, and metrics that are not numbers. The name of
// a result has neither the prefix "Benchmark" nor the number of processors.
func Parse(text string) []Result {
	var list []Result
	for line := range strings.Lines(text) {
		fields := strings.Fields(line)
		name, ok := strings.CutPrefix(line, "Benchmark")
		if !ok || len(fields) < 4 || len(fields)%2 != 0 {
			continue
		}
		name, _, _ = strings.Cut(name, " ")
		name, _, _ = strings.Cut(name, "\t")
		r := Result{processors.ReplaceAllString(name, ""), map[string]float64{}}
		for i := 2; i < len(fields); i += 2 {
			if v, err := strconv.ParseFloat(fields[i], 64); err == nil {
				r.Metrics[fields[i+1]] = v
			}
		}
		list = append(list, r)
	}
	return list
}
