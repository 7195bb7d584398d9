package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// memory is how much address space a run of tests may have, in KiB. A mutant that eats memory is dead, not the machine.
const memory = 8 << 20

// limit is how many times the processor time of the unchanged package a mutant may take, and floor the least it may.
const (
	limit = 8
	floor = 10 * time.Second
)

// trial runs a package's tests on mutants.
type trial struct {
	s    *source
	skip string        // the tests that fail because of the choices alone
	cpu  time.Duration // that a run may take
}

var failed = regexp.MustCompile(`(?m)^--- FAIL: ([^\s/]+)`)

// prepare runs the tests on the unchanged package in the instrumented binary. Tests that then fail (those that count
// allocations, which a choice before each function changes) are left out, and named.
func prepare(ctx context.Context, s *source, binary string) (*trial, []string, error) {
	t := &trial{s: s, cpu: 10 * time.Minute}
	var names []string
	for range 3 {
		out, used, err := t.run(ctx, binary, 0, "-test.v")
		if err == nil {
			t.cpu = max(limit*used, floor)
			return t, names, nil
		}
		if ctx.Err() != nil {
			return nil, nil, ctx.Err()
		}
		found := failed.FindAllSubmatch(out, -1)
		if len(found) == 0 {
			return nil, nil, fmt.Errorf("%s fails without a mutant: %w\n%s", s.path, err, out)
		}
		for _, f := range found {
			names = append(names, string(f[1]))
		}
		t.skip = "^(" + strings.Join(names, "|") + ")$"
	}
	return nil, nil, fmt.Errorf("%s: its tests fail without a mutant: %s", s.path, strings.Join(names, ", "))
}

// survives reports whether the tests pass with the mutant.
func (t *trial) survives(ctx context.Context, binary string, id int) (bool, error) {
	_, _, err := t.run(ctx, binary, id, "-test.failfast")
	if ctx.Err() != nil {
		return false, ctx.Err()
	}
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return false, err
	}
	return err == nil, nil
}

func (t *trial) run(ctx context.Context, binary string, id int, args ...string) ([]byte, time.Duration, error) {
	if t.skip != "" {
		args = append(args, "-test.skip="+t.skip)
	}
	script := fmt.Sprintf(`ulimit -v %d -t %d; exec "$@"`, memory, int(t.cpu/time.Second)+1)
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
