package storagetest

import (
	"slices"
	"time"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/storagetest/internal/hook"
	"github.com/ca74b63c/roster/user"
)

// misses is a fault that reads the state before the transaction.
func misses(methods string) fault {
	return reading(methods, func(b *broken) storage.Storage { return b.Store })
}

func changesUser(change func(*user.User)) fault { return after("User", change) }

func changesCreated(change func(time.Time) time.Time) fault {
	return changesUser(func(u *user.User) { u.Lifecycle.Created = change(u.Lifecycle.Created) })
}

// asNanoseconds returns t as a storage that counts nanoseconds in an int64 returns it.
func asNanoseconds(t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	return time.Unix(0, t.UnixNano()).UTC()
}

func asks(change func(*storage.Query)) fault { return before("Users CountUsers", change) }

func asksChanges(change func(*storage.ChangeQuery)) fault { return before("Changes", change) }

func asksTransfers(change func(*storage.TransferQuery)) fault { return before("Transfers", change) }

// findsTransfer is a fault that looks for a transfer in a list of all.
func findsTransfer(is func(key string, t balance.Transfer) bool) fault {
	return on("TransferByKey", func(c *hook.Call) error {
		list, _ := c.Reader.Transfers(c.Ctx, storage.TransferQuery{})
		i := slices.IndexFunc(list, func(t balance.Transfer) bool { return is(*arg[string](c), t) })
		if i < 0 {
			return c.Run()
		}
		*result[balance.Transfer](c) = list[i]
		return nil
	})
}

// asLive returns the keys that the user would claim if it was not deleted.
func asLive(u user.User) user.Keys {
	u.Lifecycle.Deleted = time.Time{}
	return u.Keys()
}

// findsUser is a fault that, where no user claims a key, looks for one among all users.
func findsUser(is func(k user.Key, u user.User) bool) fault {
	return on("UserByKey", func(c *hook.Call) error {
		k := *arg[user.Key](c)
		list := everyUser(c)
		i := slices.IndexFunc(list, func(u user.User) bool { return int(k.Kind) < user.NumKeyKinds && is(k, u) })
		if err := c.Run(); err == nil || i < 0 {
			return err
		}
		*result[user.User](c) = list[i]
		return nil
	})
}

// keeps is a fault that returns values as they were. It keeps what the function what returns when
// the method put is called; without what, each value that get returns for the first time.
func keeps[T any](put string, what func(*hook.Call) []T, get string, key func(T) any) fault {
	return func(b *broken) {
		kept := map[any]T{}
		old := func(v *T) {
			if was, ok := kept[key(*v)]; ok {
				*v = was
			} else if what == nil {
				kept[key(*v)] = *v
			}
		}
		on(put+" "+get, func(c *hook.Call) error {
			if c.Method == put {
				for _, v := range what(c) {
					kept[key(v)] = v
				}
				return c.Run()
			}
			err := c.Run()
			if list, ok := c.Result.(*[]T); ok {
				for i := range *list {
					old(&(*list)[i])
				}
			} else {
				old(result[T](c))
			}
			return err
		})(b)
	}
}

// given returns the argument of type T. It shares memory with the caller.
func given[T any](c *hook.Call) []T { return []T{*arg[T](c)} }

func transferKey(t balance.Transfer) any    { return t.ID }
func onlyChange(storage.Change) any         { return "the only one" }
func changeID(c storage.Change) any         { return c.ID }
func onlyLetter(storage.DeadLetter) any     { return "the only one" }
func letterChange(l storage.DeadLetter) any { return l.Change.ID }
func newestFirst[T any](newest bool, l *[]T) {
	if newest {
		slices.Reverse(*l)
	}
}
