package storagetest

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ca74b63c/roster/internal/draw"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/storagetest/internal/hook"
	"github.com/ca74b63c/roster/user"
)

// hanging are the faults for which a case waits in vain. With them it is not to wait long; with all
// others it has the time that it has with any storage, so that no mutant is caught by nothing but
// the slowness of a machine.
var hanging = []string{
	"waits for its turn without the context", "Wait waits for a commit always",
	"wakes no call for a deleted account", "Wait ignores its context",
	"Close leaves Wait waiting", "Wait looks before it joins those who wait",
}

func patience(fault string) time.Duration {
	if slices.Contains(hanging, fault) {
		return 400 * time.Millisecond
	}
	return 20 * time.Second
}

// find returns the item of the list that has the name.
func find[T any](t *testing.T, list []T, name string, nameOf func(T) string) T {
	t.Helper()
	i := slices.IndexFunc(list, func(v T) bool { return nameOf(v) == name })
	if i < 0 {
		t.Fatalf("nothing is named %q", name)
	}
	return list[i]
}

func caseNamed(t *testing.T, name string) Case {
	return find(t, Cases(), name, func(c Case) string { return c.Name })
}

// mutants are all broken storages.
func mutants() []mutant {
	list := slices.Concat(readMutants, writeMutants, storageMutants)
	for method, cases := range missing {
		name := method + " misses the transaction's own writes"
		list = append(list, mutant{name, "Update/OwnWrites " + cases, misses(method)})
	}
	for methods, cases := range keptMethods {
		name := methods + " reads from a deleted account"
		list = append(list, mutant{name, "Deletion/Everything " + cases, keepsDeleted(methods)})
	}
	for _, field := range draw.Filters() {
		f := ignores[storage.Query]("Users CountUsers", field)
		list = append(list, mutant{"ignores the filter " + field, "Query/Match", f})
	}
	return list
}

func TestEveryMutantIsCaught(t *testing.T) {
	caught := map[string]bool{}
	for _, m := range mutants() {
		for _, name := range strings.Fields(m.cases) {
			c := caseNamed(t, name)
			caught[name] = true
			t.Run(name+"/"+m.name, func(t *testing.T) {
				t.Parallel()
				if r := record(c, m.fault.open, patience(m.name)); !r.Failed() {
					t.Errorf("%s does not notice a storage that %s", name, m.name)
				}
			})
		}
	}
	for _, c := range Cases() {
		if !caught[c.Name] {
			t.Errorf("no mutant breaks the rule of %s", c.Name)
		}
	}
}

// TestWrappersAreNoFaults fails when a wrapper that the mutants share breaks a rule by itself: such
// a mutant would be caught for the wrong reason.
func TestWrappersAreNoFaults(t *testing.T) {
	good := all(
		on("none", nil), reading("none", func(b *broken) storage.Storage { return b.Store }),
		inUpdate(func() (hook.Hook, writeFunc) { return (*hook.Call).Run, nil }), listing(func(*int) {}),
		renaming(func(a user.AccountID) user.AccountID { return a }), removed(func() {}),
	)
	runWithout(t, good.open, "Query", "Page", "History", "Statement", "Sequence", "Update/Nil")
}

// recorder is a testing.TB that keeps what a case says instead of failing a test.
type recorder struct {
	testing.TB // nil: what a case must not call panics

	patience time.Duration

	mu       sync.Mutex
	failed   bool
	lines    []string
	cleanups []func()
}

func (r *recorder) Patience() time.Duration { return r.patience }

func (r *recorder) Helper() {}

func (r *recorder) Cleanup(f func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.cleanups = append(r.cleanups, f)
}

func (r *recorder) note(failed bool, line string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.failed = r.failed || failed
	r.lines = append(r.lines, line)
}

func (r *recorder) Failed() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.failed
}

func (r *recorder) said() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return strings.Join(r.lines, "\n")
}

func (r *recorder) Logf(format string, args ...any)   { r.note(false, fmt.Sprintf(format, args...)) }
func (r *recorder) Errorf(format string, args ...any) { r.note(true, fmt.Sprintf(format, args...)) }
func (r *recorder) Fatalf(format string, args ...any) { r.Errorf(format, args...); runtime.Goexit() }

// record runs a case as the testing package would, and returns what it said. A panic is a failure.
func record(c Case, open Open, patience time.Duration) *recorder {
	r := &recorder{patience: patience}
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer func() {
			for i := len(r.cleanups) - 1; i >= 0; i-- {
				r.cleanups[i]()
			}
		}()
		defer func() {
			if p := recover(); p != nil {
				r.note(true, fmt.Sprint("panic: ", p))
			}
		}()
		c.Test(r, open)
	}()
	<-done
	return r
}
