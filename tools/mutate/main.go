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

// pure are the packages that are mutated when none is named.
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
	flag.StringVar(&o.file, "survivors", "docs/mutants.md", "the list of those that may survive, with reasons")
	flag.StringVar(&o.only, "only", "", "try only mutants whose name this expression finds")
	flag.IntVar(&o.sample, "sample", 0, "try so many, chosen by the seed; 0: all")
	flag.Uint64Var(&o.seed, "seed", 1, "chooses the sample")
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

// outcome is what came of one package's mutants.
type outcome struct {
	s       *source
	tried   []*mutant // that compile
	alive   []*mutant
	whole   bool // every mutant of the package was tried
	skipped []string
	fixed   int // mutants of constants that take a build each; at most fixedMost of them are tried
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
	all := map[*source][]*mutant{}
	for _, s := range sources {
		all[s] = slices.DeleteFunc(mutants(s), func(m *mutant) bool {
			_, ok := known[s.path][m.key]
			return !only.MatchString(m.key) || o.listed && !ok
		})
	}
	whole := o.only == "" && !o.listed
	if o.sample > 0 {
		whole = draw(sources, all, o.sample, o.seed) && whole
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
		r.whole = whole
		r.print(out)
		complaints = append(complaints, r.judge(known, o)...)
	}
	if o.update {
		return store(o.file, head, known)
	}
	return errors.Join(complaints...)
}

// draw keeps a part of the mutants, and reports whether that is all of them.
func draw(sources []*source, all map[*source][]*mutant, n int, seed uint64) bool {
	var pool []*mutant
	for _, s := range sources {
		pool = slices.Concat(pool, all[s])
	}
	if len(pool) <= n {
		return true
	}
	r := rand.New(rand.NewPCG(seed, 0))
	r.Shuffle(len(pool), func(i, j int) { pool[i], pool[j] = pool[j], pool[i] })
	drawn := map[*mutant]bool{}
	for _, m := range pool {
		if !m.fixed && len(drawn) < n { // a constant's would each take a build
			drawn[m] = true
		}
	}
	for _, s := range sources {
		all[s] = slices.DeleteFunc(all[s], func(m *mutant) bool { return !drawn[m] })
	}
	return false
}

// attempt tries mutants of one package.
func (o options) attempt(ctx context.Context, s *source, list []*mutant) (*outcome, error) {
	begun := time.Now()
	dir, err := os.MkdirTemp("", "mutate")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	list, fixed := fewer(list)
	binary, viable, err := build(ctx, s, list, dir)
	if err != nil {
		return nil, err
	}
	t, err := prepare(ctx, s, binary)
	if err != nil {
		return nil, err
	}
	r := &outcome{s: s, skipped: t.skip, fixed: fixed}

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
						r.alive = append(r.alive, m)
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
	slices.SortFunc(r.alive, func(a, b *mutant) int { return a.id - b.id })
	r.took = time.Since(begun)
	return r, failure
}

// one tries one mutant; ok is false if it does not compile.
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
	return 100 * float64(len(r.tried)-len(r.alive)) / float64(len(r.tried))
}

func (r *outcome) print(out io.Writer) {
	fmt.Fprintf(out, "%s: %d mutants, %d killed, %d survived: %.1f %% (%.0f s)\n", r.s.path, len(r.tried),
		len(r.tried)-len(r.alive), len(r.alive), r.share(), r.took.Seconds())
	if r.fixed > fixedMost {
		fmt.Fprintf(out, "    %d of %d mutants of constants that take a build each\n", fixedMost, r.fixed)
	}
	if len(r.skipped) > 0 {
		fmt.Fprintf(out, "    left out, for it fails beside mutants: %s\n", strings.Join(r.skipped, ", "))
	}
}

// judge compares the survivors with the list, and brings the list up to date.
func (r *outcome) judge(known survivors, o options) (complaints []error) {
	listed := known[r.s.path]
	if listed == nil {
		listed = map[string]string{}
		known[r.s.path] = listed
	}
	complain := func(format string, args ...any) { complaints = append(complaints, fmt.Errorf(format, args...)) }
	if r.whole && r.share() < o.least {
		complain("%s: %.1f %% killed, the bar is %v %%", r.s.path, r.share(), o.least)
	}
	alive := map[string]bool{}
	for _, m := range r.alive {
		alive[m.key] = true
		if reason, ok := listed[m.key]; !ok {
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
		if !alive[key] && (tried[key] || r.whole) {
			complain("%s: the list names what does not survive: %s", r.s.path, key)
			delete(listed, key)
		}
	}
	return complaints
}
