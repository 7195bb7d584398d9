// Command peers measures roster beside what a host would otherwise use, and writes
// docs/performance.md: a table for each kind of work, with the machine, the date and the command.
//
//	go run ./bench/peers            # accounts of 10,000 and 100,000 users: some minutes
//	go run ./bench/peers -million   # and of a million: some ten minutes and 16 GB of memory
//
// Tests compare the results of the sides before the sides are measured. If a test fails, peers
// exits with 1 and writes nothing. The benchmarks of PostgreSQL need its programs. Without them the
// document has no such figures.
package main

import (
	"bytes"
	_ "embed"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"text/template"
	"time"

	"github.com/ca74b63c/roster/bench/internal/bar"
	"github.com/ca74b63c/roster/bench/internal/gobench"
)

//go:embed performance.md.tmpl
var text string

// suite is one run of go test: the tests that compare the results of the sides, then the
// benchmarks.
type suite struct{ dir, tests, benchmarks, time string }

var suites = []suite{
	{"bench", "^Test(Peers|Validators)Agree$", "^Benchmark(Permission|Validation)$", "1s"},
	{"bench/opa", "^TestOPAAgrees$", "^BenchmarkOPA$", "1s"},
	{"bench/ledger", "^TestSidesComeToTheSame$", "^BenchmarkLedger$", "3x"},
	{"bench", "^TestPeersComeToTheSame$", "^BenchmarkPeers$", "500ms"},
}

// report is the data of the document.
type report struct {
	Date, Took, Command, Machine, Go string
	Load                             string // the load averages before the run
	Suites                           []bar.Suite
	results                          []gobench.Result
}

func main() {
	million := flag.Bool("million", false, "measure at a million users too")
	flag.Parse()
	if err := run(*million); err != nil {
		fmt.Fprintln(os.Stderr, "peers:", err)
		os.Exit(1)
	}
}

func run(million bool) error {
	root, err := gobench.Root()
	if err != nil {
		return err
	}
	begun := time.Now()
	averages, _ := os.ReadFile("/proc/loadavg") // "0.92 0.67 0.91 2/122 30660" on Linux
	load := strings.Fields(string(averages))
	env := []string{"GOWORK=off", "GOMEMLIMIT=16GiB"} // above the live data of a million users
	r := report{
		Date: begun.UTC().Format("2006-01-02 15:04 UTC"), Command: "make peers", Suites: bar.Suites,
		Load:    strings.Join(load[:min(3, len(load))], " "),
		Machine: fmt.Sprintf("%s, %d processors, %s/%s", processor(), runtime.NumCPU(), runtime.GOOS, runtime.GOARCH),
		Go:      runtime.Version(),
	}
	if million {
		r.Command += " MILLION=1"
		env = append(env, "ROSTER_BENCH_MILLION=1")
	}
	for _, s := range suites {
		args := []string{"-run=" + s.tests, "-bench=" + s.benchmarks, "-benchtime=" + s.time, "-timeout=1h", "."}
		results, err := gobench.Run(filepath.Join(root, s.dir), env, args...)
		if err != nil {
			return err
		}
		r.results = append(r.results, results...)
	}
	r.Took = time.Since(begun).Round(time.Second).String()
	document, err := r.document()
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(root, "docs", "performance.md"), document, 0o644)
}

// processor returns the processor's model as lscpu prints it, or "unknown processor" otherwise.
func processor() string {
	out, _ := exec.Command("lscpu").Output()
	if found := regexp.MustCompile(`(?m)^Model name:\s*(.+)$`).FindSubmatch(out); found != nil {
		return string(found[1])
	}
	return "unknown processor"
}

// document returns the report as Markdown. Errors: those of the template.
func (r report) document() ([]byte, error) {
	t, err := template.New("performance.md").Parse(text)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = t.Execute(&b, r)
	return b.Bytes(), err
}

// Table returns a Markdown table with one row for each benchmark whose whole name matches the
// regular expression pattern. The first group of pattern is the label of the row. Each column is
// one metric with the given suffix: first roster's, then the peers' by name. A peer's cell contains
// how many times as fast as the peer roster is, and the peer's metric. A cell without a metric is
// empty.
func (r report) Table(pattern, suffix string) string {
	match := regexp.MustCompile("^" + pattern + "$")
	columns := []string{"roster"}
	for _, b := range r.results {
		for metric := range b.Metrics {
			name, ok := strings.CutSuffix(metric, suffix)
			if ok && match.MatchString(b.Name) && !slices.Contains(columns, name) {
				columns = append(columns, name)
			}
		}
	}
	slices.Sort(columns[1:])
	rows := []string{"|  | " + strings.Join(columns, " | ") + " |", "|---" + strings.Repeat("|--:", len(columns)) + "|"}
	for _, b := range r.results {
		groups := match.FindStringSubmatch(b.Name)
		if groups == nil {
			continue
		}
		row := "| " + groups[1]
		ours := b.Metrics["roster"+suffix]
		for _, name := range columns {
			theirs, ok := b.Metrics[name+suffix]
			switch {
			case !ok:
				row += " | "
			case name == "roster":
				row += " | " + value(ours, suffix)
			case suffix == "-ns":
				row += fmt.Sprintf(" | **%s×** %s", bar.Digits(theirs/ours, 2), value(theirs, suffix))
			default:
				row += fmt.Sprintf(" | **%s×** %s", bar.Digits(ours/theirs, 2), value(theirs, suffix))
			}
		}
		rows = append(rows, row+" |")
	}
	return strings.Join(rows, "\n") + "\n"
}

// value returns the metric v as text. With the suffix "-ns" the text is a duration with three
// digits. Otherwise it is a rate, which ends with the suffix.
func value(v float64, suffix string) string {
	if suffix != "-ns" {
		return bar.Digits(v, 3) + suffix
	}
	for _, unit := range []string{"ns", "µs", "ms"} {
		if v < 1000 {
			return bar.Digits(v, 3) + " " + unit
		}
		v /= 1000
	}
	return bar.Digits(v, 3) + " s"
}
