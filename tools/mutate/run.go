package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// memory is the greatest address space of a run of tests, in KiB. It protects the machine from
// mutants that allocate without end.
const memory = 8 << 20

// limit is how many times the processor time of the unchanged package a mutant may take, and floor
// the least it may.
const (
	limit = 5
	floor = 2 * time.Second
)

// trial runs a package's tests on mutants.
type trial struct {
	s    *source
	skip []string // the tests that fail because of the choices alone
	slow []string // the tests that run last

	quickly, slowly time.Duration // the processor time that a run of either kind may take
}

var (
	failed = regexp.MustCompile(`(?m)^--- FAIL: ([^\s/]+)`)
	passed = regexp.MustCompile(`(?m)^--- PASS: ([^\s/]+) \(([0-9.]+)s\)`)
)

// patience is the time in seconds from which a test is slow. A test that takes less than a tenth of
// all is never slow, because on a busy machine every test takes long.
const patience = 0.05

// prepare runs the tests of the package s in binary without a mutant, and returns a trial: the
// tests to run with each mutant, sorted into fast and slow, and the limits of processor time. Tests
// that fail, such as those that count allocations, are left out, and the others run again, at most
// three times in all.
//
// The limits are five times the measured times, at least 2 seconds. Errors: ctx ends; tests still
// fail in the third run; a run fails without a failed test; the fast tests fail in their own run.
func prepare(ctx context.Context, s *source, binary string) (*trial, error) {
	t := &trial{s: s}
	for range 3 {
		out, used, err := t.run(ctx, binary, 0, time.Hour, "-test.v", "-test.skip="+exactly(t.skip))
		if err == nil {
			took, all := map[string]float64{}, 0.0
			for _, p := range passed.FindAllSubmatch(out, -1) {
				seconds, _ := strconv.ParseFloat(string(p[2]), 64)
				took[string(p[1])] = seconds
				all += seconds
			}
			for name, seconds := range took {
				if seconds > patience && seconds > all/10 {
					t.slow = append(t.slow, name)
				}
			}
			t.slowly = max(limit*used, floor)
			_, used, err = t.run(ctx, binary, 0, time.Hour, t.quick())
			t.quickly = max(limit*used, floor)
			return t, err
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		found := failed.FindAllSubmatch(out, -1)
		if len(found) == 0 {
			return nil, fmt.Errorf("%s fails without a mutant: %w\n%s", s.path, err, out)
		}
		for _, f := range found {
			t.skip = append(t.skip, string(f[1]))
		}
	}
	return nil, fmt.Errorf("%s: its tests fail without a mutant: %s", s.path, strings.Join(t.skip, ", "))
}

// exactly returns a regular expression that matches the names of the given tests and no others.
func exactly(names []string) string { return "^(" + strings.Join(names, "|") + ")$" }

// survives reports whether all tests pass with the mutant id in binary. It runs the fast tests
// first, and the slow tests only if the fast ones pass. A test that takes too much processor time
// fails. Errors: ctx ends; the tests cannot be started.
func (t *trial) survives(ctx context.Context, binary string, id int) (bool, error) {
	ok, err := t.passes(ctx, binary, id, t.quickly, t.quick())
	if !ok || err != nil || len(t.slow) == 0 {
		return ok, err
	}
	return t.passes(ctx, binary, id, t.slowly, "-test.run="+exactly(t.slow))
}

// quick returns a flag that skips the slow tests and the excluded ones.
func (t *trial) quick() string { return "-test.skip=" + exactly(slices.Concat(t.skip, t.slow)) }

func (t *trial) passes(ctx context.Context, binary string, id int, cpu time.Duration, which string) (bool, error) {
	_, _, err := t.run(ctx, binary, id, cpu, "-test.failfast", which)
	if ctx.Err() != nil {
		return false, ctx.Err()
	}
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return false, err
	}
	return err == nil, nil
}

func (t *trial) run(ctx context.Context, binary string, id int, cpu time.Duration, args ...string) ([]byte, time.Duration, error) {
	script := fmt.Sprintf(`ulimit -v %d -t %d; exec "$@"`, memory, int(cpu/time.Second))
	cmd := exec.CommandContext(ctx, "bash", append([]string{"-c", script, "bash", binary, "-test.timeout=5m"}, args...)...)
	cmd.Dir = t.s.dir
	cmd.Env = append(os.Environ(), selector+"="+strconv.Itoa(id))
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	cmd.WaitDelay = 5 * time.Second
	err := cmd.Run()
	var used time.Duration
	if cmd.ProcessState != nil {
		used = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	}
	return out.Bytes(), used, err
}
