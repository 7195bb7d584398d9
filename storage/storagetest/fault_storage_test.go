package storagetest

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/storagetest/internal/hook"
	"github.com/ca74b63c/roster/user"
)

func uncanceled(ctx context.Context) context.Context { return context.WithoutCancel(ctx) }

// valueless is a context without values, such as the mark of a transaction.
type valueless struct{ context.Context }

func (valueless) Value(any) any { return nil }

// runUncanceled is a fault that runs an Update under a context that does not end.
var runUncanceled = updating(func(u attempt) (user.Revision, error) {
	return u.run(uncanceled(u.ctx), u.fn)
})

// recorded returns fn with a hook that appends the calls of the named methods that succeed to log.
func recorded(fn writeFunc, methods string, log *[]*hook.Call) writeFunc {
	return func(ctx context.Context, w storage.Writer) error {
		*log = nil
		return fn(ctx, hook.NewWriter(w, func(c *hook.Call) error {
			err := c.Run()
			if err == nil && slices.Contains(strings.Fields(methods), c.Method) {
				*log = append(*log, c)
			}
			return err
		}))
	}
}

// replay returns a function that makes the calls again.
func replay(log []*hook.Call) writeFunc {
	return func(ctx context.Context, w storage.Writer) (err error) {
		for _, c := range log {
			c.Ctx, c.Reader = ctx, w
			err = errors.Join(err, c.Run())
		}
		return err
	}
}

// apart is a fault that runs fn in an Update that is rolled back, and writes what fn wrote in
// another one if may returns true.
func apart(may func(before, now user.Revision) bool) fault {
	return updating(func(u attempt) (user.Revision, error) {
		for {
			var log []*hook.Call
			var base user.Revision
			_, err := u.run(u.ctx, func(ctx context.Context, w storage.Writer) error {
				base = w.Revision()
				return cmp.Or(recorded(u.fn, onlyWriting, &log)(ctx, w), errStop)
			})
			if !errors.Is(err, errStop) {
				return 0, err
			}
			letOthersIn()
			rev, err := u.run(u.ctx, func(ctx context.Context, w storage.Writer) error {
				if !may(base, w.Revision()) {
					return errStop
				}
				return replay(log)(ctx, w)
			})
			if !errors.Is(err, errStop) {
				return rev, err
			}
		}
	})
}

// dropsAlone is a fault that commits nothing if fn called only the named methods.
func dropsAlone(methods string) fault {
	return updating(func(u attempt) (rev user.Revision, err error) {
		var log []*hook.Call
		raised, err := u.run(u.ctx, func(ctx context.Context, w storage.Writer) error {
			rev = w.Revision()
			err := recorded(u.fn, onlyWriting+" NextID", &log)(ctx, w)
			if !slices.ContainsFunc(log, func(c *hook.Call) bool { return !strings.Contains(methods, c.Method) }) {
				err = cmp.Or(err, errFirst)
			}
			return err
		})
		if errors.Is(err, errFirst) {
			return rev, nil
		}
		return raised, err
	})
}

// accountCall is a call of DeleteAccount, or of Wait for a revision after another one.
type accountCall struct {
	*broken
	ctx     context.Context
	account user.AccountID
	after   user.Revision
}

// now returns the revision of the account.
func (c accountCall) now() (rev user.Revision, err error) {
	err = c.Store.View(c.ctx, c.account, func(_ context.Context, r storage.Reader) error {
		rev = r.Revision()
		return nil
	})
	return rev, err
}

// deleted reports whether the account is deleted.
func (c accountCall) deleted() bool {
	list, _ := c.Store.Accounts(context.Background(), storage.OnlyDeleted, "", 0)
	return slices.Contains(list, c.account)
}

// waiting and deletion call the method without a fault.
func (c accountCall) waiting(ctx context.Context, after user.Revision) (user.Revision, error) {
	return c.Store.Wait(ctx, c.account, after)
}

func (c accountCall) deletion() (user.Revision, error) {
	return c.Store.DeleteAccount(c.ctx, c.account)
}

// calls is a fault that runs f in the place of Wait or DeleteAccount.
func calls(method string, f func(accountCall) (user.Revision, error)) fault {
	return func(b *broken) {
		on(method, func(c *hook.Call) (err error) {
			call := accountCall{broken: b, ctx: c.Ctx, account: *arg[user.AccountID](c)}
			if method == "Wait" {
				call.after = *arg[user.Revision](c)
			}
			*result[user.Revision](c), err = f(call)
			return err
		})(b)
	}
}

// removed is a fault that calls f when an account is deleted.
func removed(f func()) fault { return before("DeleteAccount", func(*user.AccountID) { f() }) }

// keepsDeleted is a fault that calls the named methods on a storage in which no account is deleted.
func keepsDeleted(methods string) fault {
	return func(b *broken) {
		other := memstore.New()
		reading(methods, func(*broken) storage.Storage { return other })(b)
		early(other)(b)
	}
}

// early is a fault that runs each Update on another storage before.
func early(other storage.Storage) fault {
	return updating(func(u attempt) (user.Revision, error) {
		if _, err := other.Update(u.ctx, u.account, u.fn); err != nil {
			return 0, err
		}
		time.Sleep(100 * time.Microsecond) // lets other goroutines read what is not committed
		return u.run(u.ctx, u.fn)
	})
}

// alsoLists is a fault that lists the accounts for which one of the named methods was called, or,
// without a name, Update.
func alsoLists(methods string) fault {
	seen := map[user.AccountID]bool{}
	return all(
		updating(func(u attempt) (user.Revision, error) {
			var log []*hook.Call
			rev, err := u.run(u.ctx, recorded(u.fn, methods, &log))
			seen[u.account] = seen[u.account] || methods == "" || len(log) > 0
			return rev, err
		}),
		on("Accounts", func(c *hook.Call) error {
			err := c.Run()
			list := result[[]user.AccountID](c)
			for a := range seen {
				if !slices.Contains(*list, a) && a > *arg[user.AccountID](c) {
					*list = append(*list, a)
				}
			}
			slices.Sort(*list)
			return err
		}),
	)
}
