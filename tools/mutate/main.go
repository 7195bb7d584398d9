package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
)

// pure lists the packages that are mutated if the command line names none.
var pure = []string{"./validate", "./user", "./permission", "./balance"}

type options struct {
	patterns []string
	file     string
	only     string
	sample   int
	seed     uint64
	least    float64
	parallel int
	builds   int
	list     bool
	update   bool
	listed   bool
}

func main() {
	var o options
	flag.StringVar(&o.file, "survivors", "tools/mutate/survivors.txt", "the list of those that may survive, with reasons")
	flag.StringVar(&o.only, "only", "", "try only mutants whose name this expression finds")
	flag.IntVar(&o.sample, "sample", 0, "try so many of each package, chosen by the seed; 0: all")
	flag.Uint64Var(&o.seed, "seed", 0, "chooses the sample; 0: another one each time, which is printed")
	flag.IntVar(&o.builds, "builds", 24, "try so many in each package of those that take a build each; -1: all")
	flag.Float64Var(&o.least, "min", 90, "the per cent to kill in each package")
	flag.IntVar(&o.parallel, "parallel", 2, "runs at a time")
	flag.BoolVar(&o.list, "list", false, "print the mutants and try none")
	flag.BoolVar(&o.update, "update", false, "rewrite the list of survivors, keeping its reasons")
	flag.BoolVar(&o.listed, "listed", false, "try only the survivors that the list names: quick, after a test was added")
	flag.Parse()
	if o.patterns = flag.Args(); len(o.patterns) == 0 {
		o.patterns = pure
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := try(ctx, o, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "mutate:", err)
		os.Exit(1)
	}
}

// outcome is the result for one package.
type outcome struct {
	s       *source
	tried   []*mutant // that compile
	living  []*mutant
	whole   bool // every mutant of the package was tried
	skipped []string
	left    []*mutant // of constants, not tried because each takes a build
	took    time.Duration
}

func try(ctx context.Context, o options, out io.Writer) error {
	only, err := regexp.Compile(o.only)
	if err != nil {
		return err
	}
	sources, err := load(o.patterns)
	if err != nil {
		return err
	}
	known, head, err := read(o.file)
	if err != nil {
		return err
	}
	if o.sample > 0 {
		for o.seed == 0 {
			o.seed = uint64(rand.Uint32())
		}
		fmt.Fprintf(out, "a sample of %d mutants a package: -sample %d -seed %d\n", o.sample, o.sample, o.seed)
	}
	all := map[*source][]*mutant{}
	for _, s := range sources {
		all[s] = slices.DeleteFunc(mutants(s), func(m *mutant) bool {
			_, ok := known[s.path][m.key]
			return !only.MatchString(m.key) || o.listed && !ok
		})
		if o.sample > 0 {
			all[s] = draw(s, all[s], known[s.path], o.sample, o.seed)
		}
	}
	if o.list {
		for _, s := range sources {
			for _, m := range all[s] {
				build := ""
				if m.fixed {
					build = " (takes a build)"
				}
				fmt.Fprintf(out, "%s:%d: %s%s\n", m.file, m.line, m.key, build)
			}
		}
		return nil
	}
	var complaints []error
	for _, s := range sources {
		r, err := o.attempt(ctx, s, all[s])
		if err != nil {
			return err
		}
		r.print(out)
		complaints = append(complaints, r.judge(known, o)...)
	}
	if o.update {
		return store(o.file, head, known)
	}
	return errors.Join(complaints...)
}

// attempt runs the tests of the package s against the mutants of list and returns the outcome. It
// builds the test binaries in a temporary directory and removes the directory at the end. It tries
// at most o.builds mutants that need a build of their own, or all if o.builds is negative. It runs
// o.parallel mutants at a time, waits for all of them, and prints survivors and its progress to
// standard error. The surviving mutants in the outcome are ordered by id.
//
// Errors: those of creating the directory; those of build; those of prepare, which runs the tests
// without a mutant; the joined errors of the single mutants. If only single mutants fail, attempt
// also returns the outcome of the others.
func (o options) attempt(ctx context.Context, s *source, list []*mutant) (*outcome, error) {
	begun := time.Now()
	dir, err := os.MkdirTemp("", "mutate")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	list, left := fewer(list, o.builds)
	binary, viable, err := build(ctx, s, list, dir)
	if err != nil {
		return nil, err
	}
	t, err := prepare(ctx, s, binary)
	if err != nil {
		return nil, err
	}
	r := &outcome{s: s, skipped: t.skip, left: left, whole: o.only == "" && !o.listed && o.sample == 0}

	var mu sync.Mutex
	var wg sync.WaitGroup
	var failure error
	jobs := make(chan *mutant)
	for range max(1, o.parallel) {
		wg.Go(func() {
			for m := range jobs {
				ok, survived, err := t.one(ctx, binary, m, dir)
				mu.Lock()
				switch {
				case err != nil:
					failure = errors.Join(failure, err)
				case ok:
					r.tried = append(r.tried, m)
					if survived {
						r.living = append(r.living, m)
						fmt.Fprintf(os.Stderr, "    lives: %s:%d: %s\n", filepath.Base(m.file), m.line, m.key) // known even if stopped
					}
				}
				mu.Unlock()
			}
		})
	}
	for i, m := range viable {
		jobs <- m
		if i%250 == 249 {
			fmt.Fprintf(os.Stderr, "    %s: %d of %d after %.0f s\n", s.path, i+1, len(viable), time.Since(begun).Seconds())
		}
	}
	close(jobs)
	wg.Wait()
	slices.SortFunc(r.living, func(a, b *mutant) int { return a.id - b.id })
	r.took = time.Since(begun)
	return r, failure
}

