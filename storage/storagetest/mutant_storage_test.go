package storagetest

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/storagetest/internal/hook"
	"github.com/ca74b63c/roster/user"
)

// storageMutants are storages whose transactions, accounts or calls of Wait and Close are wrong.
var storageMutants = []mutant{
	// Views
	{"shows commits to a View that runs", "View/Unchanging Concurrency/WholeCommits", func(b *broken) {
		updating(func(u attempt) (user.Revision, error) {
			time.Sleep(time.Millisecond) // lets Views begin
			return u.run(u.ctx, u.fn)
		})(b)
		on("View", func(v *hook.Call) error {
			fn := arg[viewFunc](v)
			*fn = hook.Viewing(*fn, func(c *hook.Call) error {
				return b.Store.View(v.Ctx, *arg[user.AccountID](v), func(ctx context.Context, now storage.Reader) error {
					c.Ctx, c.Reader = ctx, now
					return c.Run()
				})
			})
			return v.Run()
		})(b)
	}},
	{"hides the error of fn", "View/Error", on("View", func(c *hook.Call) error {
		if err := c.Run(); err != nil {
			return errors.New(err.Error())
		}
		return nil
	})},

	// Updates
	{"calls a function that is not there", "Update/Nil", updating(func(u attempt) (user.Revision, error) {
		return u.run(u.ctx, func(ctx context.Context, w storage.Writer) error { return u.fn(ctx, w) })
	})},
	{"commits although fn failed", "Update/Rollback Key/Freed", updating(func(u attempt) (user.Revision, error) {
		var failed error
		rev, err := u.run(u.ctx, func(ctx context.Context, w storage.Writer) error {
			failed = u.fn(ctx, w)
			return nil
		})
		return rev, cmp.Or(failed, err)
	})},
	{"commits although fn panicked", "Update/Panic", updating(func(u attempt) (rev user.Revision, err error) {
		var panicked any
		rev, err = u.run(u.ctx, func(ctx context.Context, w storage.Writer) error {
			defer func() { panicked = recover() }()
			return u.fn(ctx, w)
		})
		if panicked != nil {
			panic(panicked)
		}
		return rev, err
	})},
	{"swallows a panic", "Update/Panic", updating(func(u attempt) (user.Revision, error) {
		defer func() { _ = recover() }()
		return u.run(u.ctx, u.fn)
	})},
	{"counts a transaction that wrote nothing", "Update/Revision", inUpdate(func() (hook.Hook, writeFunc) {
		return (*hook.Call).Run, raise
	})},
	{"ConfigRevision shows the transaction's own writes", "Update/ConfigRevision",
		inUpdate(func() (hook.Hook, writeFunc) {
			var own user.Revision
			return func(c *hook.Call) error {
				err := c.Run()
				switch c.Method {
				case "PutUser":
					own = max(own, arg[user.User](c).ConfigVersion)
				case "ConfigRevision":
					*result[user.Revision](c) = max(own, *result[user.Revision](c))
				}
				return err
			}, nil
		})},
	{"forgets an error that fn swallowed", "Update/Poisoned Context/Inside",
		updating(func(u attempt) (user.Revision, error) {
			var log []*hook.Call
			var failed error
			rev, err := u.run(u.ctx, func(ctx context.Context, w storage.Writer) error {
				failed = recorded(u.fn, onlyWriting, &log)(ctx, w)
				return failed
			})
			if err != nil && failed == nil {
				return u.run(uncanceled(u.ctx), replay(log))
			}
			return rev, err
		})},
	{"rolls back because something was not found", "Update/Absence", inUpdate(func() (hook.Hook, writeFunc) {
		var missing error
		return func(c *hook.Call) error {
				err := c.Run()
				if errors.Is(err, storage.ErrNotFound) || errors.Is(err, storage.ErrAmbiguous) {
					missing = err
				}
				return err
			}, func(context.Context, storage.Writer) error {
				return missing
			}
	})},
	{"forgets ids that nothing was put under", "Sequence/Once", dropsAlone("NextID")},
	{"forgets a delivery that comes alone", "Delivery/Quiet", dropsAlone("PutDelivery PutDeadLetter")},
	{"lets writers run side by side", "Concurrency/NothingLost Delivery/Lease",
		apart(func(_, _ user.Revision) bool { return true })},
	{"runs an Update again only if the revision has changed", "Delivery/Lease",
		apart(func(before, now user.Revision) bool {
			return before == now
		})},
	{"refuses because of what is not committed", "Concurrency/Refused", func(b *broken) { early(memstore.New())(b) }},

	// Contexts
	{"lets transactions nest", "Nested/Refused", updating(func(u attempt) (user.Revision, error) {
		return u.run(valueless{u.ctx}, u.fn)
	})},
	{"begins under a context that is done", "Context/Before", runUncanceled},
	{"waits for its turn without the context", "Context/Waiting", runUncanceled},
	{"commits under a context that is done", "Context/Commit", runUncanceled},
	{"loses the next Update after a caller gave up", "Context/Others", func(b *broken) {
		var lost atomic.Bool
		updating(func(u attempt) (user.Revision, error) {
			if lost.Swap(false) {
				return 0, errors.New("the transaction was lost")
			}
			rev, err := u.run(u.ctx, u.fn)
			lost.Store(u.ctx.Err() != nil)
			return rev, err
		})(b)
	}},

	// Close
	{"works after Close", "Close/Closed", on("Close", func(*hook.Call) error { return nil })},
	{"fails a second Close", "Close/Closed", func(b *broken) {
		closed := false
		on("Close", func(c *hook.Call) error {
			if closed {
				return storage.ErrClosed
			}
			closed = true
			return c.Run()
		})(b)
	}},
	{"Close does not wait", "Close/Ends", on("Close", func(c *hook.Call) error {
		go func() { _ = c.Run() }()
		return nil
	})},

	// Accounts
	{"folds the case of account ids", "Account/Isolation", renaming(func(a user.AccountID) user.AccountID {
		return user.AccountID(strings.ToLower(string(a)))
	})},
	{"lists accounts that nothing was committed to", "Account/Listing", alsoLists("")},
	{"lists accounts that are being loaded", "Load/Whole", alsoLists("Load")},
	{"lists accounts for a delivery", "Delivery/Quiet", alsoLists("PutDelivery")},
	{"lists accounts in no order", "Account/Listing", after("Accounts", func(list *[]user.AccountID) { slices.Reverse(*list) })},
	{"lists any accounts", "Deletion/Listing",
		before("Accounts", func(which *storage.Deleted) { *which = min(*which, storage.OnlyDeleted) })},
	{"never lists deleted accounts", "Deletion/Listing", before("Accounts", func(which *storage.Deleted) {
		if *which == storage.WithDeleted {
			*which = storage.NotDeleted
		}
	})},

	// Deletion
	{"begins a deleted account at its first revision", "Deletion/Everything Deletion/Again", func(b *broken) {
		deletions := map[user.AccountID]int{}
		renaming(func(a user.AccountID) user.AccountID {
			return a + user.AccountID(strings.Repeat("+", deletions[a]))
		})(b)
		calls("DeleteAccount", func(c accountCall) (user.Revision, error) {
			deletions[c.account]++
			return 0, nil
		})(b)
	}},
	{"gives the ids of a deleted account again", "Deletion/Again", func(b *broken) {
		var next int64
		removed(func() { next = 1 })(b)
		nextID(func(*hook.Call, storage.Sequence, int64) int64 { return next })(b)
	}},
	{"forgets ConfigRevision with an account", "Deletion/Again", func(b *broken) {
		gone := false
		removed(func() { gone = true })(b)
		after("ConfigRevision", func(rev *user.Revision) {
			if gone {
				*rev = 0
			}
		})(b)
	}},
	{"keeps what a Load left", "Deletion/Loading", calls("DeleteAccount", func(c accountCall) (user.Revision, error) {
		if rev, err := c.now(); rev == 0 {
			return 0, err
		}
		return c.deletion()
	})},
	{"keeps the deliveries that a deleted account got", "Delivery/Account",
		calls("DeleteAccount", func(c accountCall) (user.Revision, error) {
			if c.deleted() {
				return c.now()
			}
			return c.deletion()
		})},
	{"deletes an account again", "Deletion/Idle", calls("DeleteAccount", func(c accountCall) (user.Revision, error) {
		if c.deleted() {
			_, _ = c.Store.Update(c.ctx, c.account, raise)
		}
		return c.deletion()
	})},
	{"deletes an account out of turn", "Deletion/Turn", calls("DeleteAccount", func(c accountCall) (user.Revision, error) {
		rev, err := c.now()
		go func() { _, _ = c.Store.DeleteAccount(uncanceled(c.ctx), c.account) }()
		return rev + 1, err
	})},

	// Wait
	{"Wait does not wait", "Wait/Commit Wait/Nothing", calls("Wait", accountCall.now)},
	{"Wait waits for a commit always", "Wait/AtOnce", calls("Wait", func(c accountCall) (user.Revision, error) {
		rev, _ := c.now()
		return c.waiting(c.ctx, max(rev, c.after))
	})},
	{"Wait looks before it joins those who wait", "Wait/Commit", calls("Wait", func(c accountCall) (user.Revision, error) {
		if rev, err := c.now(); err != nil || rev > c.after {
			return rev, err
		}
		time.Sleep(time.Millisecond)
		rev, _ := c.now()
		return c.waiting(c.ctx, rev)
	})},
	{"Wait ignores its context", "Wait/Context", calls("Wait", func(c accountCall) (user.Revision, error) {
		return c.waiting(uncanceled(c.ctx), c.after)
	})},
	{"Close leaves Wait waiting", "Wait/Close", calls("Wait", func(c accountCall) (user.Revision, error) {
		rev, err := c.waiting(c.ctx, c.after)
		if errors.Is(err, storage.ErrClosed) {
			<-c.ctx.Done()
		}
		return rev, err
	})},
	{"wakes no call for a deleted account", "Wait/Deletion", calls("Wait", func(c accountCall) (user.Revision, error) {
		rev, err := c.waiting(c.ctx, c.after)
		if c.deleted() {
			<-c.ctx.Done()
		}
		return rev, err
	})},
}

// keptMethods are the methods that read something of an account. A storage that still reads it
// after DeleteAccount is broken. The cases beside Deletion/Everything have to notice it too.
var keptMethods = map[string]string{
	"Account": "", "User UserByKey Users CountUsers": "", "Secret": "", "Reference ReferenceByName References": "",
	"Balances": "", "Transfer TransferByKey Reversal Transfers Statement": "",
	"Delivery Deliveries": "Delivery/Account", "DeadLetters": "Delivery/Account",
}
