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

// build builds one test binary in the directory dir that contains the mutants of list. It returns
// the path of the binary and the remaining mutants of list. If the compiler rejects mutants, build
// removes them from the list and builds again. It builds at most 20 times.
//
// Errors: the context's; an error with the compiler's output if the compiler names no mutant; an
// error if the 20th build fails; errors of writing the files.
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
