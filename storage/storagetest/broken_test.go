package storagetest

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/storagetest/internal/hook"
	"github.com/ca74b63c/roster/user"
)

type (
	viewFunc   = func(context.Context, user.AccountID, func(context.Context, storage.Reader) error) error
	writeFunc  = func(context.Context, storage.Writer) error
	updateFunc = func(context.Context, user.AccountID, writeFunc) (user.Revision, error)
)

// broken is a memstore whose methods a fault replaces by others. One function runs in the place of
// each method of a Reader and a Writer.
type broken struct {
	*memstore.Store
	view     viewFunc
	update   updateFunc
	remove   func(context.Context, user.AccountID) (user.Revision, error)
	accounts func(context.Context, storage.Deleted, user.AccountID, int) ([]user.AccountID, error)
	wait     func(context.Context, user.AccountID, user.Revision) (user.Revision, error)
	end      func() error
	call     hook.Hook
}

// fault changes the functions of a broken that is not broken yet.
type fault func(*broken)

// open is an Open of storages that have the fault.
func (f fault) open(testing.TB) storage.Storage {
	s := memstore.New()
	b := &broken{s, s.View, s.Update, s.DeleteAccount, s.Accounts, s.Wait, s.Close, (*hook.Call).Run}
	f(b)
	return b
}

func (b *broken) View(ctx context.Context, a user.AccountID, fn func(context.Context, storage.Reader) error) error {
	if fn == nil {
		return b.view(ctx, a, nil)
	}
	return b.view(ctx, a, func(ctx context.Context, r storage.Reader) error {
		return fn(ctx, hook.Reader{Reader: r, Hook: b.call})
	})
}

func (b *broken) Update(
	ctx context.Context, a user.AccountID, fn func(context.Context, storage.Writer) error,
) (user.Revision, error) {
	if fn == nil {
		return b.update(ctx, a, nil)
	}
	return b.update(ctx, a, func(ctx context.Context, w storage.Writer) error {
		return fn(ctx, hook.NewWriter(w, b.call))
	})
}

func (b *broken) DeleteAccount(ctx context.Context, a user.AccountID) (user.Revision, error) {
	return b.remove(ctx, a)
}

func (b *broken) Accounts(
	ctx context.Context, which storage.Deleted, after user.AccountID, limit int,
) ([]user.AccountID, error) {
	return b.accounts(ctx, which, after, limit)
}

func (b *broken) Wait(ctx context.Context, a user.AccountID, after user.Revision) (user.Revision, error) {
	return b.wait(ctx, a, after)
}

func (b *broken) Close() error { return b.end() }

// onlyWriting names the methods of a Writer that write.
const onlyWriting = "PutAccount PutUser PutSecret PutReference DeleteReference PostTransfer AppendChange Scrub " +
	"CompactChanges PutDelivery DeleteDelivery PutDeadLetter DeleteDeadLetter Load"

// on is a fault that runs h in the place of the named methods; no name means all.
func on(methods string, h hook.Hook) fault {
	return func(b *broken) {
		inner := b.call
		b.call = func(c *hook.Call) error {
			if methods != "" && !slices.Contains(strings.Fields(methods), c.Method) {
				return inner(c)
			}
			return h(c)
		}
	}
}

// arg returns the argument of type T.
func arg[T any](c *hook.Call) *T {
	for _, a := range c.Args {
		if v, ok := a.(*T); ok {
			return v
		}
	}
	return nil
}

// result returns the result of a call.
func result[T any](c *hook.Call) *T { return c.Result.(*T) }

// before is a fault that changes an argument of the named methods.
func before[T any](methods string, change func(*T)) fault {
	return on(methods, func(c *hook.Call) error {
		change(arg[T](c))
		return c.Run()
	})
}

// after is a fault that changes the result of the named methods.
func after[T any](methods string, change func(*T)) fault {
	return on(methods, func(c *hook.Call) error {
		err := c.Run()
		if v := result[T](c); err == nil {
			change(v)
		}
		return err
	})
}

// filtering is a fault that removes the items of a list for which drop returns true.
func filtering[T any](methods string, drop func(c *hook.Call, item T) bool) fault {
	return on(methods, func(c *hook.Call) error {
		err := c.Run()
		list := result[[]T](c)
		*list = slices.DeleteFunc(*list, func(item T) bool { return drop(c, item) })
		return err
	})
}

// hides is a fault that does not find a value for which hidden returns true.
func hides[T any](method string, hidden func(T) bool) fault {
	return on(method, func(c *hook.Call) error {
		if err := c.Run(); err != nil || !hidden(*result[T](c)) {
			return err
		}
		return storage.ErrNotFound
	})
}

// forgives is a fault that hides an error of the named methods.
func forgives(methods string, target error) fault {
	return on(methods, func(c *hook.Call) error {
		if err := c.Run(); !errors.Is(err, target) {
			return err
		}
		return nil
	})
}

// skips is a fault that makes a method of a Writer do nothing, without an error, if skip returns
// true for the argument of type T.
func skips[T any](methods string, skip func(c *hook.Call, v T) bool) fault {
	return on(methods, func(c *hook.Call) error {
		if skip(c, *arg[T](c)) {
			return nil
		}
		return c.Run()
	})
}

