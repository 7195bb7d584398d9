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

// broken is a memstore whose methods a fault replaces by others. The hook call runs in the place of
// each method of the Storage, a Reader and a Writer.
type broken struct {
	*memstore.Store
	call hook.Hook
}

// fault changes the hook of a broken that is not broken yet.
type fault func(*broken)

// open is an Open of storages that have the fault.
func (f fault) open(testing.TB) storage.Storage {
	b := &broken{memstore.New(), (*hook.Call).Run}
	f(b)
	return hook.Waiter{Storage: hook.Storage{Storage: b.Store, Hook: func(c *hook.Call) error {
		if fn := arg[viewFunc](c); fn != nil {
			*fn = hook.Viewing(*fn, b.call)
		}
		if fn := arg[writeFunc](c); fn != nil {
			*fn = hook.Updating(*fn, b.call)
		}
		return b.call(c)
	}}}
}

// onlyWriting names the methods of a Writer that write.
const onlyWriting = "PutAccount PutUser PutSecret PutReference DeleteReference PostTransfer AppendChange Scrub " +
	"CompactChanges PutDelivery DeleteDelivery PutDeadLetter DeleteDeadLetter Load"

// on is a fault that runs h in the place of the named methods; no name means all methods of a
// Reader and a Writer.
func on(methods string, h hook.Hook) fault {
	return func(b *broken) {
		inner := b.call
		b.call = func(c *hook.Call) error {
			if slices.Contains(strings.Fields(methods), c.Method) || methods == "" && c.Reader != nil {
				return h(c.Via(inner))
			}
			return inner(c)
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
	return on("Update", func(c *hook.Call) (err error) {
		rev, fn := result[user.Revision](c), arg[writeFunc](c)
		*rev, err = f(attempt{c.Ctx, *arg[user.AccountID](c), *fn, func(ctx context.Context, in writeFunc) (user.Revision, error) {
			c.Ctx, *fn = ctx, in
			err := c.Run()
			return *rev, err
		}})
		return err
	})
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
	return before("View Update", func(a *user.AccountID) { *a = rename(*a) })
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

// compacted returns the last change of the account that is no longer kept.
func compacted(c *hook.Call) storage.ChangeID {
	n, _ := c.Reader.Counters(c.Ctx)
	return n.Compacted
}

// raise makes the Update raise the revision, and changes nothing else.
func raise(ctx context.Context, w storage.Writer) error { return w.Scrub(ctx, 1<<60) }

// listing is a fault that changes the limits of all lists.
func listing(change func(*int)) fault {
	const methods = "Users References Transfers Statement Changes Deliveries DeadLetters Accounts"
	return on(methods, func(c *hook.Call) error {
		switch limit := arg[int](c); {
		case limit != nil:
			change(limit)
		case c.Method == "Users":
			change(&arg[storage.Query](c).Limit)
		case c.Method == "Changes":
			change(&arg[storage.ChangeQuery](c).Limit)
		default:
			change(&arg[storage.TransferQuery](c).Limit)
		}
		return c.Run()
	})
}

// ignores is a fault that ignores one field of a query of type T.
func ignores[T any](methods, field string) fault {
	return before(methods, func(q *T) { reflect.ValueOf(q).Elem().FieldByName(field).SetZero() })
}
