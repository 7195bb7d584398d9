package enginetest

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"testing"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/sample"
	"github.com/ca74b63c/roster/user"
)

// Neighbors tests Updates that share one transaction, some of which fail: by an error, a panic,
// runtime.Goexit, or the end of their context. The test fails unless the account has all writes of
// the successful Updates and no write of the others. The successful Updates must share one commit
// with the Update before them, and each must make its own revision and see what the earlier ones
// wrote.
// s must be empty. queueUp must run the updates, all of the account "acme", as QueueUp does, and
// return the number of Updates in each commit, with the first Update.
func Neighbors(t *testing.T, s storage.Storage, queueUp func(updates ...func()) (commits []int)) {
	t.Helper()
	good := 0
	sample.Fund(t, s, account)
	var updates []func()
	put := func() {
		good++
		id, revision := user.ID(good), user.Revision(good+1)
		updates = append(updates, func() {
			got, err := s.Update(t.Context(), account, func(ctx context.Context, w storage.Writer) error {
				skill := user.Reference{Kind: user.ReferenceSkill, ID: int64(id), Name: fmt.Sprint("skill ", id)}
				return errors.Join(w.PutReference(ctx, skill), sample.Post(ctx, w, 1, fmt.Sprint("good ", id)), w.PutUser(ctx, sample.Person(id)))
			})
			if err != nil || got != revision {
				t.Errorf("good Update %d: revision %d, %v", id, got, err)
			}
		})
	}
	errFn := errors.New("fn fails")
	canceled, cancel := context.WithCancel(t.Context())
	fail := func(ctx context.Context, want error, after func(context.Context, storage.Writer) error) {
		put()
		updates = append(updates, func() {
			defer func() {
				if p := recover(); p != nil && p != "thrown" {
					t.Errorf("recovered %v", p)
				}
			}()
			_, err := s.Update(ctx, account, func(ctx context.Context, w storage.Writer) error {
				skill := user.Reference{Kind: user.ReferenceSkill, ID: 100, Name: "bad"}
				if err := errors.Join(w.PutUser(ctx, sample.Person(100)), w.PutReference(ctx, skill)); err != nil {
					return err
				}
				return after(ctx, w)
			})
			if !errors.Is(err, want) {
				t.Errorf("error %v, want %v", err, want)
			}
		})
	}
	fail(t.Context(), errFn, func(context.Context, storage.Writer) error { return errFn })
	fail(t.Context(), errFn, func(ctx context.Context, w storage.Writer) error { // the query sends what was written
		_, err := w.Users(ctx, storage.Query{Text: "Kim"})
		return errors.Join(err, sample.Post(ctx, w, 1, "bad"), errFn)
	})
	fail(t.Context(), storage.ErrInvalid, func(ctx context.Context, w storage.Writer) error {
		_ = w.PostTransfer(ctx, balance.Transfer{ID: 1})
		return nil
	})
	fail(t.Context(), storage.ErrExists, func(ctx context.Context, w storage.Writer) error {
		u := sample.Person(1)
		u.ID = 101
		_ = w.PutUser(ctx, u)
		return nil
	})
	fail(canceled, context.Canceled, func(context.Context, storage.Writer) error { cancel(); return nil })
	fail(t.Context(), nil, func(context.Context, storage.Writer) error { panic("thrown") })
	fail(t.Context(), nil, func(context.Context, storage.Writer) error { runtime.Goexit(); return nil })
	ends := updates[len(updates)-1]
	updates[len(updates)-1] = func() { // Goexit ends the goroutine
		var all sync.WaitGroup
		all.Go(ends)
		all.Wait()
	}
	fail(t.Context(), storage.ErrNestedTx, func(ctx context.Context, _ storage.Writer) error {
		return sample.Pay(ctx, s, account, 1, "bad")
	})
	put()
	if commits := queueUp(updates...); !slices.Equal(commits, []int{good + 1}) {
		t.Errorf("the commits had %v Updates, want one of %d", commits, good+1)
	}
	if keys := sample.Check(t, s, account); len(keys) != good+1 || keys["bad"] != 0 {
		t.Errorf("transfers: %v", keys)
	}
	must(t, s.View(t.Context(), account, func(ctx context.Context, r storage.Reader) error {
		n, err := r.CountUsers(ctx, storage.Query{})
		skills, err2 := r.References(ctx, user.ReferenceSkill, 0, 0)
		if n != good || len(skills) != good || r.Revision() != user.Revision(good+1) {
			t.Errorf("%d users, %d skills, revision %d; want those of %d Updates", n, len(skills), r.Revision(), good)
		}
		return errors.Join(err, err2)
	}))
}
