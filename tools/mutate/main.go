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
	known    string
	only     string
	sample   int
	seed     uint64
	least    float64
	parallel int
	list     bool
}

func main() {
	var o options
	flag.StringVar(&o.known, "survivors", "tools/mutate/survivors.txt", "the list of mutants that are not tried")
	flag.StringVar(&o.only, "only", "", "try only mutants whose name this expression finds")
	flag.IntVar(&o.sample, "sample", 0, "try so many of each package, chosen by the seed; 0: all")
	flag.Uint64Var(&o.seed, "seed", 0, "chooses the sample; 0: another one each time, which is printed")
	flag.Float64Var(&o.least, "min", 90, "the per cent of a sample to kill in each package")
	flag.IntVar(&o.parallel, "parallel", 2, "runs at a time")
	flag.BoolVar(&o.list, "list", false, "print the mutants and try none")
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

// try tests the packages with one mutant (a small change of the source) at a time. It leaves out
// the mutants in the list of survivors and those that o.only does not match. With o.sample it tests
// so many of each package, which o.seed chooses, and prints both numbers. It prints each mutant
// that no test kills, and how many mutants of each package were killed. With o.list it only prints
// the mutants.
//
// Errors: o.only is no regular expression; the list cannot be read; a package cannot be loaded or
// built, or its tests fail without a mutant; too few mutants of a package were killed, or there was
// none.
func try(ctx context.Context, o options, out io.Writer) error {
	only, err := regexp.Compile(o.only)
	if err != nil {
		return err
	}
	sources, err := load(o.patterns)
	if err != nil {
		return err
	}
	known, err := read(o.known)
	if err != nil {
		return err
	}
	if o.sample > 0 {
		for o.seed == 0 {
			o.seed = uint64(rand.Uint32())
		}
		fmt.Fprintf(out, "a sample of %d mutants a package: -sample %d -seed %d\n", o.sample, o.sample, o.seed)
	}
	var complaints []error
	for _, s := range sources {
		list := slices.DeleteFunc(mutants(s), func(m *mutant) bool { return !only.MatchString(m.key) || known[s.path+" "+m.key] })
		if o.sample > 0 {
			list = draw(list, o.sample, o.seed)
		}
		if o.list {
			for _, m := range list {
				fmt.Fprintln(out, m)
			}
			continue
		}
		complaint, err := o.attempt(ctx, s, list, out)
		if err != nil {
			return err
		}
		complaints = append(complaints, complaint)
	}
	return errors.Join(complaints...)
}

// read returns the set of mutants in the list of survivors. Each element is a package path, a space
// and the key of a mutant. In the file, a line "## path" begins a package and a line "- key" is a
// mutant; other lines are ignored. read fails only if the file cannot be read.
func read(file string) (map[string]bool, error) {
	text, err := os.ReadFile(file)
	known, pkg := map[string]bool{}, ""
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		if path, ok := strings.CutPrefix(line, "## "); ok {
			pkg = path
		} else if key, ok := strings.CutPrefix(line, "- "); ok {
			known[pkg+" "+key] = true
		}
	}
	return known, err
}

// draw chooses n mutants of list by chance, or all if there are fewer. It returns them in the order
// of their ids, and changes the order of list. The same list and the same seed give the same
// choice.
func draw(list []*mutant, n int, seed uint64) []*mutant {
	r := rand.New(rand.NewPCG(seed, 0))
	r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	list = list[:min(n, len(list))]
	slices.SortFunc(list, func(a, b *mutant) int { return a.id - b.id })
	return list
}

// attempt runs the tests of the package s with each mutant of list, o.parallel at a time. It prints
// each mutant that survives, and then the counts.
//
// complaint is not nil if a mutant survived and list is no sample, if fewer than o.least per cent
// of the mutants were killed, or if no mutant could be tried without o.only. err is an error of the
// temporary directory, of build, of prepare or of a single run.
func (o options) attempt(ctx context.Context, s *source, list []*mutant, out io.Writer) (complaint, err error) {
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
	var mu sync.Mutex
	var wg sync.WaitGroup
	living := 0
	jobs := make(chan *mutant)
	for range max(1, o.parallel) {
		wg.Go(func() {
			for m := range jobs {
				survived, failure := t.survives(ctx, binary, m.id)
				mu.Lock()
				if err = errors.Join(err, failure); survived && failure == nil {
					living++
					fmt.Fprintln(out, "survived:", m)
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
	if err != nil {
		return nil, err
	}
	killed := 100 * float64(len(viable)-living) / float64(max(len(viable), 1))
	fmt.Fprintf(out, "%s: %d mutants, %d killed, %d survived: %.1f %% (%.0f s)\n", s.path, len(viable),
		len(viable)-living, living, killed, time.Since(begun).Seconds())
	if len(t.skip) > 0 {
		fmt.Fprintf(out, "    left out, for it fails beside mutants: %s\n", strings.Join(t.skip, ", "))
	}
	switch {
	case len(viable) == 0 && o.only != "":
		return nil, nil
	case len(viable) == 0:
		return fmt.Errorf("%s: nothing to try", s.path), nil
	case o.sample == 0 && living > 0:
		return fmt.Errorf("%s: %d mutants survived that the list does not name", s.path, living), nil
	case killed < o.least:
		return fmt.Errorf("%s: %.1f %% killed, the bar is %v %%", s.path, killed, o.least), nil
	}
	return nil, nil
}
