package pgstore

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/sample"
	"github.com/ca74b63c/roster/user"
)

// TestAssumedKeysAreConfirmed: who puts several new users is told of a key that is taken as if each had been asked for, though
// all are asked for at once, and no answer that rests on a wrong assumption leaves the store.
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
		u, err2 := r.UserByKey(ctx, user.Key{Kind: user.ByLogin, Value: thief.Identity.Login})
		if u.ID != 4 {
			t.Errorf("the login is of user %d", u.ID)
		}
		return errors.Join(err, err2)
	}))
}

// TestWhoAsksFirstIsToldTheTruth: the front door asks who has a name before it gives it to a new user, and refuses the one whose
// name is taken, whoever of many he is.
func TestWhoAsksFirstIsToldTheTruth(t *testing.T) {
	s := open(t)
	host := roster.New(s).As("acme", roster.Host())
	_, err := host.CreateAccount(t.Context(), user.Account{Currency: "USD"})
	must(t, err)
	sample.Crowd(t, s, "acme", 5)
	taken := sample.Person(4).Identity.Login
	for place := range 6 {
		users := make([]roster.NewUser, 6)
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
	made, err := host.CreateMany(t.Context(), []roster.NewUser{
		{User: user.User{Identity: user.Identity{Login: "new-0"}}},
		{User: user.User{Identity: user.Identity{Login: "new-1"}}},
		{User: user.User{Identity: user.Identity{Login: "new-2"}}},
	})
	if err != nil || len(made) != 3 {
		t.Errorf("%d made: %v", len(made), err)
	}
}
