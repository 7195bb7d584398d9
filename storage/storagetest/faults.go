package storagetest

import (
	"context"
	"errors"
	"sync"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/storagetest/internal/hook"
)

// ErrInjected is the error of the call that Faults makes fail.
var ErrInjected = errors.New("storagetest: injected fault")

// Faults returns s with a fault: the n-th call, from 1, returns ErrInjected and does nothing. n
// below 1 is no fault; calls are counted all the same, so that a test can learn how many there are
// and then let each of them fail in turn:
//
//	for n := 1; ; n++ {
//		s := storagetest.Faults(mystore.New(), n)
//		err := work(s)
//		if _, fired := s.Fired(); !fired {
//			break // work makes fewer than n calls
//		}
//		// here errors.Is(err, storagetest.ErrInjected), and nothing of work shows
//	}
//
// What counts as a call is each method of Storage except Close, and each of Reader and Writer
// except Revision, ConfigRevision and Next, which cannot fail; and the commit of an Update whose fn
// returned nil, as a call of its own named "commit": if it fails, nothing is committed. As the
// contract says, an Update whose fn swallowed the error fails with it nevertheless. The
// FaultStorage does not offer storage.Waiter.
func Faults(s storage.Storage, n int) *FaultStorage {
	f := &FaultStorage{n: n}
	f.hooked = hooked{Storage: s, Hook: f.run}
	return f
}

// FaultStorage is a storage.Storage of which one call fails. Many goroutines may use it at once, if
// the wrapped storage allows it.
type FaultStorage struct {
	hooked
	n int

	mu    sync.Mutex
	calls int
	fired string
}

type hooked = hook.Storage

// Calls returns the number of calls that f has counted so far, including the one that failed.
// Faults says which calls count.
func (f *FaultStorage) Calls() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.calls
}

// Fired reports whether f has already made a call fail. method is the name of the method that
// failed, such as "PutUser", or "commit" for the commit of an Update. If no call has failed, method
// is "".
func (f *FaultStorage) Fired() (method string, fired bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.fired, f.fired != ""
}

// call counts a call of the storage; method is the name of the called method. If this is the call
// whose number was passed to Faults, it returns ErrInjected and records method for Fired. Calls of
// all methods are counted together. For every other call, call returns nil.
func (f *FaultStorage) call(method string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls++
	if f.calls != f.n {
		return nil
	}
	f.fired = method
	return ErrInjected
}

// counting returns a hook that runs call before each method that can fail, and returns its error.
func counting(call func(method string) error) hook.Hook {
	return func(c *hook.Call) error {
		if c.Method != "Revision" && c.Method != "ConfigRevision" && c.Method != "Next" {
			if err := call(c.Method); err != nil {
				return err
			}
		}
		return c.Run()
	}
}

// run counts a call of a method of the storage, except Close. It gives the functions of View and
// Update a Reader and a Writer whose calls count too. A call that does not fail goes to the wrapped
// storage. Errors: ErrInjected for the call that fails, and for an Update with a method that
// failed; those of the wrapped storage.
func (f *FaultStorage) run(c *hook.Call) error {
	if c.Method == "Close" {
		return c.Run()
	}
	if err := f.call(c.Method); err != nil {
		return err
	}
	for _, a := range c.Args {
		switch fn := a.(type) {
		case *viewFunc:
			*fn = hook.Viewing(*fn, counting(f.call))
		case *writeFunc:
			*fn = f.updating(*fn)
		}
	}
	return c.Run()
}

// updating returns a function for Update that runs fn. Its Writer counts the calls of the methods.
// If fn succeeds, the function counts the commit. It returns ErrInjected if the commit or a method
// failed, and otherwise the error of fn. updating returns nil if fn is nil.
func (f *FaultStorage) updating(fn writeFunc) writeFunc {
	if fn == nil {
		return nil
	}
	return func(ctx context.Context, w storage.Writer) error {
		injected := false
		call := func(method string) error {
			err := f.call(method)
			injected = injected || err != nil
			return err
		}
		if err := fn(ctx, hook.NewWriter(w, counting(call))); err != nil {
			return err
		}
		if injected {
			return ErrInjected
		}
		return f.call("commit")
	}
}

type (
	viewFunc  = func(context.Context, storage.Reader) error
	writeFunc = func(context.Context, storage.Writer) error
)

// errFirst rolls back the first of the two runs.
var errFirst = errors.New("storagetest: the first of two runs")

// Twice returns a storage that runs the function of every Update twice: first in a transaction that
// is rolled back, then in one that may commit. The contract allows this to any storage. Under Twice
// a test finds functions that have effects besides their writes. If the first run returns an error,
// Update returns it. The returned storage is a storage.Waiter if s is one.
func Twice(s storage.Storage) storage.Storage {
	twice := hook.Storage{Storage: s, Hook: runTwice}
	if _, ok := s.(storage.Waiter); ok {
		return hook.Waiter{Storage: twice}
	}
	return twice
}

// runTwice runs the function of an Update twice: first in a transaction that it rolls back, then in
// a second one. It returns the error of the second one. If the first one fails, it returns that
// error and does not begin the second. runTwice only runs the call if there is no such function.
func runTwice(c *hook.Call) error {
	if c.Method != "Update" {
		return c.Run()
	}
	update := c.Args[1].(*writeFunc)
	fn := *update
	if fn == nil {
		return c.Run()
	}
	*update = func(ctx context.Context, w storage.Writer) error {
		if err := fn(ctx, w); err != nil {
			return err
		}
		return errFirst
	}
	if err := c.Run(); !errors.Is(err, errFirst) {
		return err
	}
	*update = fn
	return c.Run()
}
