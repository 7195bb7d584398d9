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
			all[s] = draw(all[s], known[s.path], o.sample, o.seed)
		}
	}
	if o.list {
		for _, s := range sources {
			for _, m := range all[s] {
				fmt.Fprintf(out, "%s:%d: %s\n", m.file, m.line, m.key)
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

// draw chooses at most n mutants of list, and returns them in the order of their ids. It chooses no
// mutant that the list of survivors (the parameter listed) contains. The same arguments
// give the same choice.
func draw(list []*mutant, listed map[string]string, n int, seed uint64) []*mutant {
	list = of(list, func(m *mutant) bool {
		_, known := listed[m.key]
		return !known
	})
	r := rand.New(rand.NewPCG(seed, 0))
	r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	list = list[:min(n, len(list))]
	slices.SortFunc(list, func(a, b *mutant) int { return a.id - b.id })
	return list
}

// attempt runs the tests of the package s against the mutants of list and returns the outcome. It
// builds the test binaries in a temporary directory and removes the directory at the end. It runs
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
	binary, viable, err := build(ctx, s, list, dir)
	if err != nil {
		return nil, err
	}
	t, err := prepare(ctx, s, binary)
	if err != nil {
		return nil, err
	}
	r := &outcome{s: s, skipped: t.skip, whole: o.only == "" && !o.listed && o.sample == 0}

	var mu sync.Mutex
	var wg sync.WaitGroup
	var failure error
	jobs := make(chan *mutant)
	for range max(1, o.parallel) {
		wg.Go(func() {
			for m := range jobs {
				survived, err := t.survives(ctx, binary, m.id)
				mu.Lock()
				if err != nil {
					failure = errors.Join(failure, err)
				} else {
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

func (r *outcome) share() float64 {
	if len(r.tried) == 0 {
		return 100
	}
	return 100 * float64(len(r.tried)-len(r.living)) / float64(len(r.tried))
}

func (r *outcome) print(out io.Writer) {
	fmt.Fprintf(out, "%s: %d mutants, %d killed, %d survived: %.1f %% (%.0f s)\n", r.s.path, len(r.tried),
		len(r.tried)-len(r.living), len(r.living), r.share(), r.took.Seconds())
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
//     applies only if no option restricts the mutants.
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
	tried := map[string]bool{}
	for _, m := range r.tried {
		tried[m.key] = true
	}
	for key := range listed {
		if !living[key] && (tried[key] || r.whole) {
			complain("%s: the list names what does not survive: %s", r.s.path, key)
			delete(listed, key)
		}
	}
	return complaints
}
