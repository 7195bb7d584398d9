package pgstore

import (
	"context"
	"errors"
	"testing"

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