// one runs the tests of the package with the mutant m. It uses the given binary. If m needs a build
// of its own, one builds another binary in a subdirectory of dir and removes this subdirectory
// after the tests. survived reports whether all tests passed. ok is false after an error. ok is
// also false if the own build of m fails, which is no error.
//
// Errors: the context's; those of writing the files; those of starting the tests.
func (t *trial) one(ctx context.Context, binary string, m *mutant, dir string) (ok, survived bool, err error) {
	if ctx.Err() != nil {
		return false, false, ctx.Err()
	}
	id := m.id
	if m.fixed {
		if binary, ok, err = buildOne(ctx, t.s, m, dir); err != nil || !ok {
			return false, false, err
		}
		defer func() { _ = os.RemoveAll(filepath.Dir(binary)) }()
		id = 0
	}
	survived, err = t.survives(ctx, binary, id)
	return err == nil, survived, err
}

func (r *outcome) share() float64 {
	if len(r.tried) == 0 {
		return 100
	}
	return 100 * float64(len(r.tried)-len(r.living)) / float64(len(r.tried))
}

func (r *outcome) print(out io.Writer) {
	fmt.Fprintf(out, "%s: %d mutants, %d killed, %d survived: %.1f %% (%.0f s)\n", r.s.path, len(r.tried),
		len(r.tried)-len(r.living), len(r.living), r.share(), r.took.Seconds())
	if len(r.left) > 0 {
		fmt.Fprintf(out, "    %d mutants of constants, which take a build each, were not tried (-builds)\n", len(r.left))
	}
	if len(r.skipped) > 0 {
		fmt.Fprintf(out, "    left out, for it fails beside mutants: %s\n", strings.Join(r.skipped, ", "))
	}
}

// judge compares the surviving mutants of the outcome with the expected survivors of the package in
// known. It returns a complaint in each of these cases:
//
//   - A sample was asked for, and no mutant was tried.
//   - Fewer than o.least per cent of the mutants were killed. This case does not apply to a run
//     without a sample in which o.only or o.listed is set.
//   - A mutant survived, and its entry in known has no reason.
//   - A mutant survived that has no entry in known. This case does not apply to a sample.
//   - known has an entry for a mutant that was killed.
//   - known has an entry for a mutant that no longer exists or no longer compiles. This case
//     applies only if no option but o.builds restricts the mutants.
//
// judge also updates known. It adds each new survivor with an empty reason, and deletes the entries
// of the last two cases.
func (r *outcome) judge(known survivors, o options) (complaints []error) {
	listed := known[r.s.path]
	if listed == nil {
		listed = map[string]string{}
		known[r.s.path] = listed
	}
	complain := func(format string, args ...any) { complaints = append(complaints, fmt.Errorf(format, args...)) }
	if o.sample > 0 && len(r.tried) == 0 {
		complain("%s: nothing to try", r.s.path)
	}
	if (r.whole || o.sample > 0) && r.share() < o.least {
		complain("%s: %.1f %% killed, the bar is %v %%", r.s.path, r.share(), o.least)
	}
	living := map[string]bool{}
	for _, m := range r.living {
		living[m.key] = true
		if reason, ok := listed[m.key]; !ok {
			if o.sample > 0 { // which is another one next time: it asks for the share alone
				listed[m.key] = ""
				continue
			}
			complain("%s:%d: survived: %s", m.file, m.line, m.key)
			listed[m.key] = ""
		} else if reason == "" {
			complain("%s:%d: survived, and the list gives no reason: %s", m.file, m.line, m.key)
		}
	}
	tried, left := map[string]bool{}, map[string]bool{}
	for _, m := range r.tried {
		tried[m.key] = true
	}
	for _, m := range r.left {
		left[m.key] = true
	}
	for key := range listed {
		if !living[key] && (tried[key] || r.whole && !left[key]) {
			complain("%s: the list names what does not survive: %s", r.s.path, key)
			delete(listed, key)
		}
	}
	return complaints
}
