package main

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
)

// complaint matches a line of compiler output that names a place in a file.
var complaint = regexp.MustCompile(`(?m)^(?:vet: )?([^\s:]+\.go):(\d+):\d+: `)

// build builds one test binary in the directory dir with all mutants of list. It returns the path
// of the binary and the mutants in it. If the compiler rejects some mutants, build leaves them out
// and builds again, at most 20 times in all.
//
// Errors: ctx ends; the build fails but the compiler names no mutant (the error has the output);
// the 20th build fails; the files cannot be written.
func build(ctx context.Context, s *source, list []*mutant, dir string) (binary string, viable []*mutant, err error) {
	binary = filepath.Join(dir, "all.test")
	for range 20 {
		o, err := write(s, list, dir)
		if err != nil {
			return "", nil, err
		}
		// -e: all complaints, not the first ten.
		cmd := exec.CommandContext(ctx, "go", "test", "-c", "-overlay", o.file, "-gcflags="+s.path+"=-e", "-o", binary, ".")
		cmd.Dir = s.dir
		out, err := cmd.CombinedOutput()
		if err == nil {
			return binary, list, nil
		}
		if ctx.Err() != nil {
			return "", nil, ctx.Err()
		}
		bad := map[*mutant]bool{}
		for _, line := range complaint.FindAllSubmatch(out, -1) {
			n, _ := strconv.Atoi(string(line[2]))
			for _, p := range o.places[filepath.Join(dir, filepath.Base(string(line[1])))] {
				if p.from <= n && n <= p.to {
					bad[p.m] = true
				}
			}
		}
		if len(bad) == 0 {
			return "", nil, fmt.Errorf("%s does not build with its mutants: %w\n%s", s.path, err, out)
		}
		list = slices.DeleteFunc(slices.Clone(list), func(m *mutant) bool { return bad[m] })
	}
	return "", nil, fmt.Errorf("%s: too many rounds of mutants that do not compile", s.path)
}
