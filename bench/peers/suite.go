package main

import (
	"fmt"
	"path/filepath"
	"time"

	"github.com/ca74b63c/roster/bench/internal/gobench"
)

// suite is one run of go test: the tests that compare the results of the sides, then the
// benchmarks.
type suite struct {
	name  string
	dir   string // from the root of the repository
	agree string // the tests
	bench string
	time  string
	sized bool // knows -million
	alone bool // outside the workspace
	spare bool // needs programs that may not be there: then nothing is measured
}

var suites = []suite{
	{
		name: "rules", dir: "bench", time: "1s",
		agree: "^Test(Peers|Validators)Agree$", bench: "^Benchmark(Permission|Validation)$",
	},
	{name: "opa", dir: "bench/opa", agree: "^TestOPAAgrees$", bench: "^BenchmarkPermission$", time: "1s", alone: true},
	{
		name: "postgres", dir: "bench/ledger", time: "3x", spare: true,
		agree: "^TestSidesComeToTheSame$", bench: "^BenchmarkTransfer$",
	},
	{name: "memory", dir: "bench", agree: "^TestPeersComeToTheSame$", bench: "^BenchmarkPeers$", time: "500ms", sized: true},
}

func (s suite) run(root string, million bool) ([]gobench.Result, error) {
	args := []string{"-run=" + s.agree, "-bench=" + s.bench, "-benchtime=" + s.time, "-timeout=1h", "."}
	var env []string
	if s.alone {
		env = append(env, "GOWORK=off")
	}
	if million && s.sized {
		args = append(args, "-million")
		env = append(env, "GOMEMLIMIT=16GiB") // above what lives; a heap of garbage beside it need not fit
	}
	results, err := gobench.Run(filepath.Join(root, s.dir), env, args...)
	if err != nil {
		return nil, err
	}
	if len(results) == 0 && !s.spare {
		return nil, fmt.Errorf("%s: nothing was measured", s.dir)
	}
	return results, nil
}

// measure runs all suites, one after the other, and returns a record of the results. The record
// also has the machine, the versions of the peers, and the load before and after. root is the
// directory of the repository. If million is true, suites that measure several sizes of the account
// also measure a million users. measure returns no record and the first error of a suite or of
// versions.
func measure(root string, million bool) (*record, error) {
	begun := time.Now()
	command := "make peers"
	if million {
		command += " MILLION=1"
	}
	r := &record{
		Date: begun.UTC().Format("2006-01-02 15:04 UTC"), Command: command, Machine: thisMachine(),
		Load: load{Before: loadNow()}, Results: map[string]map[string]map[string]float64{},
	}
	var err error
	if r.Versions, err = versions(root); err != nil {
		return nil, err
	}
	for _, s := range suites {
		results, err := s.run(root, million)
		if err != nil {
			return nil, err
		}
		r.add(s.name, results)
	}
	r.Load.After = loadNow()
	r.Took = time.Since(begun).Round(time.Second).String()
	return r, nil
}
