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

// Faults returns a storage that passes every call to s, except the n-th, counted from 1: this call
// does nothing and returns ErrInjected. If n is less than 1, no call fails. A test can let each
// call of an operation fail in turn:
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
// These calls count: each method of Storage except Close; each method of Reader and Writer except
// Revision, ConfigRevision and Next, which cannot fail; and the commit of an Update whose fn
// returned nil. If the commit fails, nothing is committed. An Update also fails if one of its
// methods failed and fn ignored the error, as the contract says. The FaultStorage is no
// storage.Waiter.
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

// Calls returns how many calls f has counted so far. The call that failed is one of them. See
// Faults for the calls that count.
func (f *FaultStorage) Calls() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.calls
}

// Fired reports whether f has already made a call fail, and returns the name of the method that
// failed, such as "PutUser". The name is "commit" for the commit of an Update, and "" if no call
// has failed.
func (f *FaultStorage) Fired() (method string, fired bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.fired, f.fired != ""
}

// call counts one call of the named method, and returns ErrInjected if this is the call to fail.
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

// run is the hook of f, called for each method of the storage. It counts the call, except Close,
// and lets it fail or run. For a View or Update, it also counts the calls of the Reader or Writer,
// and the commit.
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

// updating returns fn with a Writer that counts the calls of its methods. If fn succeeds, the
// commit counts as one more call. The returned function also fails if a method failed and fn
// ignored the error. It is nil if fn is nil.
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

// Twice returns a storage that runs the function of every Update two times: first in a transaction
// that it rolls back, then in one that may commit. The contract allows this to every storage, so a
// test with Twice finds functions that have effects besides their writes. If the first run fails,
// Update returns its error. The result is a storage.Waiter if s is one.
func Twice(s storage.Storage) storage.Storage {
	twice := hook.Storage{Storage: s, Hook: runTwice}
	if _, ok := s.(storage.Waiter); ok {
		return hook.Waiter{Storage: twice}
	}
	return twice
}

// runTwice runs the call c, and is the hook of Twice. The function of an Update runs twice: first
// in a transaction that is rolled back, then in one that may commit. An error of the first run is
// returned, and there is no second run.
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
