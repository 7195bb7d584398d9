// Package gobench runs go test -bench and parses its output.
//
//	results, err := gobench.Run(dir, nil, "-run=^$", "-bench=.", "./bench")
//	for _, r := range results {
//		fmt.Println(r.Name, r.Metrics["ns/op"])
//	}
//
// It ignores all other output of a test.
package gobench

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
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

// Root returns the directory of the module of roster. It runs go list in the current directory,
// whose module must be roster or require it. Errors: those of go list.
func Root() (string, error) {
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/ca74b63c/roster").Output()
	if err != nil {
		return "", fmt.Errorf("find the module: %w", err)
	}
	return strings.TrimSpace(string(dir)), nil
}

// Run runs go test with args in the directory dir, and returns the results of the benchmarks. env
// is added to the environment. Run copies the command and all output to standard error. It returns
// no results and an error if go test cannot start or fails, for example because a test fails.
func Run(dir string, env []string, args ...string) ([]Result, error) {
	fmt.Fprintf(os.Stderr, "%s: go test %s\n", dir, strings.Join(args, " "))
	var text bytes.Buffer
	cmd := exec.Command("go", append([]string{"test"}, args...)...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), env...)
	cmd.Stdout, cmd.Stderr = io.MultiWriter(&text, os.Stderr), os.Stderr
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("%s: %w", dir, err)
	}
	return Parse(text.String()), nil
}

// Parse returns the results of benchmarks in the output of go test, in the order of the lines. It
// skips lines that are not the result of a benchmark. It leaves out metrics that are not numbers.
// It removes the prefix "Benchmark" and the number of processors, such as "-8", from each name.
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
