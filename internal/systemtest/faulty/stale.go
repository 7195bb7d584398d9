package faulty

import (
	"context"
	"sync"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// Late is a storage that answers some calls from an earlier state of one account.
type Late struct {
	storage.Storage
	account  user.AccountID
	from, to int  // which calls
	writers  bool // whether it is the writers that get what is old

	mu     sync.Mutex
	calls  int
	frozen *frozen
}

// Stale returns s with a fault: the Views of the account with the numbers from to to-1, counted
// from 1, all show the state that the first of them saw.
func Stale(s storage.Storage, account user.AccountID, from, to int) *Late {
	return &Late{Storage: s, account: account, from: from, to: to}
}

// Behind returns s with a fault: in the Updates of the account with the numbers from to to-1,
// counted from 1, the writer reads the users of the state that the first of them saw. So their
// writes undo other updates.
func Behind(s storage.Storage, account user.AccountID, from, to int) *Late {
	return &Late{Storage: s, account: account, from: from, to: to, writers: true}
}

// present returns the earlier state from which a call for the account a must read, or nil if the
// call must read the newest state. It counts the calls for s.account; calls for other accounts are
// not counted and always get nil. The call with number s.from keeps the state of this moment. The
// calls s.from to s.to-1 read this state. Errors: those of reading the state.
func (s *Late) present(a user.AccountID) (*frozen, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if a != s.account {
		return nil, nil
	}
	s.calls++
	if s.calls == s.from {
		var err error
		if s.frozen, err = freeze(s.Storage, a); err != nil {
			return nil, err
		}
	}
	if s.calls < s.from || s.calls >= s.to {
		return nil, nil
	}
	return s.frozen, nil
}

// View calls fn with a state of the account, which may be an earlier one.
func (s *Late) View(ctx context.Context, a user.AccountID, fn func(context.Context, storage.Reader) error) error {
	if !s.writers {
		switch f, err := s.present(a); {
		case err != nil:
			return err
		case f != nil:
			return f.do(fn)
		}
	}
	return s.Storage.View(ctx, a, fn)
}

// Update implements storage.Storage. It runs fn in a transaction of the storage and commits the
// writes of fn. If the storage comes from Behind and the call is one of the chosen ones, fn reads
// users from an earlier state of the account, so its writes may undo other updates. Errors: those
// of the storage.
func (s *Late) Update(
	ctx context.Context, a user.AccountID, fn func(context.Context, storage.Writer) error,
) (user.Revision, error) {
	if !s.writers {
		return s.Storage.Update(ctx, a, fn)
	}
	f, err := s.present(a)
	if err != nil {
		return 0, err
	}
	return s.Storage.Update(ctx, a, func(ctx context.Context, w storage.Writer) error {
		if f != nil {
			w = behind{w, f}
		}
		return fn(ctx, w)
	})
}

// Close implements storage.Storage. It ends the read transaction that keeps the earlier state, and
// closes the storage. Errors: those of closing the storage.
func (s *Late) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.frozen != nil {
		s.frozen.end()
		s.frozen = nil
	}
	return s.Storage.Close()
}

// behind is a writer that reads users from an earlier state.
type behind struct {
	storage.Writer
	frozen *frozen
}

func (w behind) User(_ context.Context, id user.ID) (u user.User, err error) {
	err = w.frozen.do(func(ctx context.Context, r storage.Reader) error {
		u, err = r.User(ctx, id)
		return err
	})
	return u, err
}

// frozen is a View that stays open. Reads of its state run inside the View.
type frozen struct {
	work chan func(context.Context, storage.Reader)
	done chan error
}

func freeze(s storage.Storage, a user.AccountID) (*frozen, error) {
	f := &frozen{make(chan func(context.Context, storage.Reader)), make(chan error, 1)}
	open := make(chan struct{})
	go func() {
		f.done <- s.View(context.Background(), a, func(ctx context.Context, r storage.Reader) error {
			close(open)
			for read := range f.work {
				read(ctx, r)
			}
			return nil
		})
	}()
	select {
	case <-open:
		return f, nil
	case err := <-f.done:
		return nil, err
	}
}

func (f *frozen) do(fn func(context.Context, storage.Reader) error) error {
	result := make(chan error)
	f.work <- func(ctx context.Context, r storage.Reader) { result <- fn(ctx, r) }
	return <-result
}

func (f *frozen) end() {
	close(f.work)
	<-f.done
}
