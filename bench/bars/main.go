// Command bars runs the benchmarks that measure roster's performance bars and prints the table: what was measured, the
// bar, and whether it is kept. It exits with 1 if one is not, or was not measured.
//
//	go run ./bench/bars            # accounts of ten and a hundred thousand users: some minutes
//	go run ./bench/bars -million   # and a million: some ten minutes and 12 GB of memory
//
// Nearly all bars are ratios of two sides that took turns in one run, so that they hold on a busy machine too. The few in
// nanoseconds do not.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"text/tabwriter"

	"github.com/ca74b63c/roster/bench/internal/gobench"
)

func main() {
	million := flag.Bool("million", false, "measure at a million users too")
	flag.Parse()
	kept, err := run(*million, os.Stdout)
	if err != nil {
		fmt.Fprintln(os.Stderr, "bars:", err)
	}
	if err != nil || !kept {
		os.Exit(1)
	}
}

func run(million bool, out io.Writer) (kept bool, err error) {
	root, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/ca74b63c/roster").Output()
	if err != nil {
		return false, fmt.Errorf("find the module: %w", err)
	}
	kept = true
	var rows []row
	for _, s := range suites {
		args := []string{"test", "-run=^$", "-bench=" + s.bench, "-benchtime=" + s.time, "-benchmem", "-timeout=3h", s.pkg}
		if million && s.sized {
			args = append(args, "-million")
		}
		fmt.Fprintf(os.Stderr, "go %s\n", strings.Join(args, " "))
		var text bytes.Buffer
		cmd := exec.Command("go", args...)
		cmd.Dir = strings.TrimSpace(string(root))
		cmd.Stdout, cmd.Stderr = &text, os.Stderr
		if err := cmd.Run(); err != nil {
			return false, fmt.Errorf("%s: %w\n%s", s.pkg, err, &text)
		}
		rows = append(rows, judge(s.bars, gobench.Parse(text.String()), million)...)
	}
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "what\tbenchmark\tmeasured\tbar\t")
	for _, r := range rows {
		kept = kept && r.kept
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", r.what, r.benchmark, r.measured, r.bar, r.verdict())
	}
	return kept, table.Flush()
}
