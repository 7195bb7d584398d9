// Command bars runs the benchmarks that measure roster's performance bars. It prints a line for
// each bar: the limit, whether the bar is kept, and at most three values, the worst first. It exits
// with 1 if a bar is missed or was not measured.
//
//	go run ./bench/bars            # accounts of 10,000 and 100,000 users: about three minutes
//	go run ./bench/bars -million   # and of a million: about ten minutes and 12 GB of memory
//
// Most bars are ratios of two sides that take turns in one run, so they hold on a busy machine too.
// The bars in nanoseconds and milliseconds need a quiet one.
package main

import (
	"flag"
	"fmt"
	"os"
	"text/tabwriter"

	"github.com/ca74b63c/roster/bench/internal/bar"
	"github.com/ca74b63c/roster/bench/internal/gobench"
)

func main() {
	million := flag.Bool("million", false, "measure at a million users too")
	flag.Parse()
	kept, err := run(*million)
	if err != nil {
		fmt.Fprintln(os.Stderr, "bars:", err)
	}
	if err != nil || !kept {
		os.Exit(1)
	}
}

func run(million bool) (kept bool, err error) {
	root, err := gobench.Root()
	if err != nil {
		return false, err
	}
	var rows []bar.Row
	for _, s := range bar.Suites {
		args := []string{"-run=^$", "-bench=" + s.Benchmark, "-benchtime=" + s.Time, "-benchmem", "-timeout=3h", s.Package}
		if million && s.Sized {
			args = append(args, "-million")
		}
		results, err := gobench.Run(root, nil, args...)
		if err != nil {
			return false, err
		}
		rows = append(rows, bar.Judge(s.Bars, results)...)
	}
	kept = true
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "bar\tlimit\t\tmeasured (users or case), worst first")
	for _, r := range rows {
		kept = kept && r.Kept
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", r.What, r.Limit(), r.Verdict(), r.Measured)
	}
	return kept, table.Flush()
}