// refuses is a fault that makes a method of a Writer return the error of check, if there is one.
func refuses[T any](method string, check func(c *hook.Call, v T) error) fault {
	return on(method, func(c *hook.Call) error {
		if err := check(c, *arg[T](c)); err != nil {
			return err
		}
		return c.Run()
	})
}

// attempt is a call of Update. run calls Update without the fault.
type attempt struct {
	ctx     context.Context
	account user.AccountID
	fn      writeFunc
	run     func(context.Context, writeFunc) (user.Revision, error)
}

// updating is a fault that runs f in the place of Update.
func updating(f func(attempt) (user.Revision, error)) fault {
	return func(b *broken) {
		update := b.update
		b.update = func(ctx context.Context, a user.AccountID, fn writeFunc) (user.Revision, error) {
			run := func(ctx context.Context, fn writeFunc) (user.Revision, error) { return update(ctx, a, fn) }
			return f(attempt{ctx, a, fn, run})
		}
	}
}

// inUpdate is a fault whose hook is made anew for each Update. done, if it is not nil, runs after
// fn returned nil, and its error is that of fn.
func inUpdate(f func() (h hook.Hook, done writeFunc)) fault {
	return updating(func(u attempt) (user.Revision, error) {
		return u.run(u.ctx, func(ctx context.Context, w storage.Writer) error {
			h, done := f()
			err := u.fn(ctx, hook.NewWriter(w, h))
			if err == nil && done != nil {
				err = done(ctx, w)
			}
			return err
		})
	})
}

// reading is a fault that calls the named methods, in an Update, on another storage, which may be
// the same one: on the state that it has when the Update begins.
func reading(methods string, from func(*broken) storage.Storage) fault {
	return func(b *broken) {
		s := from(b)
		updating(func(u attempt) (rev user.Revision, err error) {
			bad := s.View(u.ctx, u.account, func(_ context.Context, other storage.Reader) error {
				rev, err = u.run(u.ctx, func(ctx context.Context, w storage.Writer) error {
					return u.fn(ctx, hook.NewWriter(w, func(c *hook.Call) error {
						if slices.Contains(strings.Fields(methods), c.Method) {
							c.Reader = other
						}
						return c.Run()
					}))
				})
				return nil
			})
			return rev, errors.Join(bad, err)
		})(b)
	}
}

// renaming is a fault that gives accounts other ids.
func renaming(rename func(user.AccountID) user.AccountID) fault {
	return func(b *broken) {
		view, update := b.view, b.update
		b.view = func(ctx context.Context, a user.AccountID, fn func(context.Context, storage.Reader) error) error {
			return view(ctx, rename(a), fn)
		}
		b.update = func(ctx context.Context, a user.AccountID, fn writeFunc) (user.Revision, error) {
			return update(ctx, rename(a), fn)
		}
	}
}

// all joins faults.
func all(faults ...fault) fault {
	return func(b *broken) {
		for _, f := range faults {
			f(b)
		}
	}
}

// everyUser returns the users of an account, deleted ones too.
func everyUser(c *hook.Call) []user.User {
	list, _ := c.Reader.Users(c.Ctx, storage.Query{Deleted: storage.WithDeleted})
	return list
}

// newestChanges returns the newest change, or no change.
func newestChanges(c *hook.Call) []storage.Change {
	list, _ := c.Reader.Changes(c.Ctx, storage.ChangeQuery{Newest: true, Limit: 1})
	return list
}

// compacted returns the last change of the account that is no longer kept.
func compacted(c *hook.Call) storage.ChangeID {
	n, _ := c.Reader.Counters(c.Ctx)
	return n.Compacted
}

// raise makes the Update raise the revision, and changes nothing else.
func raise(ctx context.Context, w storage.Writer) error { return w.Scrub(ctx, 1<<60) }

// limitOf returns the limit of a call of a method that returns a list, and nil for other methods.
func limitOf(c *hook.Call) *int {
	switch {
	case c.Method == "CountUsers" || len(c.Args) == 0:
		return nil
	case arg[storage.Query](c) != nil:
		return &arg[storage.Query](c).Limit
	case arg[storage.ChangeQuery](c) != nil:
		return &arg[storage.ChangeQuery](c).Limit
	case arg[storage.TransferQuery](c) != nil:
		return &arg[storage.TransferQuery](c).Limit
	}
	return arg[int](c)
}

// listing is a fault that changes the limits of all lists.
func listing(change func(*int)) fault {
	return all(
		on("", func(c *hook.Call) error {
			if limit := limitOf(c); limit != nil {
				change(limit)
			}
			return c.Run()
		}),
		func(b *broken) {
			accounts := b.accounts
			b.accounts = func(
				ctx context.Context, which storage.Deleted, after user.AccountID, limit int,
			) ([]user.AccountID, error) {
				change(&limit)
				return accounts(ctx, which, after, limit)
			}
		},
	)
}

// ignoresFilter is a fault that ignores one field of a query.
func ignoresFilter(field string) fault {
	return before("Users CountUsers", func(q *storage.Query) { reflect.ValueOf(q).Elem().FieldByName(field).SetZero() })
}
