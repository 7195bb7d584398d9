package pgstore

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/internal/pgserver"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/sample"
	"github.com/ca74b63c/roster/user"
)

// TestAssumedKeysAreConfirmed: who puts several new users is told of a key that is taken as if each
// had been asked for, though all are asked for at once, and no answer that rests on a wrong
// assumption leaves the store.
func TestAssumedKeysAreConfirmed(t *testing.T) {
	s := open(t, CachedAccounts(0))
	sample.Crowd(t, s, "acme", 5)
	thief := sample.Person(13)
	thief.Identity.Login = sample.Person(4).Identity.Login
	errFree := errors.New("it is free")
	ask := func(ctx context.Context, w storage.Writer) error {
		_, err := w.CountUsers(ctx, storage.Query{})
		return err
	}
	for name, after := range map[string]func(context.Context, storage.Writer) error{
		"it ends":                     func(context.Context, storage.Writer) error { return nil },
		"it refuses for another fact": func(context.Context, storage.Writer) error { return errFree },
		"it reads":                    ask,
		"it reads and ignores":        func(ctx context.Context, w storage.Writer) error { _ = ask(ctx, w); return errFree },
	} {
		t.Run(name, func(t *testing.T) {
			runs := 0
			_, err := s.Update(t.Context(), "acme", func(ctx context.Context, w storage.Writer) error {
				runs++
				for id := user.ID(10); id < 20; id++ {
					u := sample.Person(id)
					if id == thief.ID {
						u = thief
					}
					if err := w.PutUser(ctx, u); err != nil {
						return err
					}
				}
				return after(ctx, w)
			})
			var exists *storage.ExistsError
			if !errors.As(err, &exists) || exists.ID != 4 || runs != 2 {
				t.Errorf("after %d runs: %v", runs, err)
			}
		})
	}
	must(t, s.View(t.Context(), "acme", func(ctx context.Context, r storage.Reader) error {
		n, err := r.CountUsers(ctx, storage.Query{})
		if n != 5 || r.Revision() != 1 {
			t.Errorf("%d users at revision %d", n, r.Revision())
		}
		u, err2 := r.UserByKey(ctx, user.Key{Kind: user.KeyLogin, Value: thief.Identity.Login})
		if u.ID != 4 {
			t.Errorf("the login is of user %d", u.ID)
		}
		return errors.Join(err, err2)
	}))
}

// TestTakenNameAmongManyNewUsers: of many users that one call creates, the error names the one
// whose login is taken, at any place, and the user that has it.
func TestTakenNameAmongManyNewUsers(t *testing.T) {
	s := open(t)
	host := roster.New(s).As("acme", roster.SystemActor())
	_, err := host.CreateAccount(t.Context(), user.Account{Currency: "USD"})
	must(t, err)
	sample.Crowd(t, s, "acme", 5)
	taken := sample.Person(4).Identity.Login
	for place := range 6 {
		users := make([]roster.CreateParams, 6)
		for i := range users {
			users[i].User.Identity.Login = fmt.Sprint("new-", i)
		}
		users[place].User.Identity.Login = taken
		_, err := host.CreateMany(t.Context(), users)
		var exists *storage.ExistsError
		var item *roster.ItemError
		if !errors.As(err, &exists) || exists.ID != 4 || !errors.As(err, &item) || item.Index != place {
			t.Errorf("the login of user %d of 6 is taken: %v", place, err)
		}
	}
	made, err := host.CreateMany(t.Context(), []roster.CreateParams{
		{User: user.User{Identity: user.Identity{Login: "new-0"}}},
		{User: user.User{Identity: user.Identity{Login: "new-1"}}},
		{User: user.User{Identity: user.Identity{Login: "new-2"}}},
	})
	if err != nil || len(made) != 3 {
		t.Errorf("%d made: %v", len(made), err)
	}
}

