package storagetest

import (
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/storagetest/internal/hook"
	"github.com/ca74b63c/roster/user"
)

// hanging are the faults for which a case waits in vain. With them it is not to wait long; with all
// others it has the time that it has with any storage, so that no mutant is caught by nothing but
// the slowness of a machine.
var hanging = []string{
	"keeps the lock when fn panics", "waits for its turn without the context", "Close leaves what runs running",
	"Wait waits for a commit always", "wakes no call", "wakes no call for a deleted account", "Wait ignores its context",
	"Close leaves Wait waiting", "Wait looks before it joins those who wait",
}

func patience(fault string) time.Duration {
	if slices.Contains(hanging, fault) {
		return 400 * time.Millisecond
	}
	return 20 * time.Second
}

func caseNamed(t *testing.T, name string) Case {
	t.Helper()
	cases := Cases()
	i := slices.IndexFunc(cases, func(c Case) bool { return c.Name == name })
	if i < 0 {
		t.Fatalf("there is no case %q", name)
	}
	return cases[i]
}

// parallel runs the jobs on as many goroutines as there are processors.
func parallel(jobs []func()) {
	queue := make(chan func())
	var group sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		group.Add(1)
		go func() {
			defer group.Done()
			for job := range queue {
				job()
			}
		}()
	}
	for _, job := range jobs {
		queue <- job
	}
	close(queue)
	group.Wait()
}

// notices returns a job that runs a case with a broken storage, and fails the test if the case
// passes.
func notices(t *testing.T, name, fault string, f fault) func() {
	t.Helper()
	c := caseNamed(t, name)
	return func() {
		if r := record(c, f.open, patience(fault)); !r.Failed() {
			t.Errorf("%s does not notice a storage that %s", name, fault)
		}
	}
}

// mutants are all broken storages but those of TestEveryFilterIsTested.
func mutants() []mutant {
	list := slices.Concat(readMutants, writeMutants, storageMutants)
	for method, cases := range missing {
		name := method + " misses the transaction's own writes"
		list = append(list, mutant{name, "Update/OwnWrites " + cases, misses(method)})
	}
	return list
}

func TestEveryMutantIsCaught(t *testing.T) {
	var jobs []func()
	caught := map[string]bool{}
	for _, m := range mutants() {
		for _, name := range strings.Fields(m.cases) {
			jobs = append(jobs, notices(t, name, m.name, m.fault))
			caught[name] = true
		}
	}
	parallel(jobs)
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
		inUpdate(func() (hook.Hook, writeFunc) { return (*hook.Call).Run, nil }), listing(func(*int) {}), lists(nil, nil),
		renaming(func(a user.AccountID) user.AccountID { return a }), removed(func() {}),
	)
	runWithout(t, good.open, "Query", "Order", "Page", "Search", "History", "Statement", "Sequence", "Update/Nil")
}

func TestEveryFilterIsTested(t *testing.T) {
	shape := []string{"Order", "Descending", "After", "Offset", "Limit"} // tested by cases of their own
	query := reflect.TypeFor[storage.Query]()
	var jobs []func()
	for i := range query.NumField() {
		field := query.Field(i).Name
		if slices.Contains(shape, field) {
			continue
		}
		if filters[field] == nil {
			t.Errorf("the suite has no query with the filter %s", field)
			continue
		}
		for _, name := range []string{"Query/Filters", "Query/Random"} {
			jobs = append(jobs, notices(t, name, "ignores the filter "+field, ignoresFilter(field)))
		}
	}
	parallel(jobs)
}

// mutantNamed returns the fault of a mutant.
func mutantNamed(t *testing.T, name string) fault {
	t.Helper()
	list := mutants()
	i := slices.IndexFunc(list, func(m mutant) bool { return m.name == name })
	if i < 0 {
		t.Fatalf("there is no mutant that %s", name)
	}
	return list[i].fault
}
