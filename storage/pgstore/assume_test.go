package pgstore

import (
	"context"
	"errors"
	"testing"

	"github.com/ca74b63c/roster/balance"
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
		for _, thief.ID = range []user.ID{10, 13, 19} {
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
			want := 2
			if thief.ID == 10 { // nothing is assumed for the first new user
				want = 1
			}
			if !errors.As(err, &exists) || exists.ID != 4 || runs != want {
				t.Errorf("%s, user %d has the login, after %d runs: %v", name, thief.ID, runs, err)
			}
		}
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

// TestAssumedKeyOfATransfer: an Update that posts a transfer under a used key is refused for the
// key, whatever its function does after PostTransfer returned, and nothing of it is committed.
func TestAssumedKeyOfATransfer(t *testing.T) {
	errOther := errors.New("another reason")
	shared := open(t)
	sample.Crowd(t, shared, "acme", 2)
	sample.Fund(t, shared, "acme")
	must(t, sample.Pay(t.Context(), shared, "acme", 1, "used"))
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
			s, err := New(shared.pool) // which has not been wrong before
			must(t, err)
			defer func() { _ = s.Close() }()
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
				must(t, sample.Pay(t.Context(), s, "acme", 2, name+key))
			}
		})
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
