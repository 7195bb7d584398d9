package storagetest

import (
	"context"
	"errors"
	"sync"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/storagetest/internal/hook"
	"github.com/ca74b63c/roster/user"
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
func Faults(s storage.Storage, n int) *FaultStorage { return &FaultStorage{s: s, n: n} }

// FaultStorage is a storage.Storage of which one call fails. Many goroutines may use it at once, if
// the wrapped storage allows it.
type FaultStorage struct {
	s storage.Storage
	n int

	mu    sync.Mutex
	calls int
	fired string
}

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

// View implements storage.Storage. It calls View of the wrapped storage with a function that calls
// fn. It counts the call of View and each call of the reader's methods that can fail.
//
// The call whose number was passed to Faults does nothing and returns ErrInjected. If this call is
// that of View, fn does not run. If fn ignores the error of a reader's method, View may return nil.
//
// Errors: ErrInjected; those of fn; those of the wrapped storage.
func (f *FaultStorage) View(ctx context.Context, a user.AccountID, fn func(context.Context, storage.Reader) error) error {
	if err := f.call("View"); err != nil {
		return err
	}
	if fn == nil {
		return f.s.View(ctx, a, nil)
	}
	return f.s.View(ctx, a, func(ctx context.Context, r storage.Reader) error {
		return fn(ctx, hook.Reader{Reader: r, Hook: counting(f.call)})
	})
}

// Update implements storage.Storage. It calls Update of the wrapped storage and returns the
// revision of this call. It counts the call of Update, each call of the writer's methods that can
// fail, and the commit if fn succeeds. The call whose number was passed to Faults does nothing and
// returns ErrInjected. This Update then commits nothing and returns an error, even if fn returns
// nil. If the call is that of Update, fn does not run.
//
// Errors: ErrInjected; those of fn; those of the wrapped storage.
func (f *FaultStorage) Update(
	ctx context.Context, a user.AccountID, fn func(context.Context, storage.Writer) error,
) (user.Revision, error) {
	if err := f.call("Update"); err != nil {
		return 0, err
	}
	if fn == nil {
		return f.s.Update(ctx, a, nil)
	}
	return f.s.Update(ctx, a, func(ctx context.Context, w storage.Writer) error {
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
	})
}

// DeleteAccount calls DeleteAccount of the wrapped storage.
func (f *FaultStorage) DeleteAccount(ctx context.Context, a user.AccountID) (user.Revision, error) {
	if err := f.call("DeleteAccount"); err != nil {
		return 0, err
	}
	return f.s.DeleteAccount(ctx, a)
}

// Accounts calls Accounts of the wrapped storage.
func (f *FaultStorage) Accounts(
	ctx context.Context, which storage.Deleted, after user.AccountID, limit int,
) ([]user.AccountID, error) {
	if err := f.call("Accounts"); err != nil {
		return nil, err
	}
	return f.s.Accounts(ctx, which, after, limit)
}

// Close closes the wrapped storage. It is not counted.
func (f *FaultStorage) Close() error { return f.s.Close() }
