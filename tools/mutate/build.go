package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
)

// complaint matches a line of compiler output that names a place in a file.
var complaint = regexp.MustCompile(`(?m)^(?:vet: )?([^\s:]+\.go):(\d+):\d+: `)

// compile builds the test binary of package s with an overlay. The parameter overlay is the path of
// the overlay file, and binary is the path of the result. compile returns the compiler's output,
// also if the build succeeds. It returns an error if the build fails or ctx has ended.
func compile(ctx context.Context, s *source, overlay, binary string) ([]byte, error) {
	// -e: all complaints, not the first ten.
	cmd := exec.CommandContext(ctx, "go", "test", "-c", "-overlay", overlay, "-gcflags="+s.path+"=-e", "-o", binary, ".")
	cmd.Dir = s.dir
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	return out.Bytes(), err
}

// build builds one test binary in the directory dir that contains the mutants of list. It returns
// the path of the binary and the remaining mutants of list. If the compiler rejects mutants, build
// removes them from the list and builds again. It builds at most 20 times. The binary does not
// contain mutants whose field fixed is true, because each of them needs its own binary. build still
// returns these mutants.
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
		out, err := compile(ctx, s, o.file, binary)
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

// buildOne builds a test binary of the package that contains only the mutant m. It is for mutants
// whose field fixed is true: mutants of constants that a program cannot select at run time.
// buildOne writes the files into a new subdirectory of dir and returns the path of the binary. ok
// is false if the build fails, for instance because the package does not compile with the mutant;
// this is no error. Errors: the context's; those of writing the files.
func buildOne(ctx context.Context, s *source, m *mutant, dir string) (binary string, ok bool, err error) {
	dir = filepath.Join(dir, fmt.Sprint("constant", m.id))
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", false, err
	}
	to := filepath.Join(dir, filepath.Base(m.file))
	if err := os.WriteFile(to, []byte(apply(s.text[m.file], 0, m.edit)), 0o600); err != nil {
		return "", false, err
	}
	file := filepath.Join(dir, "overlay.json")
	if err := seal(file, map[string]string{m.file: to}); err != nil {
		return "", false, err
	}
	binary = filepath.Join(dir, "one.test")
	_, err = compile(ctx, s, file, binary)
	return binary, err == nil, ctx.Err()
}