// TestAssumedKeyOfATransfer: an Update that posts a transfer under a used key is refused for the
// key, whatever its function does after PostTransfer returned, and nothing of it is committed.
func TestAssumedKeyOfATransfer(t *testing.T) {
	errOther := errors.New("another reason")
	for name, then := range map[string]func(context.Context, storage.Writer) error{
		"ends":       func(context.Context, storage.Writer) error { return nil },
		"refuses":    func(context.Context, storage.Writer) error { return errOther },
		"pays again": func(ctx context.Context, w storage.Writer) error { return sample.Post(ctx, w, 2, "") },
		"pays under another key": func(ctx context.Context, w storage.Writer) error {
			return sample.Post(ctx, w, 1, "other")
		},
		"pays what is not there": func(ctx context.Context, w storage.Writer) error {
			_ = w.PostTransfer(ctx, balance.Transfer{ID: 9, Postings: []balance.Posting{{From: 1, To: 2, Amount: 99}}})
			return nil
		},
		"lists": func(ctx context.Context, w storage.Writer) error {
			_, err := w.Transfers(ctx, storage.TransferQuery{Limit: 10})
			return err
		},
		"lists and forgets": func(ctx context.Context, w storage.Writer) error {
			_, _ = w.Transfers(ctx, storage.TransferQuery{Limit: 10})
			return errOther
		},
		"looks for it": func(ctx context.Context, w storage.Writer) error {
			_, err := w.TransferByKey(ctx, "used")
			return err
		},
		"makes users": func(ctx context.Context, w storage.Writer) error {
			return errors.Join(w.PutUser(ctx, sample.Person(3)), w.PutUser(ctx, sample.Person(4)))
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t)
			sample.Crowd(t, s, "acme", 2)
			sample.Fund(t, s, "acme")
			must(t, sample.Pay(t.Context(), s, "acme", 1, "used"))
			before := sample.State(t, s, "acme")
			for call, most := range []int{2, 1} { // the first one who is wrong is not followed by another one
				runs := 0
				_, err := s.Update(t.Context(), "acme", func(ctx context.Context, w storage.Writer) error {
					runs++
					if err := sample.Post(ctx, w, 1, "used"); err != nil {
						return err
					}
					return then(ctx, w)
				})
				var exists *storage.ExistsError
				if !errors.As(err, &exists) || *exists != (storage.ExistsError{What: "key", ID: 2}) || runs != most {
					t.Errorf("call %d: %v after %d runs, want %d", call, err, runs, most)
				}
			}
			if after := sample.State(t, s, "acme"); after != before {
				t.Errorf("the account was\n%s\nand is\n%s", before, after)
			}
			for _, key := range []string{"new", "newer"} {
				must(t, sample.Pay(t.Context(), s, "acme", 2, key))
			}
		})
	}
}

// TestKeysOfManyCallers: of many calls under few keys, through two Stores, only the first one under
// each key pays.
func TestKeysOfManyCallers(t *testing.T) {
	dsn := scratch(t, pgserver.Shared(t))
	stores := []*Store{openAt(t, dsn), openAt(t, dsn)}
	sample.Crowd(t, stores[0], "acme", 4)
	sample.Fund(t, stores[0], "acme")
	const callers, calls, keys = 6, 40, 60
	var paid [keys]int
	var mu sync.Mutex
	var all sync.WaitGroup
	for c := range callers {
		all.Go(func() {
			for i := range calls {
				k := (i + c*7) % keys
				err := sample.Pay(t.Context(), stores[c%2], "acme", balance.Holder(k%4+1), fmt.Sprint("key ", k))
				switch {
				case err == nil:
					mu.Lock()
					paid[k]++
					mu.Unlock()
				case !errors.Is(err, storage.ErrExists):
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	there := sample.Check(t, stores[0], "acme")
	for k, n := range paid {
		if got := there[fmt.Sprint("key ", k)]; n != 1 || got != 1 {
			t.Errorf("%d were told that they paid under key %d, %d transfers have it", n, k, got)
		}
	}
}

// TestWhatIsNotConfirmedIsNotTold: if the store cannot find out whether an assumed key is taken,
// Update returns why, and not what its function made of the assumption.
func TestWhatIsNotConfirmedIsNotTold(t *testing.T) {
	s := open(t)
	sample.Crowd(t, s, "acme", 2)
	sample.Fund(t, s, "acme")
	must(t, sample.Pay(t.Context(), s, "acme", 1, "used"))
	errPreview := errors.New("only a preview")
	for name, put := range map[string]func(context.Context, storage.Writer) error{
		"a transfer": func(ctx context.Context, w storage.Writer) error { return sample.Post(ctx, w, 1, "used") },
		"users": func(ctx context.Context, w storage.Writer) error {
			return errors.Join(w.PutUser(ctx, sample.Person(3)), w.PutUser(ctx, sample.Person(4)), w.PutUser(ctx, sample.Person(5)))
		},
		"nothing": func(ctx context.Context, w storage.Writer) error {
			_, err := w.Balances(ctx, balance.Account)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			_, err := s.Update(ctx, "acme", func(ctx context.Context, w storage.Writer) error {
				must(t, put(ctx, w))
				cancel()
				return errPreview
			})
			if !errors.Is(err, context.Canceled) || errors.Is(err, errPreview) {
				t.Errorf("a caller who gave up was told: %v", err)
			}
		})
	}
}
