package main

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"

	"github.com/ca74b63c/roster/bench/internal/gobench"
)

// record is the data of the document from one run. It is stored beside the document, so that the
// document can be rendered again without measuring, and a test can detect manual edits.
type record struct {
	Date     string            `json:"date"` // 2026-11-22 02:30 UTC
	Command  string            `json:"command"`
	Machine  machine           `json:"machine"`
	Load     load              `json:"load"`
	Versions map[string]string `json:"versions"` // of the peers, by module
	Took     string            `json:"took"`
	// Results are by suite and benchmark.
	Results map[string]map[string]map[string]float64 `json:"results"`
}

// machine is the machine of the run.
type machine struct {
	CPU    string `json:"cpu"`
	Cores  int    `json:"cores"`
	System string `json:"system"` // linux/amd64
	Go     string `json:"go"`
}

// load is the mean number of running processes over a minute, before the run and after.
type load struct {
	Before string `json:"before"`
	After  string `json:"after"`
}

// figure returns what was measured, and whether it was.
func (r *record) figure(suite, benchmark, metric string) (float64, bool) {
	v, ok := r.Results[suite][benchmark][metric]
	return v, ok && v > 0
}

// Busy reports whether other processes used the processors when the run began.
func (r *record) Busy() bool {
	n, err := strconv.ParseFloat(r.Load.Before, 64)
	return err == nil && n > float64(r.Machine.Cores)
}

func (r *record) add(suite string, results []gobench.Result) {
	if r.Results[suite] == nil {
		r.Results[suite] = map[string]map[string]float64{}
	}
	for _, one := range results {
		delete(one.Metrics, "ns/op") // of a round: it says nothing
		if len(one.Metrics) > 0 {
			r.Results[suite][one.Name] = one.Metrics
		}
	}
}

func thisMachine() machine {
	m := machine{
		CPU: "unknown processor", Cores: runtime.NumCPU(), System: runtime.GOOS + "/" + runtime.GOARCH, Go: runtime.Version(),
	}
	file, err := os.Open("/proc/cpuinfo")
	if err != nil {
		return m
	}
	defer func() { _ = file.Close() }()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		if name, value, ok := strings.Cut(lines.Text(), ":"); ok && strings.TrimSpace(name) == "model name" {
			m.CPU = strings.TrimSpace(value)
			break
		}
	}
	return m
}

// loadNow returns the load average of the last minute as text, from /proc/loadavg. It returns
// "unknown" on a system without this file.
func loadNow() string {
	text, err := os.ReadFile("/proc/loadavg")
	if now, _, ok := strings.Cut(string(text), " "); err == nil && ok {
		return now
	}
	return "unknown"
}

// versions returns the versions of the modules that roster is compared with, by module path. root
// is the directory of the repository. If pgbench is installed, the map also has the version of
// PostgreSQL under "PostgreSQL". It returns an error if go list fails.
func versions(root string) (map[string]string, error) {
	all := map[string]string{}
	for dir, modules := range map[string][]string{
		"bench": {
			"github.com/casbin/casbin/v2", "github.com/cedar-policy/cedar-go", "github.com/go-playground/validator/v10",
			"github.com/hashicorp/go-memdb", "github.com/jackc/pgx/v5", "modernc.org/sqlite",
		},
		"bench/opa": {"github.com/open-policy-agent/opa"},
	} {
		cmd := exec.Command("go", append([]string{"list", "-m", "-f", "{{.Path}} {{.Version}}"}, modules...)...)
		cmd.Dir = filepath.Join(root, dir)
		cmd.Env = append(os.Environ(), "GOWORK=off")
		cmd.Stderr = os.Stderr
		out, err := cmd.Output()
		if err != nil {
			return nil, fmt.Errorf("the versions in %s: %w", dir, err)
		}
		for line := range strings.Lines(string(out)) {
			path, version, _ := strings.Cut(strings.TrimSpace(line), " ")
			all[path] = version
		}
	}
	if out, err := exec.Command("pgbench", "--version").Output(); err == nil { // "pgbench (PostgreSQL) 15.8 (Debian ...)"
		if words := strings.Fields(string(out)); len(words) > 2 {
			all["PostgreSQL"] = words[2]
		}
	}
	return all, nil
}
